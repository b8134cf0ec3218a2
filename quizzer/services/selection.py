"""Which cards a session is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizzer.content.faults import nearest
from quizzer.content.library import Library
from quizzer.core.card import cards_of
from quizzer.core.note import Level
from quizzer.core.syllabus import Area
from quizzer.errors import UsageError
from quizzer.storage.card_reads import read_flagged, read_weak
from quizzer.storage.runner import Runner


@dataclass(frozen=True, slots=True)
class Selection:
    """What to choose cards by: all that is said has to hold; an empty selection chooses everything.

    A card is weak that was Again or Hard when it was last asked in its turn, or was
    failed three times or more.
    """

    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    areas: tuple[str, ...] = ()
    is_weak: bool = False
    is_flagged: bool = False
    topics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return self.is_of_content or self.is_weak or self.is_flagged

    @property
    def is_of_content(self) -> bool:
        """Whether anything is left out for what stands in the decks."""
        return bool(self.decks or self.tags or self.levels or self.areas or self.topics)


def make_filter(selection: Selection, library: Library) -> Callable[[str], bool]:
    """Return a test of card keys for what stands in the decks.

    Raises:
        ContentError: If a deck does not exist (the nearest is named).
        UsageError: If an area or a topic does not exist, or no card has a tag or level that is asked for.
    """
    if not selection.is_of_content:
        return lambda _: True
    decks = [library.deck(name) for name in selection.decks] or list(library.decks)
    in_areas = {topic.id for name in selection.areas for topic in find_area(library, name).topics}
    topics = {_find_topic(library, name) for name in selection.topics}
    keys = {
        card.key
        for deck in decks
        for note in deck.notes
        if _has_any(selection.tags, (*note.tags, *deck.tags))
        and _has_any(selection.levels, (note.level,))
        and (not selection.areas or in_areas & library.syllabus.topics_of(note))
        and (not selection.topics or topics & library.syllabus.topics_of(note))
        for card in cards_of(note)
    }
    if not keys:
        asked = ", ".join(
            [*selection.decks, *selection.tags, *selection.levels, *selection.areas, *selection.topics]
        )
        tags = sorted(
            {tag for deck in decks for tag in (*deck.tags, *(t for n in deck.notes for t in n.tags))}
        )
        known = f"the tags are {', '.join(tags)}" if tags else "there are no tags"
        raise UsageError(f"no card fits {asked}; {known}. Ask for less.")
    return keys.__contains__


def make_state_filter(
    selection: Selection, run: Runner, is_selected: Callable[[str], bool]
) -> Callable[[str], bool]:
    """Return a test of card keys for how the learner stands with the cards now.

    Raises:
        UsageError: If there is no such card among those that `is_selected` takes.
    """
    found = [read_weak(run)] if selection.is_weak else []
    found += [read_flagged(run)] if selection.is_flagged else []
    if not found:
        return lambda _: True
    keys = set.intersection(*found)
    if not any(map(is_selected, keys)):
        raise UsageError(_nothing_found(selection))
    return keys.__contains__


def _nothing_found(selection: Selection) -> str:
    if selection.is_weak and selection.is_flagged:
        return "none of these cards is weak and flagged. Leave --weak or --flagged out."
    if selection.is_weak:
        return (
            "none of these cards is weak: suspended ones aside, none was Again or Hard when last asked, "
            "or failed three times. Leave --weak out."
        )
    return (
        "none of these cards is flagged, suspended ones aside: 'f' flags a card in a review. "
        "Leave --flagged out."
    )


def find_area(library: Library, name: str) -> Area:
    """Return the area of the syllabus of that id.

    Raises:
        UsageError: If there is none (the nearest is named).
    """
    areas = {area.id: area for area in library.syllabus.areas}
    if name in areas:
        return areas[name]
    near = nearest(name, list(areas))
    hint = f"did you mean '{near}'?" if near else f"there are {', '.join(areas) or 'none'}."
    raise UsageError(f"there is no area '{name}' in the syllabus; {hint}")


def _find_topic(library: Library, name: str) -> str:
    """Return the id of a topic of the syllabus or of a note, under which a merged one goes on."""
    found = library.syllabus.merged.get(name, name)
    known = library.syllabus.topic_ids() | {t for deck in library.decks for n in deck.notes for t in n.topics}
    if found in known:
        return found
    near = nearest(name, sorted(known))
    hint = f"did you mean '{near}'?" if near else "'quizzer syllabus AREA' lists those of an area."
    raise UsageError(f"there is no topic '{name}'; {hint}")


def _has_any(wanted: tuple[str, ...], present: tuple[str | None, ...]) -> bool:
    return not wanted or any(name in present for name in wanted)
