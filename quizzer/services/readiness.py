"""Readiness: the syllabus beside what the learner has seen and would recall now."""

from __future__ import annotations

from datetime import date

from quizzer.content.kata_folder import read_heading
from quizzer.content.kata_names import list_slugs
from quizzer.content.library import Library
from quizzer.content.locator import ContentRoots
from quizzer.core.card import card_key, faces_of
from quizzer.core.readiness import AreaReadiness, CardStanding, Readiness, assess
from quizzer.core.scheduling.base import Scheduler
from quizzer.services.collector import pausing_collector
from quizzer.services.selection import find_area
from quizzer.services.workspace import Workspace
from quizzer.storage.standing_reads import SeenCard, read_passed_katas, read_seen


def read_readiness(workspace: Workspace) -> Readiness:
    """Return how ready the learner is in each area of the syllabus."""
    library = workspace.library
    with pausing_collector(), workspace.database.peeking() as run:
        keys = _keys_by_topic(library)
        wanted = {key for topic in library.syllabus.topic_ids() for key in keys.get(topic, ())}
        seen = read_seen(run, wanted.__contains__)
        scheduler, today = workspace.regime(run).scheduler, workspace.study_day()
        standings = {card.key: _stand(card, scheduler, today) for card in seen}
        passed = read_passed_katas(run)
        katas = _topics_of_katas(workspace.content.roots) if library.syllabus.areas else {}
        return assess(library.syllabus.areas, keys, standings, katas, passed)


def find_readiness(workspace: Workspace, readiness: Readiness, area: str) -> AreaReadiness:
    """Return the readiness in the area of that id.

    Raises:
        UsageError: If there is none (the nearest is named).
    """
    wanted = find_area(workspace.library, area).id
    return next(found for found in readiness.areas if found.area.id == wanted)


def _stand(card: SeenCard, scheduler: Scheduler, today: date) -> CardStanding:
    elapsed_days = max(0, (today - card.reviewed_on).days)
    recall = 0.0 if card.memory is None else scheduler.retrievability(card.memory, elapsed_days)
    return CardStanding(card.key, True, recall, card.lapses, card.last_rating)


def _keys_by_topic(library: Library) -> dict[str, list[str]]:
    """Return the keys of the cards on each topic; a topic that was merged counts as the one it went into."""
    keys: dict[str, list[str]] = {}
    for deck in library.decks:
        for note in deck.notes:
            cards = [card_key(note.id, face) for face in faces_of(note)]
            for topic in library.syllabus.topics_of(note):
                keys.setdefault(topic, []).extend(cards)
    return keys


def _topics_of_katas(roots: ContentRoots) -> dict[str, tuple[str, ...]]:
    headings = {slug: read_heading(roots, slug) for slug in list_slugs(roots)}
    return {slug: heading.topics for slug, heading in headings.items() if heading is not None}
