"""All that is known of a card: where it comes from, how it is scheduled, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizzer.content.faults import shown_path
from quizzer.core.counted import counted
from quizzer.core.interval import format_interval
from quizzer.core.memory import CardState, FsrsMemory, Sm2Memory, is_leech
from quizzer.core.note import Note
from quizzer.core.review import Review
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.markup.clean import clean_line
from quizzer.services.question import QUALITY_WORDS, Question
from quizzer.services.workspace import Workspace
from quizzer.storage.browse_reads import read_buried_notes
from quizzer.storage.card_reads import read_state
from quizzer.storage.log_reads import read_entries
from quizzer.storage.reschedules import read_reschedules

HISTORY_HEAD = ("Day", "Rating", "Kind", "Interval")


@dataclass(frozen=True, slots=True)
class CardInfo:
    """A card in words, safe to print: facts by their names, and a line a review, the last one first."""

    facts: tuple[tuple[str, str], ...]
    history: tuple[tuple[str, ...], ...]


def read_card_info(workspace: Workspace, question: Question) -> CardInfo:
    """Return what is known of the card that is asked."""
    with workspace.database.peeking() as run:
        state = read_state(run, question.queued.card_id)
        entries = read_entries(run, question.queued.card_id)
        (reschedule,) = read_reschedules(run, limit=1)
        note, today = question.card.note, workspace.study_day()
        is_buried = note.id in read_buried_notes(run, today)
    reviews = [entry for entry in entries if isinstance(entry, Review)]
    facts = [
        ("Card", question.card.key),
        ("Deck", question.queued.deck),
        ("State", _say_state(state, is_buried=is_buried)),
        *_syllabus_facts(workspace, note),
        ("Scheduler", describe_scheduler(reschedule.choice)),
        *_schedule_facts(state, reschedule.choice, today),
        ("Lapses", f"{state.lapses}{', a leech' if is_leech(state.lapses) else ''}"),
        *_source_facts(workspace, note),
    ]
    return CardInfo(
        tuple((name, clean_line(text)) for name, text in facts if text),
        tuple(_history_line(review) for review in reversed(reviews)),
    )


def describe_scheduler(choice: SchedulerChoice) -> str:
    """Return the scheduler in force as a learner reads it."""
    if choice.name is SchedulerName.SM2:
        return "SM-2"
    fitted = ", fitted parameters" if choice.parameters else ""
    return f"FSRS-6, desired retention {choice.desired_retention:.0%}{fitted}"


def find_kata_of(workspace: Workspace, note: Note) -> str | None:
    """Return the kata that practises the note: the one it names, else one that names it; None without."""
    # Reading katas and the YAML of notes is for a key press, not for the first card to wait for.
    from quizzer.content.kata_folder import read_kata
    from quizzer.content.kata_names import list_slugs

    roots = workspace.content.roots
    slugs = list_slugs(roots)
    if note.kata in slugs:
        return note.kata
    katas = ((slug, read_kata(roots, slug).kata) for slug in slugs)
    return next((slug for slug, kata in katas if kata is not None and note.id in kata.cards), None)


def _syllabus_facts(workspace: Workspace, note: Note) -> list[tuple[str, str]]:
    areas = workspace.library.syllabus.areas
    topics = [(area.title, topic.title) for area in areas for topic in area.topics if topic.id in note.topics]
    return [
        ("Area", "; ".join(dict.fromkeys(area for area, _ in topics))),
        ("Topics", "; ".join(title for _, title in topics) or ", ".join(note.topics)),
        ("Level", note.level or ""),
        ("Tags", ", ".join(note.tags)),
    ]


def _schedule_facts(state: CardState, choice: SchedulerChoice, today: date) -> list[tuple[str, str]]:
    memory = state.memory
    if memory is None or state.due_on is None:
        return [("Due", "new: never rated")]
    facts = [("Due", _due(state.due_on, today)), ("Interval", format_interval(memory.interval_days))]
    if isinstance(memory, Sm2Memory):
        plural = "" if memory.repetitions == 1 else "s"
        ease = f"{memory.ease_factor / 100:.2f}, {memory.repetitions} repetition{plural}"
        return [*facts, ("Ease", ease)]
    return [
        *facts,
        ("Stability", f"{memory.stability:.1f} days"),
        ("Difficulty", f"{memory.difficulty:.1f} of 10"),
        ("Recall now", f"{_retrievability(memory, state, choice, today):.0%}"),
    ]


def _say_state(state: CardState, *, is_buried: bool) -> str:
    words = {
        "suspended: asked no more": state.is_suspended,
        "buried until tomorrow": is_buried,
        "flagged": state.is_flagged,
    }
    return ", ".join(word for word, is_so in words.items() if is_so) or "asked when it is due"


def _retrievability(memory: FsrsMemory, state: CardState, choice: SchedulerChoice, today: date) -> float:
    from quizzer.fsrs.formulas import Formulas

    formulas = Formulas(choice.parameters) if choice.parameters else Formulas()
    elapsed_days = (today - state.reviewed_on).days if state.reviewed_on else 0
    return formulas.retrievability(memory.stability, elapsed_days)


def _due(due_on: date, today: date) -> str:
    days = (due_on - today).days
    if days == 0:
        return f"{due_on}, today"
    return (
        f"{due_on}, in {counted(days, 'day')}" if days > 0 else f"{due_on}, {counted(-days, 'day')} overdue"
    )


def _source_facts(workspace: Workspace, note: Note) -> list[tuple[str, str]]:
    facts = []
    if note.source is not None:
        checked = f" ({note.source.checked})" if note.source.checked else ""
        facts.append(("Source", f"{note.source.cite}{checked}"))
    origin = workspace.library.origins.get(note.id)
    if origin is not None:
        owner = "comes with quizzer" if origin.is_shipped else "yours"
        facts.append(("File", f"{shown_path(origin.path)}:{origin.place.line} ({owner})"))
    return facts + (_original_facts(workspace, note) if note.original else [])


def _original_facts(workspace: Workspace, note: Note) -> list[tuple[str, str]]:
    from quizzer.content.note_copy import has_original_changed
    from quizzer.content.note_yaml import hash_note
    from quizzer.content.originals import read_original

    facts, original = [], read_original(note.original)
    if original.shipped:
        changed = has_original_changed(note, workspace.library.shadowed)
        words = {True: "has changed since you copied it", False: "is as you copied it", None: "is gone"}
        facts.append(("Original", words[changed]))
    if came := original.known_content(is_copy=False):
        is_as_it_came = hash_note(note) == came
        facts.append(("Imported", "as it came" if is_as_it_came else "edited since"))
    return facts


def _history_line(review: Review) -> tuple[str, ...]:
    rating = review.rating.name.capitalize()
    if review.quality is not None:
        rating = f"{review.quality} {QUALITY_WORDS[review.quality]}"
    interval = format_interval(review.interval_days) if review.interval_days else "within the day"
    return f"{review.study_day}", rating, str(review.kind), interval
