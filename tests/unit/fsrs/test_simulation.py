from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzer.core.habits import Habits
from quizzer.core.rating import Rating
from quizzer.fsrs.formulas import Formulas
from quizzer.fsrs.parameters import DEFAULT
from quizzer.fsrs.simulation import Course, Plan, Setting, Standing, simulate

OTHER_PARAMETERS = (0.05, 0.6, 4.0, 20.0, *DEFAULT[4:8], 1.4, *DEFAULT[9:20], 0.3)
ONLY_FAILURES_COST = Habits(first_shares=(0, 0, 1, 0), seconds=(60.0, 0.0, 0.0, 0.0))  # minutes count them
SIGMAS = 6.0  # a right simulation is farther from its mean once in 500 million runs


@dataclass
class SlowCard:
    """A card as the slow simulation knows it."""

    stability: float
    difficulty: float
    seen_day: int
    due_day: int


def simulate_slowly(setting: Setting, plan: Plan, seed: int) -> Course:
    """Simulate card by card with the formulas on floats; chances are drawn in the same turn."""
    formulas, habits, draw = Formulas(setting.parameters), setting.habits, np.random.default_rng(seed)

    def due_day(seen_day: int, stability: float) -> int:
        days = round(formulas.interval(stability, plan.desired_retention))
        return seen_day + min(max(1, days), 36_500)

    standing, left = setting.standing, setting.new_cards
    known = zip(standing.stability_days, standing.difficulty, standing.seen_day, strict=True)
    cards = [SlowCard(s, d, day, due_day(day, s)) for s, d, day in known]
    course = []
    for day in range(setting.days):
        due = sorted((card for card in cards if card.due_day <= day), key=lambda card: card.due_day)
        due = due[: plan.reviews_a_day]
        fresh = min(plan.new_a_day, left)
        left -= fresh
        recalled = draw.random(len(due))
        passed = draw.choice(3, size=len(due), p=np.array(habits.passed_shares) / sum(habits.passed_shares))
        first = draw.choice(4, size=fresh, p=np.array(habits.first_shares) / sum(habits.first_shares))
        seconds = 0.0
        for card, chance, number in zip(due, recalled, passed, strict=True):
            elapsed_days = day - card.seen_day
            is_recalled = chance < formulas.retrievability(card.stability, elapsed_days)
            rating = Rating(int(number) + 2) if is_recalled else Rating.AGAIN
            card.stability, card.difficulty = (
                formulas.next_stability(card.stability, card.difficulty, elapsed_days, rating),
                formulas.next_difficulty(card.difficulty, rating),
            )
            card.seen_day, card.due_day = day, due_day(day, card.stability)
            seconds += habits.seconds[rating - 1]
        for number in first:
            rating = Rating(int(number) + 1)
            stability = formulas.first_stability(rating)
            cards.append(SlowCard(stability, formulas.first_difficulty(rating), day, due_day(day, stability)))
            seconds += habits.seconds[rating - 1]
        recallable = sum(formulas.retrievability(card.stability, day - card.seen_day) for card in cards)
        course.append((len(due) + fresh, seconds / 60, recallable))
    reviews, minutes, known_cards = zip(*course, strict=True)
    return Course(plan, reviews, minutes, known_cards)


def stand(cards: int, stability_days: float = 20.0, seen_day: int = -10) -> Standing:
    """Return so many cards that are all alike."""
    return Standing((stability_days,) * cards, (5.0,) * cards, (seen_day,) * cards)


def setting_of(standing: Standing, new_cards: int, days: int, habits: Habits | None = None) -> Setting:
    """Return a setting with the default parameters."""
    return Setting(standing, new_cards, habits or Habits(), DEFAULT, days)


STANDINGS = st.lists(
    st.tuples(st.floats(0.001, 3000), st.floats(1, 10), st.integers(-400, 0)), max_size=30
).map(lambda rows: Standing(*zip(*rows, strict=True)) if rows else Standing())
PLANS = st.builds(Plan, st.floats(0.7, 0.99), st.integers(0, 12), st.integers(0, 40))


@pytest.mark.parametrize("parameters", [DEFAULT, OTHER_PARAMETERS])
@pytest.mark.parametrize("plan", [Plan(0.9, 7, 200), Plan(0.75, 3, 12), Plan(0.97, 40, 30)])
def test_a_course_is_that_of_a_slow_simulation(parameters: tuple[float, ...], plan: Plan) -> None:
    """Card by card, with other code for the formulas and the same chances, every day comes out the same."""
    random = np.random.default_rng(7)
    standing = Standing(
        tuple(np.exp(random.normal(2, 1.5, 90)).tolist()),
        tuple(random.uniform(1, 10, 90).tolist()),
        tuple(random.integers(-200, 1, 90).tolist()),
    )
    setting = Setting(standing, 160, Habits(), parameters, days=120)
    quick, slow = simulate(setting, plan, seed=3), simulate_slowly(setting, plan, seed=3)
    assert quick.reviews == slow.reviews
    assert quick.minutes == pytest.approx(slow.minutes, abs=1e-9)
    assert quick.known == pytest.approx(slow.known, rel=1e-9)


def test_a_seed_decides_the_course() -> None:
    """The same seed gives the same course; another one gives another."""
    setting, plan = setting_of(stand(50), 50, 60), Plan(0.9, 5, 100)
    assert simulate(setting, plan, 1) == simulate(setting, plan, 1)
    assert simulate(setting, plan, 1).reviews != simulate(setting, plan, 2).reviews


@settings(max_examples=60)
@given(STANDINGS, st.integers(0, 60), PLANS, st.integers(0, 5))
def test_limits_are_kept_and_nobody_knows_more_than_was_seen(
    standing: Standing, new_cards: int, plan: Plan, seed: int
) -> None:
    """No day has more reviews than its limits, and known cards are among those seen by then."""
    course = simulate(setting_of(standing, new_cards, 25), plan, seed)
    assert len(course.reviews) == len(course.minutes) == len(course.known) == 25
    for day, (reviews, known) in enumerate(zip(course.reviews, course.known, strict=True), start=1):
        introduced = min(day * plan.new_a_day, new_cards)
        seen = len(standing.seen_day) + introduced
        assert 0 <= reviews <= plan.reviews_a_day + plan.new_a_day
        assert reviews <= seen
        assert 0 <= known <= seen + 1e-9


def test_new_cards_come_until_there_are_none() -> None:
    """Without a review of due ones, each day brings the new ones of its limit, and the last the rest."""
    course = simulate(setting_of(stand(9), 10, 6), Plan(0.9, 4, 0), 1)
    assert course.reviews == (4, 4, 2, 0, 0, 0)


def test_an_empty_collection_has_empty_days() -> None:
    """Neither seen nor new cards: nothing to do, nothing known."""
    course = simulate(setting_of(Standing(), 0, 3), Plan(0.9, 20, 200), 1)
    assert (course.reviews, course.minutes, course.known) == ((0,) * 3, (0.0,) * 3, (0.0,) * 3)


def test_without_new_cards_a_day_only_the_seen_ones_come() -> None:
    """Cards that wait to be seen are neither reviewed nor known."""
    waiting = simulate(setting_of(stand(30), 500, 90), Plan(0.9, 0, 200), 1)
    assert waiting == simulate(setting_of(stand(30), 0, 90), Plan(0.9, 0, 200), 1)
    assert sum(waiting.reviews) > 0


def test_each_plan_schedules_the_cards_anew() -> None:
    """A card seen 10 days ago is due on the day on which its chance has fallen to the plan's."""
    formulas, setting = Formulas(), setting_of(stand(1, 20.0, seen_day=-10), 0, 400)
    for retention in (0.95, 0.9, 0.8):
        course = simulate(setting, Plan(retention, 0, 10), 1)
        due = max(0, round(formulas.interval(20.0, retention)) - 10)
        assert next(day for day, reviews in enumerate(course.reviews) if reviews) == due


def test_a_longer_overdue_card_comes_first() -> None:
    """With room for one card a day, the one whose day came first is asked first."""
    standing = Standing((1.0, 100.0), (5.0, 5.0), (-3, -130))  # due for 2 and for 30 days
    course = simulate(setting_of(standing, 0, 1), Plan(0.9, 0, 1), 1)
    alone = simulate(setting_of(Standing((1.0,), (5.0,), (-3,)), 0, 1), Plan(0.9, 0, 0), 1)
    assert course.known[0] == pytest.approx(1.0 + alone.known[0])


@pytest.mark.parametrize(("stability_days", "gap_days"), [(100.0, 100), (100.0, 1500), (3.0, 40)])
def test_cards_are_forgotten_as_often_as_the_formula_says(stability_days: float, gap_days: int) -> None:
    """Of 4,000 cards on one day as many fail as the retrievability wants, within six standard deviations."""
    cards = 4000
    setting = setting_of(stand(cards, stability_days, -gap_days), 0, 1, ONLY_FAILURES_COST)
    chance = 1 - Formulas().retrievability(stability_days, gap_days)
    (failed,) = simulate(setting, Plan(0.9, 0, cards), 1).minutes
    assert abs(failed - cards * chance) < SIGMAS * math.sqrt(cards * chance * (1 - chance))


def test_ratings_come_in_the_shares_of_the_habits() -> None:
    """First ratings in four shares, those of recalled cards in three, whether or not they sum to one."""
    cards, habits = 4000, Habits((3, 0, 6, 1), (1, 0, 3), (60.0, 0.0, 0.0, 0.0))
    again = simulate(setting_of(Standing(), cards, 1, habits), Plan(0.9, cards, 0), 1).minutes[0]
    assert abs(again - 0.3 * cards) < SIGMAS * math.sqrt(cards * 0.21)
    yesterday = setting_of(stand(cards, 0.5, -1), 0, 1, replace(habits, seconds=(0.0, 60.0, 0.0, 0.0)))
    recalled = cards * Formulas().retrievability(0.5, 1)
    hard = simulate(yesterday, Plan(0.9, 0, cards), 1).minutes[0]
    assert abs(hard - recalled / 4) < SIGMAS * math.sqrt(cards * 0.25)


def test_more_retention_never_costs_fewer_reviews() -> None:
    """Over half a year, the mean of ten courses rises with the desired retention, and so do known cards."""
    setting = setting_of(stand(150), 150, 180)
    courses = [
        [simulate(setting, Plan(r, 5, 9999), seed) for seed in range(10)] for r in (0.7, 0.8, 0.9, 0.97)
    ]
    reviews = [np.mean([sum(course.reviews) for course in same]) for same in courses]
    known = [np.mean([course.known[-1] for course in same]) for same in courses]
    assert reviews == sorted(reviews)
    assert known == sorted(known)
