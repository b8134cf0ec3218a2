"""Undo: whatever a session did, taking all of it back leaves everything as it was before."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzer.core.queue import Cause
from quizzer.core.rating import Rating
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.services.doctor import differing_states
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from tests.integration.sessions import fresh_workspace
from tests.support import StandingClock, answer, set_scheduler

NOTES = {
    "a1": "q: What?\n    a: That.",
    "a2": "cloze: '{{c1::a}} {{c2::b}}'",
    "a3": "q: term\n    a: meaning\n    reverse: true",
    "a4": "q: Why?\n    a: Because.",
    "a5": "q: How?\n    a: So.",
}
SCHEDULERS = [SchedulerChoice(), SchedulerChoice(SchedulerName.FSRS)]
KINDS: list[dict[str, bool | int]] = [{}, {"ahead_days": 30}, {"is_cram": True}, {"limit": 3}]
TABLES = ("learners", "cards", "reviews", "card_events", "memory_states", "sittings", "content_state")
ratings = st.sampled_from(Rating)
earlier_days = st.lists(st.lists(ratings, max_size=6), max_size=3)
deeds = st.lists(ratings | st.sampled_from(["suspend", "bury", "flag", "undo"]), max_size=12)
minutes = st.lists(st.sampled_from([0, 0, 1, 10, 30]), min_size=12, max_size=12)


def dump(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, those undone left out."""
    with workspace.database.peeking() as run:
        rows = {table: [tuple(row) for row in run(f"SELECT * FROM {table}", {})] for table in TABLES}
        for table in ("reviews", "card_events"):
            rows[table] = [tuple(row) for row in run(f"SELECT * FROM live_{table} ORDER BY id", {})]
    return rows


def left_of(session: ReviewSession) -> list[tuple[str, str]]:
    """Return key and turn of all that is left, in order."""
    with session.workspace.database.peeking() as run:
        queue = session._queue(run, session.workspace.moment())
    return [(card.key, card.turn.value) for card in queue.cards]


def study(workspace: Workspace, clock: StandingClock, days: list[list[Rating]]) -> None:
    """Give these ratings on the days before."""
    for given_ratings in days:
        session = ReviewSession(workspace)
        for rating in given_ratings:
            if session.look()[0] is not None:
                answer(session, rating)
        clock.advance(days=2)


def pull_a5(workspace: Workspace) -> None:
    """Let a failed kata pull a note."""
    with workspace.database.writing() as connection:
        pull_notes(workspace, connection, workspace.now(), {"a5": Cause("scan", "carry-forgotten")})


def do(session: ReviewSession, deed: Rating | str) -> bool:
    """Do it with the card whose turn it is; return whether there was one."""
    question, _ = session.look()
    if question is None:
        return False
    if isinstance(deed, Rating):
        answer(session, deed)
    else:
        act: Callable[..., object] = getattr(session, deed)
        assert act(question)
    return True


@settings(max_examples=40)
@given(
    scheduler=st.sampled_from(SCHEDULERS),
    kind=st.sampled_from(KINDS),
    days=earlier_days,
    done=deeds,
    waits=minutes,
    is_pulled=st.booleans(),
)
def test_all_of_a_session_can_be_taken_back(
    scheduler: SchedulerChoice,
    kind: dict[str, bool | int],
    days: list[list[Rating]],
    done: list[Rating | str],
    waits: list[int],
    is_pulled: bool,
) -> None:
    """After each of as many undos as there were steps, all rows of all tables are as before the step."""
    clock = StandingClock()
    with fresh_workspace(NOTES, clock, new_limit=4, review_limit=3) as workspace:
        study(workspace, clock, days)
        set_scheduler(workspace, scheduler)
        if is_pulled:
            pull_a5(workspace)
        session = ReviewSession(workspace, **kind)  # type: ignore[arg-type]
        states = [dump(workspace)]
        for deed, wait in zip(done, waits, strict=False):
            if deed == "undo":
                if session.undo() is not None:
                    states.pop()
                assert dump(workspace) == states[-1]
            elif do(session, deed):
                states.append(dump(workspace))
            assert differing_states(workspace) == {}
            clock.advance(minutes=wait)
        for before in reversed(states[:-1]):
            assert session.undo() is not None
            assert dump(workspace) == before
        assert session.undo() is None


@settings(max_examples=30)
@given(
    scheduler=st.sampled_from(SCHEDULERS),
    kind=st.sampled_from(KINDS),
    days=earlier_days,
    done=deeds,
)
def test_what_is_left_keeps_its_order(
    scheduler: SchedulerChoice,
    kind: dict[str, bool | int],
    days: list[list[Rating]],
    done: list[Rating | str],
) -> None:
    """Looking moves nothing; a deed moves no card but its own; an undo gives back the very queue."""
    clock = StandingClock()
    with fresh_workspace(NOTES, clock, new_limit=4, review_limit=3) as workspace:
        study(workspace, clock, days)
        set_scheduler(workspace, scheduler)
        session = ReviewSession(workspace, **kind)  # type: ignore[arg-type]
        queues = [left_of(session)]
        for deed in done:
            question, _ = session.look()
            assert left_of(session) == queues[-1]
            if deed == "undo":
                if session.undo() is not None:
                    queues.pop()
                assert left_of(session) == queues[-1]
            elif question is not None:
                do(session, deed)
                now = left_of(session)
                # A suspension frees a place of the limit: what comes in may stand anywhere.
                others = [entry for entry in now if entry[0] != question.card.key and entry in queues[-1]]
                assert others == [entry for entry in queues[-1] if entry in others]
                queues.append(now)
