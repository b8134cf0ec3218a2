from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.memory import FsrsMemory, Sm2Memory
from quizzer.core.placement import Placement
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduling.base import Answer
from quizzer.core.scheduling.sm2 import Sm2

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "sm2_vectors.json").read_text())
DAY = date(2026, 3, 2)
GRADES = st.lists(st.integers(0, 5), max_size=60)


def review(memory: Sm2Memory | None, grade: int) -> Sm2Memory:
    """Return the memory state after one grade."""
    after = Sm2().review(memory, Answer(grade)).memory
    assert isinstance(after, Sm2Memory)
    return after


def grade_all(grades: list[int]) -> list[Sm2Memory]:
    """Return the memory state after each grade."""
    states: list[Sm2Memory] = []
    memory = None
    for grade in grades:
        memory = review(memory, grade)
        states.append(memory)
    return states


NEW = (0, Fraction(5, 2), 0)


def oracle_step(state: tuple[int, Fraction, int], q: int) -> tuple[int, Fraction, int]:
    """The text of 1990 word for word, in fractions: (interval, EF, repetitions) after grade `q`."""
    interval, ease, count = state
    if q < 3:
        return 1, ease, 0
    ease += Fraction(1, 10) - (5 - q) * (Fraction(8, 100) + (5 - q) * Fraction(2, 100))
    ease = max(ease, Fraction(13, 10))
    return {1: 1, 2: 6}.get(count + 1) or ceil(interval * ease), ease, count + 1


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: "".join(map(str, vector["grades"])))
def test_vectors_of_the_literal_reading(vector: dict[str, list[dict[str, float]]]) -> None:
    """Every stored sequence gives the intervals, ease factors and repetitions of reading A."""
    states = grade_all([int(step["quality"]) for step in vector["A"]])
    assert [(s.interval_days, s.ease_factor, s.repetitions) for s in states] == [
        (step["interval_days"], round(step["ease_factor"] * 100), step["repetitions"]) for step in vector["A"]
    ]


def test_all_sequences_of_six_grades() -> None:
    """All 46,656 sequences of six grades agree with exact fractions, after every grade."""
    sequences = 0

    def grow(memory: Sm2Memory | None, expected: tuple[int, Fraction, int], depth: int) -> None:
        nonlocal sequences
        sequences += depth == 6
        for grade in range(6) if depth < 6 else ():
            found = review(memory, grade)
            following = oracle_step(expected, grade)
            assert (found.interval_days, Fraction(found.ease_factor, 100), found.repetitions) == following
            grow(found, following, depth + 1)

    grow(None, NEW, 0)
    assert sequences == 6**6


@given(GRADES)
def test_long_sequences_stay_exact(grades: list[int]) -> None:
    """However long the history, no interval is rounded by a float."""
    expected = list(accumulate(grades, oracle_step, initial=NEW))[1:]
    found = [(s.interval_days, Fraction(s.ease_factor, 100), s.repetitions) for s in grade_all(grades)]
    assert found == expected


@given(GRADES)
def test_a_better_grade_never_brings_a_shorter_interval(grades: list[int]) -> None:
    """At an equal history, intervals grow with the grade and are at least one day."""
    memory = grade_all(grades)[-1] if grades else None
    intervals = [review(memory, grade).interval_days for grade in range(6)]
    assert intervals[0] >= 1
    assert intervals == sorted(intervals)


@pytest.mark.parametrize("grade", [-1, 6])
def test_a_grade_that_does_not_exist_is_refused(grade: int) -> None:
    """Grades outside 0..5 are an error, not a guess."""
    with pytest.raises(ValueError, match=f"0..5, got {grade}"):
        review(None, grade)


def test_the_memory_of_another_scheduler_is_refused() -> None:
    """SM-2 does not go on from what FSRS knows: a reschedule replays the log instead."""
    with pytest.raises(TypeError, match="SM-2 cannot go on from FsrsMemory"):
        Sm2().review(FsrsMemory(1.0, 5.0, 1), Answer(4))


def test_only_scheduled_reviews_and_failures_ahead_move_the_schedule() -> None:
    """A drill leaves SM-2's schedule alone, as does an answer ahead of its day, unless that is AGAIN."""
    assert all(Sm2().takes(ReviewKind.SCHEDULED, rating) for rating in Rating)
    assert not any(Sm2().takes(ReviewKind.DRILL, rating) for rating in Rating)
    assert [rating for rating in Rating if Sm2().takes(ReviewKind.AHEAD, rating)] == [Rating.AGAIN]


def test_every_grade_below_four_is_drilled() -> None:
    """A grade of 3 passes but is drilled; 4 is not."""
    assert [Sm2().wants_drill(grade) for grade in range(6)] == [True] * 4 + [False] * 2


def test_the_chance_of_a_recall_is_nine_tenths_when_due() -> None:
    """0.9^(t / I): certain at once, 0.9 after the interval, 0.81 after two, however long it is."""
    for days in (1, 6, 10**40):
        memory = Sm2Memory(250, 3, days)
        assert Sm2().retrievability(memory, 0) == 1
        assert Sm2().retrievability(memory, days) == pytest.approx(0.9)
        assert Sm2().retrievability(memory, 2 * days) == pytest.approx(0.81)


def test_no_recall_is_foretold_of_a_foreign_memory() -> None:
    """Nothing is foretold of a memory that SM-2 does not keep."""
    with pytest.raises(TypeError, match="SM-2 cannot read"):
        Sm2().retrievability(FsrsMemory(1.0, 5.0, 1), 1)


@pytest.mark.parametrize(
    ("memory", "placement", "expected"),
    [
        (None, Placement(DAY, 30), Sm2Memory(250, 2, 30)),
        (None, Placement(DAY, 1), Sm2Memory(250, 1, 1)),
        (None, Placement(DAY, 0), Sm2Memory(250, 0, 0)),
        (Sm2Memory(180, 5, 9), Placement(DAY, 30), Sm2Memory(180, 5, 30)),
        (Sm2Memory(180, 0, 1), Placement(DAY, 30), Sm2Memory(180, 2, 30)),
        (Sm2Memory(180, 5, 9), Placement(DAY, 30, 210, 1), Sm2Memory(210, 1, 30)),
        (None, Placement(DAY, 30, 100), Sm2Memory(130, 2, 30)),
        (Sm2Memory(180, 0, 1), Placement(DAY, 1), Sm2Memory(180, 0, 1)),
        (Sm2Memory(236, 2, 6), Placement(DAY, 0), Sm2Memory(236, 0, 0)),
    ],
)
def test_a_placed_card_goes_on_from_there(
    memory: Sm2Memory | None, placement: Placement, expected: Sm2Memory
) -> None:
    """What the source knows is taken, the rest stays, and the interval does not start again from six days."""
    assert Sm2().place(memory, placement) == expected


@pytest.mark.parametrize("repetitions", [None, 0, 1, 2, 9])
def test_a_card_placed_at_no_day_grows_again(repetitions: int | None) -> None:
    """A card that comes within its learning steps gets longer intervals with every good answer."""
    memory = Sm2().place(Sm2Memory(250, 4, 20), Placement(DAY, 0, repetitions=repetitions))
    intervals = []
    for _ in range(4):
        memory = review(memory, 4)
        intervals.append(memory.interval_days)
    assert intervals == [1, 6, 15, 38]
