"""`quizzer stats` and `quizzer syllabus` as a shell sees them; the page; `review --topic`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.cli.stats import stats
from quizzer.cli.syllabus import syllabus as syllabus_command
from quizzer.core.note import Level
from quizzer.core.rating import Rating
from quizzer.core.readiness import CardStanding, assess
from quizzer.core.stats.recall import Recall
from quizzer.core.syllabus import Area, Reading, Topic
from quizzer.markup.width import cell_width
from quizzer.services.readiness_text import (
    area_lines,
    readiness_section,
    syllabus_lines,
    weakest_section,
)
from quizzer.services.review import ReviewSession
from quizzer.services.stats import read_statistics
from quizzer.services.stats_text import (
    activity_lines,
    duration,
    forecast_section,
    minutes_section,
    percent,
    recall_words,
    statistics_sections,
)
from quizzer.services.workspace import Workspace, open_workspace
from tests.integration.processes.shell import environment, run
from tests.support import StandingClock, WriteDeck, answer, ask_all

HOSTILE = "Why <script>alert(1)</script> & 'red'?"
SYLLABUS = f"""\
areas:
  - id: base
    title: "Base <b> [red]"
    requires: []
    reading: [{{title: A book, url: "https://example.org/book"}}, {{title: A paper}}]
    topics:
      - {{id: a1-topic, title: "{HOSTILE}", level: mid}}
      - {{id: a2-topic, title: Second, level: senior, requires: [a1-topic]}}
  - id: top
    title: Top
    requires: [base]
    topics:
      - {{id: gone, title: Nobody asks, level: mid}}
"""


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every process of this module one deck, and a syllabus with hostile titles."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("QUIZZER_ZONE", "UTC")
    write_deck("attention", "a1", "a2", "a3")
    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")


@pytest.fixture
def history() -> None:
    """Review for a month in the past; a1 is forgotten each time."""
    clock = StandingClock()
    with open_workspace(clock=clock) as workspace:
        for _ in range(30):
            session = ReviewSession(workspace)
            while (question := session.look()[0]) is not None and question.queued.turn != "drill":
                answer(session, Rating.AGAIN if question.card.key == "a1" else Rating.GOOD)
            clock.advance(days=1)


def fields_in(text: str) -> set[str]:
    """Return the names in double quotes."""
    return set(re.findall(r'"(\w+)"', text))


def names_of(value: object) -> set[str]:
    """Return the keys of all objects in a parsed JSON value."""
    if isinstance(value, dict):
        return set(value).union(*map(names_of, value.values()))
    return set().union(*map(names_of, value)) if isinstance(value, list) else set()


@pytest.mark.usefixtures("history")
def test_json_has_the_fields_that_help_names() -> None:
    """The help of both commands documents their JSON, no field more and none less."""
    outcome = run("stats", "--json")
    report = json.loads(outcome.out)
    assert (outcome.code, outcome.err) == (0, "")
    assert names_of(report) == fields_in(stats.help or "")
    plan, area = (json.loads(run("syllabus", *which, "--json").out) for which in ((), ("base",)))
    assert plan["areas"] == report["readiness"]["areas"]
    assert names_of(plan["areas"]) <= fields_in(stats.help or "")
    assert {"areas", "next", *(set(area) - names_of(plan)), *names_of(area["plan"])} - {"title"} == fields_in(
        syllabus_command.help or ""
    ) - {"title", "url"}
    assert area["reading"] == [
        {"title": "A book", "url": "https://example.org/book"},
        {"title": "A paper", "url": ""},
    ]


def test_without_a_review_the_words_are_honest() -> None:
    """An empty database says how to begin, and that nothing is weak yet; exit code 0."""
    outcome = run("stats")
    assert (outcome.code, outcome.err) == (0, "")
    assert "There is no review yet. 'quizzer review' starts" in outcome.out
    assert "No topic has been begun" in outcome.out
    assert max(map(cell_width, outcome.out.splitlines())) <= 80
    assert json.loads(run("stats", "--json").out)["days"] == []


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("arguments", [("stats",), ("syllabus",), ("syllabus", "base")])
def test_the_text_fits_eighty_columns(arguments: tuple[str, ...]) -> None:
    """No line is wider, and no escape of a title reaches the terminal."""
    outcome = run(*arguments, COLUMNS="80")
    assert outcome.code == 0
    assert all(cell_width(line) <= 80 for line in outcome.out.splitlines())
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize("width", [40, 80, 160])
def test_charts_fit_their_width(workspace: Workspace, clock: StandingClock, width: int) -> None:
    """The heatmap has as many weeks as there is room for; all else takes at most 80 cells."""
    ask_all(ReviewSession(workspace))
    clock.advance(days=400)
    ask_all(ReviewSession(workspace))
    sections = statistics_sections(read_statistics(workspace), width)
    rows = [line for line in sections[0].lines if line.startswith(("Mon", "Wed", "Fri", "Sun"))]
    assert len(rows) == 4
    assert all(cell_width(line) <= min(width, 5 + 53) for line in rows)
    assert all(cell_width(line) <= 80 for section in sections for line in section.lines)


def test_little_time_is_no_number(workspace: Workspace) -> None:
    """A first answer of a second and a half is under a minute, and no average is drawn from it."""
    answer(ReviewSession(workspace), Rating.GOOD)
    statistics = read_statistics(workspace)
    assert activity_lines(statistics)[0] == "1 review on 1 day, under a minute in all."
    minutes = minutes_section(statistics).lines
    assert minutes[0] == "Under a minute in all; under a minute on the longest day."
    assert minutes[1].split() == ["<1", "█"]


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (0, "0 cards today; 1 in all"),
        (1, "1 card today; 2 in all"),
        (2, "2 cards today, overdue ones among them; 3 in all"),
    ],
)
def test_the_forecast_says_only_what_can_be(workspace: Workspace, today: int, words: str) -> None:
    """Where no card is due, or a single one, no others can be among them."""
    statistics = replace(read_statistics(workspace), forecast=(today, 1, *[0] * 28))
    assert forecast_section(statistics).lines[0].startswith(words)


def test_few_answers_are_no_share() -> None:
    """Below twenty answers no percent is shown; 100 % and 0 % are said only where they are exact."""
    assert recall_words(Recall()) == "no due card was asked"
    assert recall_words(Recall(9, 7)) == "7 of 9: too few to tell"
    assert recall_words(Recall(1000, 999)) == "99 %  999 of 1,000"
    assert (percent(0.0), percent(0.001), percent(0.999), percent(1.0)) == ("0 %", "1 %", "99 %", "100 %")
    assert (duration(0.2), duration(90), duration(600)) == ("under a minute", "90 min", "10 h")


@pytest.mark.usefixtures("history")
def test_the_syllabus_shows_order_progress_and_what_opens_next() -> None:
    """Areas in order with what they follow; topics with what they wait for; reading with its address."""
    plan = run("syllabus").out
    assert plan.index("base") < plan.index("top")
    assert "2/2" in plan
    assert "Every topic that has a note was begun." in plan
    area = run("syllabus", "base").out
    assert "https://example.org/book" in area
    assert "It opens: top" in area
    assert "[x] a2-topic: Second" in area
    assert "[ ] gone: Nobody asks\n      no note yet" in run("syllabus", "top").out


def test_a_topic_waits_for_what_it_requires() -> None:
    """Before the first review the first topic opens, and the second stands behind it."""
    area = run("syllabus", "base").out
    assert "0 of 1 card seen, opens next" in area
    assert "0 of 1 card seen, after a1-topic" in area


def test_escapes_in_titles_never_reach_the_terminal() -> None:
    """Whatever stands in a syllabus, its lines are cleaned."""
    topic = Topic("t", "Title \x1b[31m", Level.MID)
    area = Area("a", "Area \x1b]0;x\x07", (topic,), reading=(Reading("Book \x1b[2J", "url \x1b[0m"),))
    standing = CardStanding("k", True, 0.1)
    readiness = assess([area], {"t": ["k"]}, {"k": standing}, {}, frozenset())
    sections = readiness_section(readiness), weakest_section(readiness, 80)
    lines = [*syllabus_lines(readiness, 80), *area_lines(readiness, readiness.areas[0], 80)]
    lines += [line for section in sections for line in section.lines]
    assert any("Title" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_an_unknown_area_names_the_nearest() -> None:
    """A slip gets a hint and exit code 2."""
    outcome = run("syllabus", "bse")
    assert outcome.code == 2
    assert "there is no area 'bse' in the syllabus; did you mean 'base'?" in outcome.err


def test_a_review_of_one_topic() -> None:
    """`review --topic` asks its cards alone."""
    outcome = run("review", "--plain", "--topic", "a2-topic", answers="\n3\n")
    assert "a2 (" in outcome.out
    assert "a1 (" not in outcome.out
    assert "did you mean 'a2-topic'?" in run("review", "--plain", "--topic", "a2-topc").err


def test_stats_import_what_they_need_and_no_more(tmp_path: Path) -> None:
    """Plain figures import no Jinja, NumPy, SQLAlchemy or Textual; the page imports Jinja."""
    run("due")

    def imported(*arguments: str) -> set[str]:
        process = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "quizzer", *arguments],
            capture_output=True,
            env=environment(),
            encoding="utf-8",
            check=True,
        )
        lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
        return {line.rsplit("|", 1)[1].strip() for line in lines}

    assert not imported("stats") & {"jinja2", "numpy", "sqlalchemy", "textual"}
    assert "jinja2" in imported("stats", "--html", str(tmp_path / "page.html"))
