"""An import in words: the plan's lines, counts, and what was not taken, safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from quizzer.content.faults import shown_path as shown_path
from quizzer.content.yaml_tree import shorten
from quizzer.core.counted import counted
from quizzer.exchange.incoming import LeftOut, Refused
from quizzer.markup.clean import clean_line
from quizzer.services.import_plan import Fate, HistoryCount, ImportPlan
from quizzer.services.import_undo import UndoneImport

WIDTH = 60
LEFT_OUT = {
    LeftOut.RESET: "Reviews from before their card was made new again, left out: {:,}.",
    LeftOut.MOVED: "Log entries without an answer (a day set by hand), left out: {:,}; the day itself comes.",
    LeftOut.BURIED: "Cards buried there: {:,}; here they are asked as usual, b in a review buries a note.",
    LeftOut.COLOUR: "Cards with a flag that is not red: {:,}; quizzer has one flag, which is red in Anki.",
}
WORDS = {
    Fate.NEW: "new",
    Fate.CHANGED: "changed",
    Fate.UNCHANGED: "unchanged",
    Fate.OLDER: "older than what you have",
    Fate.KEPT: "kept as you edited them",
    Fate.REFUSED: "refused",
    Fate.SKIPPED: "left out by the mapping",
}


def counts_line(counts: Mapping[Fate, int]) -> str:
    """Return how many notes have each fate, without those that none has."""
    total = sum(counts.values())
    parts = [f"{count:,} {WORDS[fate]}" for fate, count in counts.items() if count]
    return f"{counted(total, 'note')}{': ' if parts else ''}{', '.join(parts)}"


def note_lines(plan: ImportPlan) -> Iterator[str]:
    """Yield a line a note: its fate, its id, where it stands, how its question begins."""
    for planned in plan.notes:
        place = Path(planned.place).name if planned.place else "shipped"
        question = shorten(clean_line(planned.note.question), WIDTH)
        yield f"{planned.fate.value:<9} {planned.note.id}  {clean_line(place)}  {question}"


def history_lines(history: HistoryCount | None) -> Iterator[str]:
    """Yield what comes of the history, and what does not."""
    if history is None:
        return
    taken = [counted(history.reviews, "review")]
    taken += [counted(history.placements, "schedule")] if history.placements else []
    taken += [counted(history.events, "event")] if history.events else []
    yield f"History: {', '.join(taken)} of {counted(history.cards, 'card')}."
    if history.known:
        yield f"{counted(history.known, 'review')} known already."
    if history.older:
        yield f"{counted(history.older, 'review')} older than what quizzer has, left out."
    if history.homeless:
        yield f"{counted(history.homeless, 'card')} of faces that a note does not have, left out."
    for what, words in LEFT_OUT.items():
        if number := history.left_out.get(what):
            yield words.format(number)
    if history.leaves_scheduler:
        yield "The changes of the scheduler were left out: there is a history here already."


def refusal_lines(refused: Iterable[Refused], most: int) -> Iterator[str]:
    """Yield a line for each of the first `most` refusals, and one that counts the others."""
    refused = list(refused)
    for item in refused[:most]:
        yield clean_line(f"{item.where}: {item.reason}")
    if len(refused) > most:
        yield f"... and {len(refused) - most:,} more; --dry-run tells the same."


def undone_lines(undone: UndoneImport) -> Iterator[str]:
    """Yield what was taken back, and which deck files were not."""
    when = f"{undone.happened_at.astimezone():%Y-%m-%d %H:%M}"
    yield clean_line(
        f"Taken back: the import of {undone.origin} of {when}, {counted(undone.reviews, 'review')}."
    )
    for path in undone.files:
        # A file that the import had made is gone again.
        yield f"{'Put back' if path.exists() else 'Removed'}: {shown_path(str(path))}"
    if undone.answered:
        answers = counted(sum(undone.answered.values()), "answer")
        yield (
            f"Gone with it: {counted(len(undone.answered), 'note')} answered since; {answers} in the log "
            "will count again when the same notes come back."
        )
    for path in undone.edited:
        yield f"Edited since, left as it is: {shown_path(str(path))}"


def missing_line(names: Iterable[str]) -> str:
    """Return a sentence about media files that the source names and does not have; "" without."""
    names = list(names)
    if not names:
        return ""
    shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
    return clean_line(f"{counted(len(names), 'media file')} missing in the source: {shown}")
