from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quizzer.core.queue import Cause, Turn
from quizzer.core.settings import Grades, Settings
from quizzer.services.doctor import differing_states
from quizzer.services.due import count_due
from quizzer.services.places import Places
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.sync import sync
from quizzer.services.workspace import Content, open_workspace
from tests.support import StandingClock

NOTES = {
    "a1": "q: What?\n    a: That.",
    "a2": "cloze: '{{c1::a}} {{c2::b}}'",
    "a3": "q: term\n    a: meaning\n    reverse: true",
    "a4": "q: Why?\n    a: Because.",
}
CAUSE = Cause("scan", "carry-forgotten")
ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles"]


class Days(RuleBasedStateMachine):
    """Reviews, undos, suspends, buries, pulls, edits, renames, moves, zones, in two sessions at once."""

    @initialize()
    def start(self) -> None:
        """Open a workspace with one deck."""
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        (root / "content" / "decks").mkdir(parents=True)
        self.deck_file = root / "content" / "decks" / "attention.yaml"
        self.notes = dict(NOTES)
        self.was: dict[str, str] = {}
        self._write()
        self.clock = StandingClock()
        settings = Settings(content=str(root / "content"), zone="UTC", grades=Grades.SIX)
        self.places = Places(settings, root / "s.toml", root / "q.db", root / "b", root / "c", root / "w")
        self.opened = open_workspace(self.places, self.clock)
        self.workspace = self.opened.__enter__()
        self.sessions = [ReviewSession(self.workspace), ReviewSession(self.workspace)]

    def teardown(self) -> None:
        """Close and remove everything."""
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.folder.cleanup()

    @rule(which=st.integers(0, 1), grade=st.integers(0, 5))
    def answer(self, which: int, grade: int) -> None:
        """Answer whatever is asked."""
        question, _ = self.sessions[which].look()
        if question is not None:
            assert self.sessions[which].answer(question, question.grades[grade], 5)

    @rule(which=st.integers(0, 1))
    def undo(self, which: int) -> None:
        """Take a step back."""
        self.sessions[which].undo()

    @rule(which=st.integers(0, 1), bury=st.booleans())
    def set_aside(self, which: int, bury: bool) -> None:
        """Bury or suspend whatever is asked."""
        session = self.sessions[which]
        question, _ = session.look()
        if question is not None:
            assert session.bury(question) if bury else session.suspend(question)

    @rule(data=st.data())
    def pull(self, data: st.DataObject) -> None:
        """Let a failed kata pull notes into the day."""
        note_ids = data.draw(st.lists(st.sampled_from(sorted(self.notes)), max_size=2))
        with self.workspace.database.writing() as connection:
            pull_notes(
                self.workspace,
                connection,
                self.clock.now(),
                dict.fromkeys(note_ids, CAUSE),
            )

    @rule(hours=st.integers(-5, 400))
    def wait(self, hours: int) -> None:
        """Let time pass, or set the clock back."""
        self.clock.advance(hours=hours)

    @rule(zone=st.sampled_from(ZONES))
    def travel(self, zone: str) -> None:
        """Open the workspace again in another zone."""
        self.places = replace(self.places, settings=replace(self.places.settings, zone=zone))
        self._reopen()

    @precondition(lambda self: len(self.notes) > 1)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        """Remove a note from the deck."""
        del self.notes[data.draw(st.sampled_from(sorted(self.notes)))]
        self._write()
        self._reopen()

    @rule()
    def bring_back(self) -> None:
        """Put all notes back that were removed, in reverse order."""
        self.notes = dict(reversed(NOTES.items())) | self.notes
        self._write()
        self._reopen()

    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        """Give a note a new id and name the old one."""
        old = data.draw(st.sampled_from(sorted(self.notes)))
        new = f"{old}-b" if len(old) < 12 else old[:2]
        if new not in self.notes:
            self.notes[new] = self.notes.pop(old)
            self.was[new] = old
            self._write()
            self._reopen()

    @invariant()
    def the_cache_is_the_replayed_log(self) -> None:
        """Whatever happened, replaying the log gives the memory states."""
        if hasattr(self, "workspace"):
            assert differing_states(self.workspace) == {}

    @invariant()
    def the_counts_are_those_of_the_queue(self) -> None:
        """Whatever happened, `due` counts what a session brings, in all and for the one deck."""
        if hasattr(self, "workspace"):
            _, progress = self.sessions[0].look()
            with self.workspace.database.peeking() as run:
                report = count_due(run, self.workspace.study_day(), self.workspace.limits)
            for count in (report.all_decks, *report.decks):
                assert [count.of(turn) for turn in Turn] == [
                    progress.pulled,
                    progress.due,
                    progress.new,
                    progress.drill,
                ]

    def _write(self) -> None:
        text = "deck: attention\ntitle: A\nnotes:\n"
        for note_id, body in self.notes.items():
            was = f"    was: [{self.was[note_id]}]\n" if note_id in self.was else ""
            text += f"  - id: {note_id}\n    level: mid\n    topics: [t]\n"
            text += f"    source: {{cite: B, checked: recalled}}\n{was}    {body}\n"
        self.deck_file.write_text(text, encoding="utf-8")

    def _reopen(self) -> None:
        content = Content(self.places)
        assert not content.library.faults
        sync(self.workspace.database, content.library)
        self.opened.__exit__(None, None, None)
        self.opened = open_workspace(self.places, self.clock)
        self.workspace = self.opened.__enter__()
        self.sessions = [ReviewSession(self.workspace), ReviewSession(self.workspace)]


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=25, stateful_step_count=30)
