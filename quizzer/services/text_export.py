"""Taking decks along as text: rows for spreadsheets and Anki, a document to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quizzer.core.card import cards_of
from quizzer.errors import UsageError
from quizzer.services.package_file import check_place, write_target
from quizzer.services.selection import Selection, make_filter
from quizzer.services.workspace import Workspace

CSV_SEPARATORS = {".csv": "comma", ".tsv": "tab", ".txt": "tab"}
MARKDOWN_SUFFIXES = (".md", ".markdown")
HEAD_BYTES = 2_000
"""The marks of our files stand within so many bytes."""


@dataclass(frozen=True, slots=True)
class ExportedText:
    """A text that was made: how many notes of how many decks it has."""

    text: str
    notes: int
    decks: int


def export_csv(workspace: Workspace, file: Path | None, selection: Selection) -> ExportedText:
    """Write the notes that `selection` chooses as rows; without `file` only the text is made.

    Raises:
        ContentError: If a deck does not exist.
        UsageError: If no note is chosen, or `file` is no place for one.
        ExportError: If the file cannot be written; what was there is untouched.
    """
    from quizzer.exchange.csv_files.writing import write_csv
    from quizzer.services.rendered_store import CachedRenderings

    check_file(file, tuple(CSV_SEPARATORS), "a table", _is_our_table)
    store = CachedRenderings(workspace.content.cache_dir)
    separator = CSV_SEPARATORS[file.suffix.lower()] if file else "comma"
    chosen = _choose(workspace, selection)
    library = workspace.library
    text = write_csv(
        library.decks, _topic_titles(workspace), chosen, separator, store, described=library.own_decks
    )
    return _finish(workspace, file, chosen, text)


def export_markdown(workspace: Workspace, file: Path | None, selection: Selection) -> ExportedText:
    """Write the notes that `selection` chooses as a document; without `file` only the text is made.

    Raises:
        ContentError: If a deck does not exist.
        UsageError: If no note is chosen, or `file` is no place for one.
        ExportError: If the file cannot be written; what was there is untouched.
    """
    from quizzer.exchange.markdown_files.writing import write_markdown

    check_file(file, MARKDOWN_SUFFIXES, "a document", _is_our_document)
    chosen = _choose(workspace, selection)
    text = write_markdown(workspace.library.decks, _topic_titles(workspace), chosen)
    return _finish(workspace, file, chosen, text)


def check_file(
    file: Path | None, suffixes: tuple[str, ...], what: str, is_ours: Callable[[Path], bool]
) -> None:
    """Refuse a file that has another name than its kind, or that is somebody else's.

    Raises:
        UsageError: If it is one.
    """
    if file is None:
        return
    if file.suffix.lower() not in suffixes:
        raise UsageError(
            f"{file}: a name that ends in '{suffixes[0]}' was expected for {what}. "
            f"Try {file.with_name(f'{file.stem or file.name}{suffixes[0]}')}."
        )
    check_place(file, is_ours)


def _is_our_table(file: Path) -> bool:
    from quizzer.exchange.csv_files.header import is_our_header

    return is_our_header(_head(file))


def _is_our_document(file: Path) -> bool:
    from quizzer.exchange.markdown_files.own_reading import is_own

    return is_own(_head(file))


def _head(file: Path) -> list[str]:
    try:
        with file.open("rb") as opened:
            return opened.read(HEAD_BYTES).decode("utf-8", errors="replace").split("\n")
    except OSError:
        return []


def _choose(workspace: Workspace, selection: Selection) -> list[str]:
    fits = make_filter(selection, workspace.library)
    decks = workspace.library.decks
    chosen = [note.id for deck in decks for note in deck.notes if any(fits(c.key) for c in cards_of(note))]
    if not chosen:
        raise UsageError("there is no note to export yet: 'quizzer deck new NAME' starts a deck.")
    return chosen


def _topic_titles(workspace: Workspace) -> dict[str, str]:
    return {topic.id: topic.title for area in workspace.library.syllabus.areas for topic in area.topics}


def _finish(workspace: Workspace, file: Path | None, chosen: list[str], text: str) -> ExportedText:
    if file is not None:
        write_target(file, lambda target: target.write(text.encode()), "file")
    wanted = frozenset(chosen)
    decks = sum(any(note.id in wanted for note in deck.notes) for deck in workspace.library.decks)
    return ExportedText(text, len(chosen), decks)
