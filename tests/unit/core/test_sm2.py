from __future__ import annotations

import json
from fractions import Fraction
from itertools import accumulate
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.memory import MemoryState
from quizzer.core.rating import Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduling.sm2 import Sm2

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "sm2_vectors.json").read_text())
GRADES = st.lists(st.integers(0, 5), max_size=60)


def grade_all(grades: list[int]) -> list[MemoryState]:
    """Return the memory state after each grade."""
    states: list[MemoryState] = []
    memory = None
    for grade in grades:
        memory = Sm2().review(memory, grade)
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

    def grow(memory: MemoryState | None, expected: tuple[int, Fraction, int], depth: int) -> None:
        nonlocal sequences
        sequences += depth == 6
        for grade in range(6) if depth < 6 else ():
            found = Sm2().review(memory, grade)
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
    intervals = [Sm2().review(memory, grade).interval_days for grade in range(6)]
    assert intervals[0] >= 1
    assert intervals == sorted(intervals)


@pytest.mark.parametrize("grade", [-1, 6])
def test_a_grade_that_does_not_exist_is_refused(grade: int) -> None:
    """Grades outside 0..5 are an error, not a guess."""
    with pytest.raises(ValueError, match=f"0..5, got {grade}"):
        Sm2().review(None, grade)


def test_only_scheduled_reviews_and_failures_ahead_move_the_schedule() -> None:
    """A drill leaves SM-2's schedule alone, as does an answer ahead of its day, unless that is AGAIN."""
    assert all(Sm2().takes(ReviewKind.SCHEDULED, rating) for rating in Rating)
    assert not any(Sm2().takes(ReviewKind.DRILL, rating) for rating in Rating)
    assert [rating for rating in Rating if Sm2().takes(ReviewKind.AHEAD, rating)] == [Rating.AGAIN]


def test_every_grade_below_four_is_drilled() -> None:
    """A grade of 3 passes but is drilled; 4 is not."""
    assert [Sm2().wants_drill(grade) for grade in range(6)] == [True] * 4 + [False] * 2
