"""A sitting with a kata, on a real database and real files; the grader gives prepared verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from quizzer.core.kata_queue import KataReason
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.verdict import Status
from quizzer.errors import UsageError
from quizzer.services.doctor import differing_states
from quizzer.services.katas import find_kata, list_katas
from quizzer.services.review import ReviewSession
from quizzer.services.sitting import Graded, KataDesk
from quizzer.services.sitting_end import Finished
from quizzer.services.today import read_kata_turns
from quizzer.services.workspace import Workspace
from quizzer.storage.queue import read_day_count
from tests.support import (
    OpenWorkspace,
    PreparedGrader,
    StandingClock,
    WriteDeck,
    WriteKata,
    answer,
    make_verdict,
)

SOLUTION = "def double(x):\n    return x + x\n"
PASSED = make_verdict(Status.PASSED)
FAILED = make_verdict(Status.FAILED, misconception="drops-the-sign", notes=("a1", "a2"))


@pytest.fixture
def desk(write_kata: WriteKata, workspace: Workspace) -> KataDesk:
    """The kata double-it, never begun, beside a deck of five notes."""
    write_kata()
    return open_desk(workspace)


@pytest.fixture
def reopened(open_here: OpenWorkspace, desk: KataDesk) -> Iterator[KataDesk]:
    """The same kata as another process sees it."""
    with open_here() as workspace:
        yield open_desk(workspace)


def open_desk(workspace: Workspace) -> KataDesk:
    """Return the desk of the kata double-it."""
    return KataDesk(workspace, find_kata(workspace.content.roots, "double-it"))


def grade(desk: KataDesk, *verdicts: object, source: str = SOLUTION) -> Graded:
    """Write `source` and grade it until the last of `verdicts`."""
    desk.path.write_text(source, encoding="utf-8")
    grader = PreparedGrader(list(verdicts))  # type: ignore[arg-type]
    for _ in verdicts:
        graded = desk.grade(grader, desk.read(), 7, lambda _: None)
    return graded


def rate(desk: KataDesk) -> Finished:
    """Take the suggested rating."""
    question = desk.question()
    return desk.rate(question.suggested(desk.suggestion().rating), question)


def test_a_sitting_from_the_starter_to_the_next_date(desk: KataDesk, clock: StandingClock) -> None:
    """A blank starter is laid out, a pass is rated, and the kata comes back when SM-2 says."""
    started = desk.start()
    assert started.archived is None
    assert started.path.read_text(encoding="utf-8") == desk.kata.starter
    clock.advance(minutes=9)
    assert grade(desk, PASSED).number == 1

    assert desk.suggestion().rating is Rating.EASY
    finished = rate(desk)

    assert finished == Finished(Rating.EASY, date(2026, 3, 3), 1)
    standing = desk.look()
    assert standing.sitting is None
    assert standing.state.due_on == date(2026, 3, 3)
    assert not standing.is_wanted
    assert desk.path.read_text(encoding="utf-8") == SOLUTION
    assert differing_states(desk.workspace) == {}
    clock.advance(days=1)
    assert desk.look().is_wanted


def test_starting_again_archives_the_earlier_file(desk: KataDesk, clock: StandingClock) -> None:
    """Nothing of the learner's is overwritten: each earlier file lies in the archive, even of one second."""
    kept = []
    for number in range(3):
        desk.path.parent.mkdir(parents=True, exist_ok=True)
        desk.path.write_text(f"# solution {number}\n", encoding="utf-8")
        archived = desk.start().archived
        assert archived is not None
        kept.append(archived.read_text(encoding="utf-8"))
        desk.give_up()
    names = [
        path.name for path in sorted((desk.workspace.places.workspace / "archive" / "double-it").iterdir())
    ]

    assert kept == [f"# solution {number}\n" for number in range(3)]
    assert names == ["20260302T090000Z-2.py", "20260302T090000Z-3.py", "20260302T090000Z.py"]


def test_an_open_sitting_is_not_started_again(desk: KataDesk) -> None:
    """What the learner has written is safe from a second start."""
    desk.start()
    desk.path.write_text(SOLUTION, encoding="utf-8")

    with pytest.raises(UsageError, match="is open already"):
        desk.start()
    assert desk.path.read_text(encoding="utf-8") == SOLUTION


def test_a_folder_in_the_way_is_a_sentence(desk: KataDesk) -> None:
    """Where the starter cannot be laid out no sitting is opened."""
    desk.path.mkdir(parents=True)

    with pytest.raises(Exception, match="cannot be laid out"):
        desk.start()
    assert desk.look().sitting is None


def test_a_failed_attempt_pulls_the_cards_that_explain_it(desk: KataDesk) -> None:
    """The notes of the misconception come first today, once a sitting however often it fails the same way."""
    desk.start()
    first = grade(desk, FAILED)
    session = ReviewSession(desk.workspace)
    question, _ = session.look()

    assert (first.number, first.pulled) == (1, 2)
    assert question is not None
    assert (question.queued.turn, question.queued.key) == (Turn.PULLED, "a1")
    answer(session, Rating.GOOD)
    again = grade(desk, FAILED)
    assert (again.number, again.pulled) == (2, 0)
    asked, _ = session.look()
    assert asked is not None
    assert asked.queued.key == "a2"


def test_a_fault_of_quizzer_is_no_attempt(desk: KataDesk) -> None:
    """A verdict ERRORED is stored nowhere: neither does it count nor pull."""
    desk.start()
    graded = grade(desk, make_verdict(Status.ERRORED, misconception="x", notes=("a1",)))

    assert (graded.number, graded.pulled) == (None, 0)
    assert desk.look().attempts == ()


def test_attempts_are_kept_with_source_and_verdict(desk: KataDesk) -> None:
    """Past attempts can be read again as they were graded."""
    desk.start()
    grade(desk, FAILED, source="# first\n")
    grade(desk, PASSED)
    attempts = desk.look().attempts

    assert [attempt.source for attempt in attempts] == ["# first\n", SOLUTION]
    assert [attempt.number for attempt in attempts] == [1, 2]
    assert attempts[0].verdict.cases == FAILED.cases
    assert attempts[1].is_passed
    assert attempts[1].verdict.seed == 7


def test_a_pass_outlives_a_kill_before_the_rating(desk: KataDesk, reopened: KataDesk) -> None:
    """A sitting that has passed and was not rated waits for its rating, in another process too."""
    desk.start()
    grade(desk, FAILED, PASSED)

    standing = reopened.look()
    assert standing.passed is not None
    assert standing.passed.number == 2
    with pytest.raises(UsageError, match="waits for its rating"):
        grade(reopened, PASSED)
    with pytest.raises(UsageError, match="waits for its rating"):
        reopened.give_up()
    assert rate(reopened).rating is Rating.EASY
    assert reopened.look().sitting is None


def test_a_kill_while_grading_loses_nothing(desk: KataDesk, reopened: KataDesk) -> None:
    """Until the verdict is there the sitting stands as it was."""
    desk.start()
    desk.path.write_text(SOLUTION, encoding="utf-8")

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        desk.grade(PreparedGrader([PASSED]), desk.read(), 1, stop)

    assert reopened.look().attempts == ()
    assert reopened.read() == SOLUTION
    assert grade(reopened, PASSED).number == 1


def test_a_sitting_is_rated_once(desk: KataDesk, reopened: KataDesk) -> None:
    """Two processes that ask for the same rating write one review."""
    desk.start()
    grade(desk, PASSED)
    mine, theirs = desk.question(), reopened.question()
    desk.rate(mine.suggested(Rating.GOOD), mine)

    with pytest.raises(UsageError):
        reopened.rate(theirs.suggested(Rating.EASY), theirs)
    with desk.workspace.database.peeking() as run:
        ((count,),) = run("SELECT count(*) FROM reviews", {})
    assert count == 1


def test_a_rating_that_was_taken_back_elsewhere_outdates_the_question(
    desk: KataDesk, reopened: KataDesk
) -> None:
    """The log has gone on since the learner saw the ratings, so they are shown again."""
    desk.start()
    grade(desk, PASSED)
    seen = reopened.question()
    rate(desk)
    desk.undo()

    with pytest.raises(UsageError, match="rated elsewhere meanwhile"):
        reopened.rate(seen.suggested(Rating.GOOD), seen)


def test_an_attempt_on_a_sitting_that_ended_meanwhile_is_not_stored(
    desk: KataDesk, reopened: KataDesk
) -> None:
    """Giving up elsewhere while a grader runs wins; the verdict is shown and recorded nowhere."""
    desk.start()
    desk.path.write_text(SOLUTION, encoding="utf-8")
    ended: list[Finished] = []

    def end_once(_: object) -> None:
        if not ended:
            ended.append(reopened.give_up())

    graded = desk.grade(PreparedGrader([PASSED]), desk.read(), 1, end_once)

    assert graded.number is None
    assert desk.look().last_verdict is None


def test_an_attempt_does_not_slip_into_a_later_sitting(desk: KataDesk, reopened: KataDesk) -> None:
    """What was graded for a sitting that was given up meanwhile is not stored in the one that followed."""
    desk.start()
    desk.path.write_text(SOLUTION, encoding="utf-8")
    ended: list[Finished] = []

    def begin_anew(_: object) -> None:
        if not ended:
            ended.append(reopened.give_up())
            reopened.start()

    graded = desk.grade(PreparedGrader([PASSED]), desk.read(), 1, begin_anew)

    assert graded.number is None
    assert desk.look().attempts == ()


def test_giving_up_is_again_tomorrow(desk: KataDesk) -> None:
    """A sitting that is given up ends in one review, AGAIN."""
    desk.start()
    finished = desk.give_up()

    assert finished == Finished(Rating.AGAIN, date(2026, 3, 3), 1)
    with pytest.raises(UsageError, match="no sitting with double-it is open"):
        desk.give_up()


def test_hints_come_one_by_one_and_count(desk: KataDesk) -> None:
    """Each call shows one more; the last stays, and two make a pass HARD."""
    with pytest.raises(UsageError, match="--start"):
        desk.hint()
    desk.start()

    assert [len(desk.hint()) for _ in range(4)] == [1, 2, 3, 3]
    grade(desk, PASSED)
    assert desk.suggestion().rating is Rating.HARD


def test_revealing_makes_it_again(desk: KataDesk) -> None:
    """The reference is shown at any time; before a pass of the open sitting that decides its rating."""
    assert "return x + x" in desk.reveal()
    desk.start()
    grade(desk, FAILED)
    desk.reveal()
    grade(desk, PASSED)

    assert desk.suggestion().rating is Rating.AGAIN


def test_comparing_with_the_reference_after_a_pass_is_free(desk: KataDesk) -> None:
    """A reveal after the pass does not change the suggestion."""
    desk.start()
    grade(desk, PASSED)
    desk.reveal()

    assert desk.suggestion().rating is Rating.EASY


def test_undo_takes_the_review_back_and_reopens(desk: KataDesk) -> None:
    """After undo the kata is as before its rating, and can be rated again."""
    desk.start()
    grade(desk, PASSED)
    rate(desk)

    assert desk.undo() is Rating.EASY
    standing = desk.look()
    assert standing.passed is not None
    assert standing.state.is_new
    question = desk.question()
    desk.rate(question.suggested(Rating.HARD), question)
    assert differing_states(desk.workspace) == {}
    assert desk.undo() is Rating.HARD
    with pytest.raises(UsageError, match="to take back"):
        desk.undo()


def test_undo_without_a_rating_is_a_sentence(desk: KataDesk) -> None:
    """There is nothing to take back before the first rating, nor while a newer sitting is open."""
    with pytest.raises(UsageError, match="there was no sitting"):
        desk.undo()
    desk.start()
    desk.give_up()
    desk.start()
    with pytest.raises(UsageError, match="a sitting is open"):
        desk.undo()


def test_a_kata_ahead_of_its_day_moves_only_when_it_fails(desk: KataDesk, clock: StandingClock) -> None:
    """Practised before it is due, SM-2 takes a failure alone: a pass leaves the date."""
    for days in (0, 1):
        clock.advance(days=days)
        desk.start()
        grade(desk, PASSED)
        rate(desk)
    due_on = desk.look().state.due_on
    assert due_on == date(2026, 3, 9)

    desk.start()
    grade(desk, PASSED)
    assert rate(desk).due_on == due_on
    desk.start()
    assert desk.give_up().due_on == date(2026, 3, 4)
    assert differing_states(desk.workspace) == {}


def test_a_night_between_start_and_pass_is_no_time(desk: KataDesk, clock: StandingClock) -> None:
    """Over a change of the study day the time is unknown, and the log's duration is cut to four times par."""
    desk.start()
    clock.advance(hours=20)
    grade(desk, PASSED)

    suggestion = desk.suggestion()
    rate(desk)

    assert suggestion.rating is Rating.GOOD
    assert "another study day" in suggestion.reason
    with desk.workspace.database.peeking() as run:
        ((duration_ms,),) = run("SELECT duration_ms FROM reviews", {})
    assert duration_ms == 4 * 20 * 60 * 1000


def test_katas_are_apart_from_cards(desk: KataDesk, clock: StandingClock) -> None:
    """A kata's review neither uses up the limits of cards nor brings the kata into their queue."""
    desk.start()
    desk.give_up()
    workspace = desk.workspace
    with workspace.database.peeking() as run:
        count = read_day_count(run, workspace.study_day())
    clock.advance(days=1)
    question, progress = ReviewSession(workspace).look()

    assert (count.new, count.reviews) == (0, 0)
    assert question is not None
    assert question.queued.key == "a1"
    assert (progress.due, progress.new, progress.drill) == (0, 5, 0)


def test_a_day_offers_katas_under_a_limit_of_their_own(
    desk: KataDesk, write_kata: WriteKata, clock: StandingClock
) -> None:
    """Open ones come first, then due, then new by level; those reviewed today count against the limit."""
    principal = {"kata.yaml": (Path(desk.kata.folder) / "kata.yaml").read_text(encoding="utf-8")}
    principal["kata.yaml"] = principal["kata.yaml"].replace("level: mid", "level: principal")
    write_kata("a-late-one", principal)
    write_kata("zeta")
    roots = desk.workspace.content.roots

    def offered(limit: int) -> list[tuple[str, KataReason]]:
        workspace = desk.workspace
        with workspace.database.peeking() as run:
            turns = read_kata_turns(run, roots, workspace.study_day(), limit)
        return [(turn.slug, turn.reason) for turn in turns]

    new = KataReason.NEW
    assert offered(3) == [("double-it", new), ("zeta", new), ("a-late-one", new)]
    desk.start()
    assert offered(0) == [("double-it", KataReason.OPEN)]
    desk.give_up()
    assert offered(1) == []
    assert offered(2) == [("zeta", new)]
    clock.advance(days=1)
    assert offered(1) == [("double-it", KataReason.DUE)]


def test_the_list_of_katas_says_how_each_went(desk: KataDesk, write_kata: WriteKata) -> None:
    """A row has title, level, par, the last verdict and when it is due; a faulty one is still listed."""
    write_kata("broken", {"kata.yaml": "title: [\n"})
    desk.start()
    grade(desk, PASSED)
    rate(desk)
    rows = [row.cells(desk.workspace.study_day()) for row in list_katas(desk.workspace)]

    assert rows == [
        ("double-it", "Double it", "mid", "20 min", "passed", "2026-03-03"),
        ("broken", "broken", "", "", "-", "faulty: 'quizzer check'"),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = '\xff'\n", ":1:1: found the byte 0xff, expected UTF-8"),
        (b"#" * (256 * 1024 + 1), "larger than 256 KiB"),
        (None, "there is no such file"),
    ],
)
def test_a_file_that_cannot_be_graded_is_a_sentence(desk: KataDesk, data: bytes | None, message: str) -> None:
    """Neither odd bytes nor a huge or missing file reach the grader."""
    desk.start()
    desk.path.unlink()
    if data is not None:
        desk.path.write_bytes(data)

    with pytest.raises(UsageError, match=message):
        desk.read()


def test_an_unknown_kata_gets_the_nearest_name(desk: KataDesk, write_deck: WriteDeck) -> None:
    """A typing mistake is answered with the slug that was meant; snake_case will do."""
    roots = desk.workspace.content.roots

    with pytest.raises(UsageError, match="did you mean 'double-it'"):
        find_kata(roots, "duble-it")
    assert find_kata(roots, "double_it").slug == "double-it"
