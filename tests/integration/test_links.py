"""`quizzer check --links`, against a server on this machine's own loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from quizzer.cli.main import cli
from quizzer.errors import UsageError
from tests.support import WriteDeck

ANSWERS = {"/there": 200, "/moved": 302, "/gone": 404, "/members": 403, "/no-head": 405, "/broken": 500}


class Site(BaseHTTPRequestHandler):
    """Answers each path with its number; `/no-head` is there for those who GET it."""

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self.send_response(ANSWERS[self.path])
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Answer in the same way, but for the page that has no HEAD."""
        if self.path == "/no-head":
            self.path = "/there"
        self.do_HEAD()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def check(shipped: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """Call `quizzer check --links`."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return CliRunner().invoke(cli, ["check", "--links", *options])


def test_addresses_that_answer_are_fine_and_others_are_told(
    shipped: Path, write_deck: WriteDeck, monkeypatch: pytest.MonkeyPatch, site: str, nobody: str
) -> None:
    """A page that is there, moved, for members or without HEAD is reached; others are named."""
    pages = " ".join(f"[{path[1:]}]({site}{path})" for path in ANSWERS)
    extras = "level: mid, topics: [t], source: {cite: C 2017, checked: opened}"
    write_deck(
        "attention",
        notes=f"  - {{id: one, q: Q, a: '{pages}', {extras}}}\n"
        f"  - {{id: two, q: Q, a: '[a]({site}/gone) [b]({nobody})', {extras}}}\n",
    )
    syllabus = (
        "areas:\n  - id: a\n    title: A\n    topics: [{id: t, title: T, level: mid}]\n"
        f"    reading: [{{title: T, url: '{site}/broken'}}, {{title: Without an address}}]\n"
    )
    (shipped / "decks" / "_syllabus.yaml").write_text(syllabus, encoding="utf-8")

    result = check(shipped, monkeypatch)

    assert sorted(line.partition(" (")[0] for line in result.stdout.splitlines()) == sorted(
        [
            f"{site}/broken answers 500: correct or remove it in one, a",
            f"{site}/gone answers 404: correct or remove it in one, two",
            f"{nobody} cannot be reached",
        ]
    )
    assert result.stderr.splitlines()[-1] == "7 links, 3 broken"
    assert result.exit_code == 1


def test_links_are_asked_for_all_decks(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path beside --links is refused; where there are no links, none is broken."""
    assert isinstance(check(shipped, monkeypatch, "somewhere").exception, UsageError)
    result = check(shipped, monkeypatch)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 links, 0 broken\n"
