"""Decks as the learner handles them: list, check, fix, start one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quizzer.content.faults import Fault
from quizzer.content.faults import shown_path as shown_path
from quizzer.content.files import SYLLABUS, UnreadableError, deck_paths, read_regular
from quizzer.content.library import Library, load_library
from quizzer.content.lint import lint
from quizzer.content.locator import ContentRoots
from quizzer.content.overlay import join_root, lay_over
from quizzer.core.card import cards_of
from quizzer.core.deck import Deck
from quizzer.errors import ContentError


@dataclass(frozen=True, slots=True)
class DeckSummary:
    """A deck in a list; `owner` is "quizzer", "you", or "both" where yours lies over a shipped one."""

    id: str
    title: str
    notes: int
    cards: int
    owner: str
    path: str


@dataclass(frozen=True, slots=True)
class LintReport:
    """What was checked, and all that is wrong with it."""

    decks: int
    notes: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class FixReport:
    """The ids that were written, by file, and the files that were left as they were."""

    written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def list_decks(library: Library) -> tuple[DeckSummary, ...]:
    """Return the decks in the order they are learned."""
    return tuple(
        DeckSummary(
            deck.id,
            deck.title,
            len(deck.notes),
            sum(len(cards_of(note)) for note in deck.notes),
            _owner(deck, library),
            deck.path,
        )
        for deck in library.decks
    )


def lint_decks(library: Library, roots: ContentRoots, paths: Sequence[Path] = ()) -> LintReport:
    """Check the files and folders `paths`, or everything; a file outside the roots is checked by itself.

    Raises:
        ContentError: If a path does not exist.
    """
    if not paths:
        notes = sum(len(deck.notes) for deck in library.decks)
        return LintReport(len(library.decks), notes, _in_order(library.faults + lint(library)))
    reports = [_lint_file(path, library, roots) for path in dict.fromkeys(_files(paths))]
    faults = _in_order(fault for report in reports for fault in report.faults)
    return LintReport(sum(r.decks for r in reports), sum(r.notes for r in reports), faults)


def fix_ids(library: Library, roots: ContentRoots, paths: Sequence[Path] = ()) -> FixReport:
    """Write missing ids into the learner's deck files, or into those of `paths`; never into shipped ones.

    Raises:
        ContentError: If a path does not exist.
    """
    from quizzer.content.fixes import names_in, write_missing_ids

    try:
        own = deck_paths(roots.learner_decks)
    except UnreadableError as error:
        return FixReport(faults=(Fault(str(roots.learner_decks), 1, 1, str(error)),))
    files = list(dict.fromkeys(_files(paths))) if paths else own
    taken = _taken(library, roots) | names_in(own)
    fixes = write_missing_ids(files, taken, roots.shipped_decks)
    written = {fix.path: fix.ids for fix in fixes if fix.ids}
    return FixReport(written, tuple(fix.fault for fix in fixes if fix.fault))


def new_deck(roots: ContentRoots, name: str, title: str | None = None) -> Path:
    """Write a new deck file for the learner and return its path.

    Raises:
        ContentError: If the name or title cannot be one, the file exists or cannot be written.
    """
    from quizzer.content.scaffold import scaffold_deck

    return scaffold_deck(roots.learner_decks, name, title)


def schema() -> dict[str, object]:
    """Return the JSON Schema of a deck file."""
    from quizzer.content.schema import deck_schema

    return deck_schema()


def _owner(deck: Deck, library: Library) -> str:
    if deck.id not in library.shipped_decks:
        return "you"
    return "both" if deck.id in library.own_decks else "quizzer"


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    """Return the files that `paths` name; a folder stands for the decks in it."""
    for path in paths:
        if path.is_dir():
            try:
                yield from deck_paths(path)
            except UnreadableError as error:
                raise ContentError(f"{path}: {error}") from None
        elif path.exists():
            yield path
        else:
            raise ContentError(f"{path} does not exist, expected a deck file or a folder: check the name")


def _lint_file(path: Path, library: Library, roots: ContentRoots) -> LintReport:
    for root in (roots.shipped_decks, roots.learner_decks):
        if path.resolve().parent == root.resolve() and _is_loaded(path):
            return _within_library(str(root / path.name), library)
    return _alone(path, library)


def _is_loaded(path: Path) -> bool:
    is_deck = path.suffix in {".yaml", ".yml"} and not path.name.startswith(("_", "."))
    return is_deck or path.name == SYLLABUS


def _within_library(path: str, library: Library) -> LintReport:
    faults = [fault for fault in library.faults + lint(library) if fault.path == path]
    notes = sum(origin.path == path for origin in library.origins.values())
    return LintReport(int(Path(path).name != SYLLABUS), notes, _in_order(faults))


def _alone(path: Path, library: Library) -> LintReport:
    from quizzer.content.deck_file import read_deck

    if path.name == SYLLABUS:
        return LintReport(0, 0, _syllabus_faults(path))
    file = read_deck(path, is_shipped=False)
    none = join_root([], is_shipped=True)
    root = join_root([file], is_shipped=False)
    alone = Library(lay_over(none, root), syllabus=library.syllabus, origins=root.origins)
    faults = file.faults + root.faults + lint(alone)
    return LintReport(1, len(root.origins), _in_order(faults))


def _syllabus_faults(path: Path) -> tuple[Fault, ...]:
    from quizzer.content.syllabus_file import parse_syllabus

    try:
        return parse_syllabus(read_regular(path), str(path)).faults
    except UnreadableError as error:
        return (Fault(str(path), 1, 1, str(error)),)


def _taken(library: Library, roots: ContentRoots) -> frozenset[str]:
    """Return the ids that a new note may not have: shadowed, faulty and old ones included."""
    shipped = load_library(ContentRoots(roots.shipped, roots.shipped / "none"), None)
    notes = [note for deck in (*library.decks, *shipped.decks) for note in deck.notes]
    faulty = library.faulty_ids | shipped.faulty_ids
    return faulty.union((note.id for note in notes), *(note.was for note in notes))


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.path, fault.line, fault.column)))
