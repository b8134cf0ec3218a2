from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.kata_queue import KataReason, KataState, KataTurn, due_katas

TODAY = date(2026, 3, 2)
SLUGS = ("a", "b", "c", "d", "e")


@st.composite
def states(draw: st.DrawFn) -> list[KataState]:
    """Draw what is known of some katas, one of them gone from the content."""
    known = []
    for slug in draw(st.sets(st.sampled_from((*SLUGS, "gone")))):
        days = draw(st.none() | st.integers(-9, 9))
        due_on = None if days is None else TODAY + timedelta(days=days)
        known.append(KataState(slug, due_on, due_on is None, draw(st.booleans()), draw(st.booleans())))
    return known


@given(states(), st.integers(0, 6))
def test_a_day_offers_open_then_due_then_new_within_the_limit(known: list[KataState], limit: int) -> None:
    """Every open sitting is listed; the rest fills what the limit leaves after those done today."""
    turns = due_katas(SLUGS, known, TODAY, limit)
    order = [list(KataReason).index(turn.reason) for turn in turns]
    opened = {state.slug for state in known if state.has_open_sitting and state.slug != "gone"}
    done = sum(state.reviewed_today and not state.has_open_sitting for state in known)
    rest = [turn for turn in turns if turn.reason is not KataReason.OPEN]

    assert order == sorted(order)
    assert {turn.slug for turn in turns if turn.reason is KataReason.OPEN} == opened
    assert len(rest) <= max(0, limit - done - len(opened))
    assert len({turn.slug for turn in turns}) == len(turns)
    assert "gone" not in {turn.slug for turn in turns}
    reviewed = {state.slug for state in known if state.reviewed_today}
    assert not reviewed & {turn.slug for turn in rest}


def test_the_longest_due_comes_first_and_new_ones_in_their_order() -> None:
    """Due before new, whatever the order of introduction; a kata of a later day is not offered."""
    known = [
        KataState("b", TODAY, False),
        KataState("d", TODAY - timedelta(days=3), False),
        KataState("c", TODAY + timedelta(days=1), False),
    ]

    assert [turn.slug for turn in due_katas(SLUGS, known, TODAY, 9)] == ["d", "b", "a", "e"]


def test_a_turn_says_how_to_begin() -> None:
    """The command follows from the slug alone."""
    assert KataTurn("flash-attention", KataReason.NEW).command == "quizzer kata flash-attention"
