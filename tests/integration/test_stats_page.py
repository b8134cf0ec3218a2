"""The page of `quizzer stats --html`: what it holds, and what it replaces."""

from __future__ import annotations

import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from quizzer.core.rating import Rating
from quizzer.core.stats.statistics import Statistics
from quizzer.errors import UsageError, WorkspaceError
from quizzer.services.readiness import read_readiness
from quizzer.services.review import ReviewSession
from quizzer.services.stats import read_statistics
from quizzer.services.stats_page import write_page
from quizzer.services.workspace import Workspace
from tests.integration.processes.shell import run
from tests.support import WriteDeck, answer

TEXT = r'<text x="(\d+)" y="(\d+)">(\w+)</text>'
DAY = r'<rect class="s\d" x="(\d+)" y="(\d+)" [^>]*><title>(\w+ \d+ \w+ \d+):'
BASELINE = 10  # of a weekday below the upper edge of its days

SYLLABUS = """\
areas:
  - id: base
    title: Base <b>
    requires: []
    topics:
      - {id: a1-topic, title: "Why <script>alert(1)</script> & 'red'?", level: mid}
"""


@pytest.fixture(autouse=True)
def decks(shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every process of this module one deck, and a syllabus with hostile titles."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("QUIZZER_ZONE", "UTC")
    write_deck("attention", "a1", "a2", "a3")
    (shipped / "decks" / "_syllabus.yaml").write_text(SYLLABUS, encoding="utf-8")


class PageReader(HTMLParser):
    """Notes the tags of a page, and all that could make a browser fetch or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.active: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        if tag not in ("meta", "rect"):
            self.open.append(tag)
        names = ("src", "href", "data", "action", "srcset")
        self.active += [pair for pair in attrs if pair[0] in names or pair[0].startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        """Hold the end to its start."""
        if tag != "rect":
            assert self.open.pop() == tag


def test_the_page_is_one_file_that_fetches_and_runs_nothing(tmp_path: Path) -> None:
    """No script, no link, no address; titles are text; both colour schemes; figures as bars and cells."""
    run("review", "--plain", answers="\n1\n\n3\n")
    outcome = run("stats", "--html", str(tmp_path / "page.html"))
    assert (outcome.code, outcome.out, outcome.err) == (0, f"Written: {tmp_path / 'page.html'}\n", "")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    reader = PageReader()
    reader.feed(page)
    assert reader.open == []
    assert not {"script", "link", "img", "iframe", "base", "b"} & set(reader.tags)
    assert reader.active == []
    assert not re.search(r"https?:|url\(|@import", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert "\x1b" not in page
    assert "color-scheme: light dark" in page
    assert reader.tags.count("rect") == 365 + 30 + 30 + 12 + 24
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600


def test_the_heatmap_names_months_and_weekdays(workspace: Workspace, tmp_path: Path) -> None:
    """A month stands above the first week that begins in it, a weekday beside its row."""
    answer(ReviewSession(workspace), Rating.GOOD)
    figures, page = read_statistics(workspace), tmp_path / "page.html"
    write_page(page, figures, read_readiness(workspace))
    heatmap = page.read_text(encoding="utf-8").partition("<svg")[2].partition("</svg>")[0]
    texts = {name: (int(x), int(y)) for x, y, name in re.findall(TEXT, heatmap)}
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for x, y, day in re.findall(DAY, heatmap):
        rows.setdefault(day[:3], int(y))
        columns.setdefault(day[4:], int(x))

    assert {name: y - rows[name] for name, (x, y) in texts.items() if x == 0} == dict.fromkeys(
        ("Mon", "Wed", "Fri", "Sun"), BASELINE
    )
    months = {name: x for name, (x, y) in texts.items() if y < min(rows.values())}
    assert set(months) == {f"{day.study_day:%b}" for day in figures.days}
    for day in figures.days[60:]:
        if day.study_day.weekday() == 0 and day.study_day.day <= 7:
            assert months[f"{day.study_day:%b}"] == columns[f"{day.study_day:%d %b %Y}"]
    assert min(columns.values()) > 20


def test_a_page_without_any_review_is_a_page(tmp_path: Path) -> None:
    """It says so, and shows the areas."""
    run("stats", "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "There is no review yet." in page
    assert "Recalled now" in page


@pytest.fixture
def figures(workspace: Workspace) -> Statistics:
    """Statistics without a review."""
    return read_statistics(workspace)


def test_only_a_page_of_ours_is_replaced(workspace: Workspace, figures: Statistics, tmp_path: Path) -> None:
    """An older page and an empty file are; a file of the learner's, a folder and a device are not."""
    readiness, page = read_readiness(workspace), tmp_path / "page.html"
    write_page(page, figures, readiness)
    first = page.read_bytes()
    page.write_bytes(first + b"<!-- older -->")
    page.chmod(0o644)
    link = tmp_path / "link.html"
    link.symlink_to(page)
    write_page(link, figures, readiness)
    assert page.read_bytes() == first
    assert link.is_symlink()
    assert stat.S_IMODE(page.stat().st_mode) == 0o644
    page.write_bytes(b"")
    write_page(page, figures, readiness)
    assert page.read_bytes() == first
    page.write_bytes(b"<!doctype html>\n<html><p>mine</p>")
    for place in (page, tmp_path, Path("/dev/null")):
        with pytest.raises(UsageError, match="Name another"):
            write_page(place, figures, readiness)
    assert b"mine" in page.read_bytes()
    with pytest.raises(UsageError, match="there is no folder"):
        write_page(tmp_path / "nowhere" / "page.html", figures, readiness)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.endswith(".part")) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(workspace: Workspace, figures: Statistics) -> None:
    """What the system refuses ends as one sentence with a next step."""
    with pytest.raises(WorkspaceError, match=r"the page cannot be written .*Name a file where you may write"):
        write_page(Path("/proc/page.html"), figures, read_readiness(workspace))
