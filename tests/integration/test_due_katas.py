from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from quizzer.cli.due import to_json, to_text
from quizzer.cli.plain import PlainReview
from quizzer.core.kata_queue import KataReason, KataTurn
from quizzer.core.queue import QueuedCard, Turn
from quizzer.core.rating import Rating
from quizzer.services.due import report_due, report_here
from quizzer.services.places import Places
from quizzer.services.question import Grade
from quizzer.services.recording import record_review
from quizzer.services.review import ReviewSession
from quizzer.services.summary import summarise
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import make_kata_card
from tests.support import OpenWorkspace, StandingClock, answer

LINE = "New kata: Flash attention · quizzer kata flash-attention"


@pytest.fixture
def katas(shipped: Path) -> None:
    """Two katas, a mid one and a senior one, whose files cannot be parsed."""
    for folder, level in (("flash_attention", "mid"), ("beam_search", "senior")):
        (shipped / "katas" / folder).mkdir(parents=True)
        text = f"level: {level}\n]: no YAML at all\n"
        (shipped / "katas" / folder / "kata.yaml").write_text(text, encoding="utf-8")


def review_kata(workspace: Workspace, slug: str, rating: Rating) -> None:
    """Write the review in which a sitting ends."""
    with workspace.database.writing() as connection:
        card_id = make_kata_card(connection, slug)
        queued = QueuedCard(card_id, f"kata/{slug}", f"kata/{slug}", "", Turn.NEW)
        grade = Grade("", rating, None, None)
        record_review(workspace, connection, workspace.now(), queued, grade, duration_ms=1)


@pytest.mark.usefixtures("katas")
def test_due_offers_the_first_kata_of_a_day(workspace: Workspace) -> None:
    """A day offers one kata, the easier first, with its command; cards and katas do not count together."""
    report = report_here(workspace)
    assert report.katas == (KataTurn("flash-attention", KataReason.NEW, "Flash attention"),)
    assert (report.new, report.total) == (5, 5)
    assert to_text(report).splitlines()[-1] == LINE
    assert json.loads(to_json(report))["katas"] == [
        {"kata": "flash-attention", "reason": "new", "command": "quizzer kata flash-attention"}
    ]


@pytest.mark.usefixtures("katas")
def test_due_without_an_open_workspace_offers_the_same(
    workspace: Workspace, places: Places, clock: StandingClock
) -> None:
    """The command that does not read unchanged decks lists the katas that home lists."""
    assert report_due(places, clock) == report_here(workspace)


@pytest.mark.usefixtures("katas")
def test_a_kata_that_was_done_is_offered_when_it_is_due(workspace: Workspace, clock: StandingClock) -> None:
    """After its review a kata takes the day's place; when it comes back it goes before a new one."""
    review_kata(workspace, "flash-attention", Rating.GOOD)
    assert report_here(workspace).katas == ()
    clock.advance(days=1)
    assert report_here(workspace).katas == (KataTurn("flash-attention", KataReason.DUE, "Flash attention"),)
    assert "\nKata due: Flash attention · quizzer kata flash-attention" in to_text(report_here(workspace))


@pytest.mark.usefixtures("katas")
def test_a_kata_that_was_begun_is_said_to_be(workspace: Workspace) -> None:
    """An open sitting is listed as begun."""
    with workspace.database.writing() as connection:
        card_id = make_kata_card(connection, "beam-search")
        connection.exec_driver_sql(
            "INSERT INTO sittings (learner_id, card_id, started_at, zone, study_day, hints)"
            f" VALUES (1, {card_id}, 0, 'UTC', '{date(2026, 3, 2)}', 0)"
        )
    last = to_text(report_here(workspace)).splitlines()[-1]
    assert last == "Kata begun: Beam search · quizzer kata beam-search"


@pytest.mark.usefixtures("katas")
def test_a_kata_remains_when_no_card_does(workspace: Workspace) -> None:
    """With all cards done `due` says that no card is due, and names the kata."""
    session = ReviewSession(workspace)
    for _ in range(5):
        answer(session, Rating.GOOD)
    assert to_text(report_here(workspace)) == f"No card is due today.\n{LINE}"


def test_without_katas_nothing_is_said_of_them(workspace: Workspace) -> None:
    """A content root without katas has none due."""
    session = ReviewSession(workspace)
    for _ in range(5):
        answer(session, Rating.GOOD)
    assert to_text(report_here(workspace)) == "Nothing is due today."
    assert len(summarise(session).sentences()) == 3


@pytest.mark.usefixtures("katas", "workspace")
def test_the_limit_of_katas_is_a_setting(open_here: OpenWorkspace) -> None:
    """`kata_limit` is how many katas a day offers."""
    with open_here(kata_limit=0) as workspace:
        assert report_here(workspace).katas == ()
    with open_here(kata_limit=2) as workspace:
        assert [turn.slug for turn in report_here(workspace).katas] == ["flash-attention", "beam-search"]


@pytest.mark.usefixtures("katas")
def test_the_end_of_a_review_names_the_kata(workspace: Workspace) -> None:
    """The summary's last sentence is the kata with its command, in the plain review as well."""
    session = ReviewSession(workspace)
    assert summarise(session).sentences()[-1] == LINE
    sink = StringIO()
    PlainReview(session, StringIO("q\n"), sink).run()
    assert sink.getvalue().splitlines()[-1] == LINE
