"""FSRS-6 against the numbers and the code of its reference implementations, and its own laws."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.memory import FsrsMemory, MemoryState, Sm2Memory
from quizzer.core.placement import Placement
from quizzer.core.rating import QUALITY_OF_RATING, Rating
from quizzer.core.review import ReviewKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.scheduling.base import Answer, Outcome
from quizzer.fsrs.formulas import Formulas
from quizzer.fsrs.fuzz import fuzz
from quizzer.fsrs.parameters import DEFAULT, HIGHEST, LOWEST, check_parameters
from quizzer.fsrs.scheduler import Fsrs

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "fsrs6_vectors.json").read_text(encoding="utf-8")
)
TOLERANCE = 1e-4
PLAIN = SchedulerChoice(SchedulerName.FSRS, has_fuzz=False)
START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)


def answer(rating: Rating, elapsed_days: int = 0, **more: Any) -> Answer:
    """An answer of this rating."""
    return Answer(QUALITY_OF_RATING[rating], elapsed_days, **more)


def review_all(scheduler: Fsrs, history: list[tuple[Rating, int]]) -> FsrsMemory:
    """Return the memory after (rating, elapsed days) of all."""
    memory: MemoryState | None = None
    for rating, elapsed_days in history:
        memory = scheduler.review(memory, answer(rating, elapsed_days)).memory
    assert isinstance(memory, FsrsMemory)
    return memory


def random_parameters(draw: random.Random) -> tuple[float, ...]:
    """Return parameters within their bounds, not far from the default ones."""
    near = (value * draw.uniform(0.7, 1.4) for value in DEFAULT)
    return tuple(min(max(v, low), high) for v, low, high in zip(near, LOWEST, HIGHEST, strict=True))


def test_the_default_parameters_are_the_published_ones() -> None:
    """They are the 21 of the reference implementations."""
    assert list(DEFAULT) == VECTORS["default_parameters"]


def test_intervals_of_a_known_history() -> None:
    """Answered whenever it is due, a card gets the intervals that py-fsrs tests for."""
    vector = VECTORS["ivl_history"]
    scheduler, memory, found, elapsed_days = Fsrs(PLAIN), None, [], 0
    for value in vector["ratings"]:
        outcome = scheduler.review(memory, answer(Rating(value), elapsed_days))
        memory, elapsed_days = outcome.memory, outcome.memory.interval_days
        found.append(elapsed_days)
    assert found == vector["ivl_days"]


@pytest.mark.parametrize("is_short_term_off", [False, True])
def test_memory_of_a_known_history(is_short_term_off: bool) -> None:
    """Stability and difficulty are those that py-fsrs and fsrs-rs test for."""
    vector = VECTORS["memo_state"]
    parameters = (*DEFAULT[:17], 0.0, 0.0, 0.0, DEFAULT[20]) if is_short_term_off else DEFAULT
    scheduler = Fsrs(SchedulerChoice(SchedulerName.FSRS, parameters=parameters, has_fuzz=False))
    ratings = map(Rating, vector["ratings"])
    memory = review_all(scheduler, list(zip(ratings, vector["elapsed_days"], strict=True)))
    expected = vector["stability_w17_19_zero" if is_short_term_off else "stability"]
    assert memory.stability == pytest.approx(expected, rel=TOLERANCE)
    assert memory.difficulty == pytest.approx(vector["difficulty"], rel=TOLERANCE)


def test_intervals_by_desired_retention() -> None:
    """A stability of one day gives the intervals that fsrs-rs tests for, from 0.1 to 1.0."""
    formulas = Formulas()
    found = [max(1, round(formulas.interval(1.0, step / 10))) for step in range(1, 11)]
    # fsrs-rs computes in float32: its first figure is 3 of 3 million days off.
    assert found == pytest.approx(VECTORS["next_interval_S1_for_R_0.1..1.0"], rel=2e-6)


def test_single_formulas_give_the_known_numbers() -> None:
    """Forgetting curve, difficulty and the three ways of stability, at the points that fsrs-rs tests."""
    formulas = Formulas()
    close = partial(pytest.approx, rel=TOLERANCE)
    curve = [formulas.retrievability(s, t) for t, s in enumerate([1, 2, 3, 4, 4, 2])]
    assert curve == close(VECTORS["power_curve_t0..5_S[1,2,3,4,4,2]"])
    difficulties = [formulas.next_difficulty(5.0, rating) for rating in Rating]
    assert difficulties == close(VECTORS["next_difficulty_D5_grades1-4"]["after_mean_reversion"])
    same_day = [formulas.next_stability(5.0, 5.0, 0, rating) for rating in Rating]
    assert same_day == close(VECTORS["stability_short_term_S5_G1-4"])
    # At these retrievabilities, which the curve has after these many days.
    elapsed = [formulas.interval(5.0, retrievability) for retrievability in (0.9, 0.8, 0.7, 0.6)]
    failed = [
        formulas.next_stability(5.0, d, t, Rating.AGAIN) for d, t in zip((1, 2, 3, 4), elapsed, strict=True)
    ]
    assert failed == close(VECTORS["stability_after_failure_S5_D[1..4]_R[.9,.8,.7,.6]"])
    passed = [
        formulas.next_stability(5.0, d, t, rating)
        for d, t, rating in zip((1, 2, 3, 4), elapsed, Rating, strict=True)
        if rating is not Rating.AGAIN
    ]
    assert passed == close(VECTORS["stability_after_success_S5_D[1,2,3,4]_R[.9,.8,.7,.6]_G[1,2,3,4]"][1:])


@pytest.mark.parametrize("seed", range(5))
def test_random_histories_agree_with_the_package(seed: int) -> None:
    """2,000 reviews a seed: state, step, wait, interval, stability and difficulty are those of py-fsrs."""
    draw = random.Random(seed)
    parameters = DEFAULT if seed == 0 else random_parameters(draw)
    retention = 0.9 if seed == 0 else round(draw.uniform(0.75, 0.97), 2)
    steps_s = [(60, 600), (), (600,), (60, 600, 3600)][seed % 4]
    again_s = [(600,), (), (60, 600)][seed % 3]
    choice = SchedulerChoice(SchedulerName.FSRS, retention, parameters, steps_s, again_s, has_fuzz=False)
    ours = Fsrs(choice)
    theirs = fsrs.Scheduler(
        parameters=parameters,
        desired_retention=retention,
        learning_steps=tuple(timedelta(seconds=s) for s in steps_s),
        relearning_steps=tuple(timedelta(seconds=s) for s in again_s),
        enable_fuzzing=False,
    )
    for _ in range(100):
        card, memory, day = fsrs.Card(), None, START
        for number in range(20):
            rating = draw.choice(list(Rating))
            elapsed_days = draw.choice([0, 0, 1, 2, 5, round(draw.lognormvariate(3, 1.5))]) if number else 0
            day += timedelta(days=elapsed_days)
            outcome = ours.review(memory, answer(rating, elapsed_days))
            memory = outcome.memory
            card, _ = theirs.review_card(card, fsrs.Rating(int(rating)), day)
            assert_same(outcome, card, day)


def assert_same(outcome: Outcome, card: fsrs.Card, now: datetime) -> None:
    """Compare what came of an answer with the package's card."""
    memory = outcome.memory
    assert isinstance(memory, FsrsMemory)
    assert memory.stability == pytest.approx(card.stability, rel=1e-9)
    assert memory.difficulty == pytest.approx(card.difficulty, rel=1e-9)
    assert memory.step == card.step
    assert (memory.step is not None and memory.is_relearning) == (card.state is fsrs.State.Relearning)
    wait = timedelta(days=memory.interval_days, seconds=outcome.wait_s or 0)
    assert now + wait == card.due


def test_the_package_is_followed_through_the_day_rule() -> None:
    """Study days are counted, not spans of 24 hours: the evening before is a day ago."""
    memory = review_all(Fsrs(PLAIN), [(Rating.GOOD, 0), (Rating.GOOD, 1)])
    assert memory.stability > review_all(Fsrs(PLAIN), [(Rating.GOOD, 0), (Rating.GOOD, 0)]).stability


ratings = st.sampled_from(Rating)
histories = st.lists(st.tuples(ratings, st.integers(0, 400)), max_size=12)
parameter_sets = st.integers(0, 50).map(
    lambda seed: DEFAULT if seed == 0 else random_parameters(random.Random(seed))
)


@given(
    histories,
    parameter_sets,
    st.floats(0.7, 0.99),
    st.booleans(),
    st.booleans(),
    st.integers(0, 500),
    st.integers(1, 99),
)
def test_a_better_rating_never_comes_back_sooner(
    history: list[tuple[Rating, int]],
    parameters: tuple[float, ...],
    retention: float,
    has_fuzz: bool,
    uses_steps: bool,
    elapsed_days: int,
    card_id: int,
) -> None:
    """At equal history EASY waits at least as long as GOOD, GOOD as HARD; outside of steps a day at least."""
    choice = SchedulerChoice(SchedulerName.FSRS, retention, parameters, has_fuzz=has_fuzz)
    scheduler = Fsrs(choice)
    memory = review_all(scheduler, history) if history else None
    waits = []
    for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
        more = {"card_id": card_id, "number": len(history) + 1, "uses_steps": uses_steps}
        outcome = scheduler.review(memory, answer(rating, elapsed_days, **more))
        assert (outcome.wait_s is None) == (outcome.memory.interval_days >= 1)
        waits.append(timedelta(days=outcome.memory.interval_days, seconds=outcome.wait_s or 0))
    assert waits == sorted(waits)


@given(st.floats(0.001, 36500), st.lists(st.integers(0, 10000), min_size=2), parameter_sets)
def test_retrievability_falls_with_time(
    stability: float, days: list[int], parameters: tuple[float, ...]
) -> None:
    """It starts at 1, is 0.9 after the stability, and never rises."""
    formulas = Formulas(parameters)
    found = [formulas.retrievability(stability, day) for day in sorted(days)]
    assert found == sorted(found, reverse=True)
    assert formulas.retrievability(stability, 0) == 1
    assert formulas.retrievability(stability, stability) == pytest.approx(0.9)
    assert formulas.interval(stability, 0.9) == pytest.approx(stability)


@given(st.floats(0.7, 0.98), st.floats(0.01, 0.01), st.floats(0.1, 1000))
def test_a_higher_retention_asks_sooner(retention: float, more: float, stability: float) -> None:
    """The interval falls as the desired retention rises."""
    formulas = Formulas()
    assert formulas.interval(stability, retention + more) < formulas.interval(stability, retention)


@given(st.integers(1, 36500), st.integers(1, 10**6), st.integers(1, 10**4))
def test_fuzz_stays_near_and_is_the_same_again(interval_days: int, card_id: int, number: int) -> None:
    """It moves an interval within its band, never below a day, and replays to the same."""
    found = fuzz(interval_days, card_id, number, 36500)
    assert found == fuzz(interval_days, card_id, number, 36500)
    assert abs(found - interval_days) <= 2.5 + 0.15 * interval_days
    assert 1 <= found <= 36500
    assert interval_days > 2 or found == interval_days


@given(st.integers(1, 36499), st.integers(1, 10**6), st.integers(1, 10**4))
def test_fuzz_keeps_the_order(interval_days: int, card_id: int, number: int) -> None:
    """Of two intervals of one review the longer one stays the longer one."""
    assert fuzz(interval_days, card_id, number, 36500) <= fuzz(interval_days + 1, card_id, number, 36500)


def test_fuzz_spreads_cards_learnt_together() -> None:
    """A thousand cards with the same interval come back on every day of the band, about equally often."""
    counts = [0] * 40
    for card_id in range(1000):
        counts[fuzz(30, card_id, 1, 36500)] += 1
    days = [day for day, count in enumerate(counts) if count]
    assert days == list(range(27, 34))
    assert all(90 < counts[day] < 200 for day in days)


def test_failures_go_through_the_steps_of_their_kind() -> None:
    """A new card has learning steps, one that was learnt relearning steps, from the first on."""
    scheduler = Fsrs(PLAIN)
    first = scheduler.review(None, answer(Rating.AGAIN))
    again = scheduler.review(first.memory, answer(Rating.AGAIN))
    learnt = scheduler.review(again.memory, answer(Rating.EASY))
    lapsed = scheduler.review(learnt.memory, answer(Rating.AGAIN, 3))
    relearning = scheduler.review(lapsed.memory, answer(Rating.AGAIN))
    outcomes = [first, again, learnt, lapsed, relearning]
    assert [outcome.wait_s for outcome in outcomes] == [60, 60, None, 600, 600]


def test_everything_but_cram_is_taken_and_nothing_drilled() -> None:
    """A review twice a day or ahead of its day tells FSRS something; a cram does not."""
    scheduler = Fsrs(PLAIN)
    taken = {kind for kind in ReviewKind if scheduler.takes(kind, Rating.GOOD)}
    assert taken == set(ReviewKind) - {ReviewKind.CRAM}
    assert not any(scheduler.wants_drill(grade) for grade in range(6))


def test_the_memory_of_another_scheduler_is_refused() -> None:
    """FSRS does not go on from what SM-2 knows: a reschedule replays the log instead."""
    with pytest.raises(TypeError, match="FSRS cannot go on from Sm2Memory"):
        Fsrs(PLAIN).review(Sm2Memory(250, 1, 1), answer(Rating.GOOD))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (DEFAULT[:19], "21 numbers were expected, 19 were found"),
        ((*DEFAULT[:20], 0.9), "parameter 20 is 0.9; a number from 0.1 to 0.8 was expected"),
        ((float("nan"), *DEFAULT[1:]), "parameter 0 is nan"),
    ],
)
def test_parameters_that_make_no_sense_are_named(parameters: tuple[float, ...], message: str) -> None:
    """Their number and their bounds are checked."""
    with pytest.raises(ValueError, match=message):
        check_parameters(parameters)


def test_the_scheduler_foretells_recall_by_its_own_parameters() -> None:
    """The forgetting curve of the parameters that were chosen; another scheduler's memory is refused."""
    memory = FsrsMemory(10.0, 5.0, 10)
    other = SchedulerChoice(SchedulerName.FSRS, parameters=(*DEFAULT[:20], 0.5))
    for choice in (PLAIN, other):
        expected = Formulas(choice.parameters or DEFAULT).retrievability(10.0, 25)
        assert Fsrs(choice).retrievability(memory, 25) == expected
    assert Fsrs(PLAIN).retrievability(memory, 25) != Fsrs(other).retrievability(memory, 25)
    with pytest.raises(TypeError, match="FSRS cannot read"):
        Fsrs(PLAIN).retrievability(Sm2Memory(250, 1, 1), 1)


def test_a_placed_card_leaves_its_steps() -> None:
    """Stability and difficulty are the source's where it knows them, and no learning step is left."""
    scheduler = Fsrs(SchedulerChoice(SchedulerName.FSRS))
    day = date(2026, 3, 2)
    before = FsrsMemory(2.5, 6.0, 0, step=1)
    assert scheduler.place(before, Placement(day, 9)) == FsrsMemory(2.5, 6.0, 9)
    known = Placement(day, 9, stability=12.0, difficulty=3.0)
    assert scheduler.place(before, known) == scheduler.place(None, known) == FsrsMemory(12.0, 3.0, 9)


@pytest.mark.parametrize("desired_retention", [0.8, 0.9, 0.97])
def test_an_unknown_stability_is_that_of_the_interval(desired_retention: float) -> None:
    """A card of which only the interval is known gets the stability that would have led to it."""
    scheduler = Fsrs(SchedulerChoice(SchedulerName.FSRS, desired_retention))
    memory = scheduler.place(None, Placement(date(2026, 3, 2), 40))
    assert scheduler.formulas.interval(memory.stability, desired_retention) == pytest.approx(40)
