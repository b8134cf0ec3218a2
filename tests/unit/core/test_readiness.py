"""Readiness of areas and topics, of standings given by hand."""

from __future__ import annotations

import pytest

from quizzer.core.note import Level
from quizzer.core.rating import Rating
from quizzer.core.readiness import CardStanding, Readiness, TopicReadiness, assess, in_order
from quizzer.core.syllabus import Area, Topic


def topic(name: str, *requires: str) -> Topic:
    """Return a topic."""
    return Topic(name, name.capitalize(), Level.MID, requires)


def seen(key: str, recall: float, *, lapses: int = 0, last: Rating = Rating.GOOD) -> CardStanding:
    """Return a card that was seen."""
    return CardStanding(key, True, recall, lapses, last)


AREAS = (
    Area("late", "Late", (topic("masks", "scaled"), topic("odd", "nowhere")), requires=("early",)),
    Area("early", "Early", (topic("scaled"), topic("heads", "scaled"), topic("bare"))),
)
CARDS = {"scaled": ["s1", "both"], "heads": ["both", "h1"], "masks": ["m1"], "odd": ["o1"]}


def readiness(*standings: CardStanding, passed: frozenset[str] = frozenset()) -> Readiness:
    """Return the readiness of a learner with these seen cards."""
    katas = {"one": ("scaled", "masks"), "two": ("heads",), "else": ("foreign",)}
    return assess(AREAS, CARDS, {card.key: card for card in standings}, katas, passed)


def test_areas_stand_behind_what_they_require() -> None:
    """The order of the file holds where prerequisites leave it open; a circle or a stranger stops nothing."""
    assert [area.id for area in in_order(AREAS)] == ["early", "late"]
    free = [Area(name, name, ()) for name in "cab"]
    assert [area.id for area in in_order(free)] == ["c", "a", "b"]
    circle = [Area("a", "A", (), ("b",)), Area("b", "B", (), ("a",)), Area("c", "C", (), ("stranger",))]
    assert {area.id for area in in_order(circle)} == {"a", "b", "c"}


def test_an_area_counts_topics_and_each_card_once() -> None:
    """Covered has a note, learnt a seen card; a card on two topics counts once, an unseen one counts 0."""
    early, late = readiness(seen("s1", 0.9), seen("both", 0.6), passed=frozenset({"one", "else"})).areas
    assert (early.covered, early.learnt, len(early.topics)) == (2, 2, 3)
    assert early.retrievable == pytest.approx((0.9 + 0.6 + 0.0) / 3)
    assert (early.katas, early.katas_passed) == (2, 1)
    assert (late.covered, late.learnt, late.retrievable) == (2, 0, 0.0)
    assert (late.katas, late.katas_passed) == (1, 1)


def test_an_area_without_cards_has_no_share() -> None:
    """Nothing can be said of what nobody asks."""
    (area,) = assess([Area("a", "A", (topic("t"),))], {}, {}, {}, frozenset()).areas
    assert area.retrievable is None


def test_the_weakest_topics_come_weakest_first() -> None:
    """A forgotten topic stands before one whose cards were Hard; strong and unseen ones are no weakness."""
    found = readiness(
        seen("s1", 0.95), seen("both", 0.95, last=Rating.HARD), seen("m1", 0.3, lapses=2), seen("o1", 0.99)
    )
    weakest = found.weakest()
    assert [topic.topic.id for topic in weakest] == ["masks", "heads", "scaled"]
    assert weakest[0].why == "30 % recalled now, 2 lapses"
    assert weakest[1].why == "95 % recalled now, 1 of 1 Again or Hard when last asked"
    assert readiness().weakest() == ()


def test_ten_topics_are_the_most() -> None:
    """A list of everything would help nobody."""
    topics = tuple(topic(f"t{number}") for number in range(12))
    standings = {f"k{n}": seen(f"k{n}", n / 100) for n in range(12)}
    cards = {f"t{n}": [f"k{n}"] for n in range(12)}
    found = assess([Area("a", "A", topics)], cards, standings, {}, frozenset()).weakest()
    assert [topic.topic.id for topic in found] == [f"t{n}" for n in range(10)]


def test_a_card_is_weak_by_its_last_answer_or_its_lapses() -> None:
    """Again and Hard, or three lapses; one that was never seen is not."""
    assert seen("a", 1, last=Rating.HARD).is_weak
    assert seen("a", 1, lapses=3).is_weak
    assert not seen("a", 1, lapses=2).is_weak
    assert not CardStanding("a", lapses=5).is_weak


def test_what_opens_next_has_its_requirements_learnt() -> None:
    """A requirement without notes is not waited for; a topic without notes opens for nobody."""

    def opens(*standings: CardStanding) -> list[str]:
        return [topic.topic.id for topic in readiness(*standings).next_topics()]

    assert opens() == ["scaled", "odd"]
    assert opens(seen("s1", 0.5)) == ["heads", "masks", "odd"]
    assert opens(seen("s1", 0.5), seen("h1", 0.5), seen("m1", 1), seen("o1", 1)) == []


def test_a_topic_nobody_has_seen_has_no_strength() -> None:
    """Its figures are zero and its cards unseen."""
    empty = TopicReadiness(topic("t"), (CardStanding("a"),))
    assert (empty.recall, empty.strength, empty.is_learnt, empty.is_covered) == (0, 0, False, True)
