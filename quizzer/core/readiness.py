"""Readiness: how far each area of the syllabus is covered, learnt and recalled today, and what is weak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quizzer.core.rating import Rating
from quizzer.core.syllabus import Area, Topic

WEAK_LAPSES = 3  # as `Selection.is_weak` has it
WEAK_WORTH = 0.5
STRONG_ENOUGH = 0.8
MOST_WEAK_TOPICS = 10


class CardStanding(NamedTuple):
    """How a learner stands with a card; `recall` is the chance to recall it now, 0 before it was seen.

    A named tuple, since there is one a card (see `card_facts.py`).
    """

    key: str
    is_seen: bool = False
    recall: float = 0.0
    lapses: int = 0
    last_rating: Rating | None = None

    @property
    def is_weak(self) -> bool:
        """Whether it was Again or Hard when it was last asked in its turn, or lapsed three times."""
        was_bad = self.last_rating is not None and self.last_rating <= Rating.HARD
        return self.is_seen and (was_bad or self.lapses >= WEAK_LAPSES)


@dataclass(frozen=True, slots=True)
class TopicReadiness:
    """A topic with the cards of the notes that are on it; it is covered where there is one."""

    topic: Topic
    cards: tuple[CardStanding, ...] = ()

    @property
    def is_covered(self) -> bool:
        """Whether a note asks for it."""
        return bool(self.cards)

    @property
    def is_learnt(self) -> bool:
        """Whether a card of it was seen."""
        return any(card.is_seen for card in self.cards)

    @property
    def seen(self) -> tuple[CardStanding, ...]:
        """Its cards that were seen."""
        return tuple(card for card in self.cards if card.is_seen)

    @property
    def recall(self) -> float:
        """The share of its seen cards that would be recalled now; 0 where none was seen."""
        return _mean([card.recall for card in self.seen])

    @property
    def strength(self) -> float:
        """The same share, in which a weak card counts half: what orders the weakest topics."""
        return _mean([card.recall * (WEAK_WORTH if card.is_weak else 1) for card in self.seen])

    @property
    def why(self) -> str:
        """What makes it weak, in words."""
        seen = self.seen
        bad = sum(card.last_rating is not None and card.last_rating <= Rating.HARD for card in seen)
        lapses = sum(card.lapses for card in seen)
        parts = [f"{100 * self.recall:.0f} % recalled now"]
        if bad:
            parts.append(f"{bad} of {len(seen)} Again or Hard when last asked")
        if lapses:
            parts.append("1 lapse" if lapses == 1 else f"{lapses} lapses")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class AreaReadiness:
    """An area with its topics; `cards` has each card once, however many of the topics it is on."""

    area: Area
    topics: tuple[TopicReadiness, ...]
    katas: int = 0
    katas_passed: int = 0

    @property
    def covered(self) -> int:
        """How many topics have a note."""
        return sum(topic.is_covered for topic in self.topics)

    @property
    def learnt(self) -> int:
        """How many topics have a card that was seen."""
        return sum(topic.is_learnt for topic in self.topics)

    @property
    def cards(self) -> tuple[CardStanding, ...]:
        """Its cards."""
        return tuple({card.key: card for topic in self.topics for card in topic.cards}.values())

    @property
    def retrievable(self) -> float | None:
        """The share of all its cards that would be recalled now, those not seen counted as forgotten.

        None where it has no card.
        """
        cards = self.cards
        return _mean([card.recall for card in cards]) if cards else None


@dataclass(frozen=True, slots=True)
class Readiness:
    """All areas in the order of their prerequisites."""

    areas: tuple[AreaReadiness, ...]

    @property
    def topics(self) -> tuple[TopicReadiness, ...]:
        """The topics of all areas, in that order."""
        return tuple(topic for area in self.areas for topic in area.topics)

    def weakest(self) -> tuple[TopicReadiness, ...]:
        """Return the weakest of the learnt topics, at most ten, the weakest first; what is strong is none.

        A topic that nobody has begun is no weakness but a gap, and is told as such.
        """
        weak = [topic for topic in self.topics if topic.is_learnt and topic.strength < STRONG_ENOUGH]
        return tuple(sorted(weak, key=lambda topic: topic.strength)[:MOST_WEAK_TOPICS])

    def next_topics(self) -> tuple[TopicReadiness, ...]:
        """Return the topics that can be begun: covered, not learnt, and all that they require is learnt.

        A requirement that no note covers is not waited for, as in the order of new cards.
        """
        waiting = self.waiting_topics()
        return tuple(
            topic
            for topic in self.topics
            if topic.is_covered and not topic.is_learnt and not missing_for(topic.topic, waiting)
        )

    def waiting_topics(self) -> frozenset[str]:
        """Return the ids of the topics that have notes and are not learnt yet."""
        return frozenset(t.topic.id for t in self.topics if t.is_covered and not t.is_learnt)


def missing_for(topic: Topic, waiting: frozenset[str]) -> tuple[str, ...]:
    """Return which of the topics that `topic` requires are among those not learnt yet."""
    return tuple(needed for needed in topic.requires if needed in waiting)


def assess(
    areas: Sequence[Area],
    cards_of_topic: Mapping[str, Iterable[str]],
    standings: Mapping[str, CardStanding],
    topics_of_kata: Mapping[str, Iterable[str]],
    passed_katas: frozenset[str],
) -> Readiness:
    """Return the readiness in `areas`.

    `cards_of_topic` has the keys of the cards on each topic, `standings` the cards that were
    seen; a kata belongs to every area that has one of its topics.
    """
    return Readiness(
        tuple(
            _assess_area(area, cards_of_topic, standings, topics_of_kata, passed_katas)
            for area in in_order(areas)
        )
    )


def in_order(areas: Sequence[Area]) -> tuple[Area, ...]:
    """Return the areas with each behind those that it requires, else in the order in which they are given."""
    placed: dict[str, Area] = {}
    left = list(areas)
    names = {area.id for area in areas}
    while left:
        ready = (area for area in left if all(name in placed or name not in names for name in area.requires))
        area = next(ready, left[0])
        placed[area.id] = area
        left.remove(area)
    return tuple(placed.values())


def _assess_area(
    area: Area,
    cards_of_topic: Mapping[str, Iterable[str]],
    standings: Mapping[str, CardStanding],
    topics_of_kata: Mapping[str, Iterable[str]],
    passed_katas: frozenset[str],
) -> AreaReadiness:
    topics = tuple(
        TopicReadiness(
            topic, tuple(standings.get(key) or CardStanding(key) for key in cards_of_topic.get(topic.id, ()))
        )
        for topic in area.topics
    )
    ids = {topic.id for topic in area.topics}
    katas = {slug for slug, names in topics_of_kata.items() if ids.intersection(names)}
    return AreaReadiness(area, topics, len(katas), len(katas & passed_katas))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
