from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quizzer.core.memory import CardState
from quizzer.core.queue import DAY_TURNS, Cause
from quizzer.core.review import EventKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.settings import Grades, Settings
from quizzer.errors import UsageError
from quizzer.exchange.incoming import Incoming, IncomingCard, IncomingNote
from quizzer.fsrs.parameters import DEFAULT
from quizzer.services.browse import load_cards
from quizzer.services.bulk import act, undo
from quizzer.services.doctor import differing_states
from quizzer.services.due import count_due
from quizzer.services.import_undo import undo_import
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.json_exchange import export_json, read_json
from quizzer.services.places import Places
from quizzer.services.pulling import pull_notes
from quizzer.services.review import ReviewSession
from quizzer.services.schedule import change_schedule, preview_change, preview_undo, undo_change
from quizzer.services.sync import sync
from quizzer.services.workspace import Content, Workspace, open_workspace
from tests.made_histories import history_of, made_cards
from tests.support import StandingClock, read_card_states

NOTES = {
    "a1": "q: What?\n    a: That.",
    "a2": "cloze: '{{c1::a}} {{c2::b}}'",
    "a3": "q: term\n    a: meaning\n    reverse: true",
    "a4": "q: Why?\n    a: Because.",
}
CAUSE = Cause("scan", "carry-forgotten")
ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles"]
BULK_KINDS = [EventKind.RESET, EventKind.SUSPEND, EventKind.UNSUSPEND, EventKind.BURY, EventKind.FLAG]
SESSIONS = st.integers(0, 2)
CHOICES = [
    SchedulerChoice(),
    SchedulerChoice(SchedulerName.FSRS),
    SchedulerChoice(SchedulerName.FSRS, 0.8, learning_steps_s=(), relearning_steps_s=()),
    SchedulerChoice(SchedulerName.FSRS, 0.95, (*DEFAULT[:20], 0.3), has_fuzz=False),
]


def states_with_history(workspace: Workspace) -> dict[str, CardState]:
    """Return the states of all cards that are not new; of places in the log the order counts alone."""
    states = read_card_states(workspace)
    drills = sorted({state.drill_sequence for state in states.values()})
    return {
        key: replace(state, drill_sequence=drills.index(state.drill_sequence))
        for key, state in states.items()
        if state != CardState()
    }


class Days(RuleBasedStateMachine):
    """Reviews of all kinds, undos, events, edits, renames, schedulers, zones, in three sessions at once."""

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
        self._start_sessions()

    def teardown(self) -> None:
        """Close and remove everything."""
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.folder.cleanup()

    @rule(which=SESSIONS, grade=st.integers(0, 5))
    def answer(self, which: int, grade: int) -> None:
        """Answer whatever is asked."""
        question, _ = self.sessions[which].look()
        if question is not None:
            assert self.sessions[which].answer(question, question.grades[grade], 5)

    @rule(which=SESSIONS)
    def undo(self, which: int) -> None:
        """Take a step back."""
        self.sessions[which].undo()

    @rule(which=SESSIONS, what=st.sampled_from(["bury", "suspend"]))
    def set_aside(self, which: int, what: str) -> None:
        """Bury or suspend whatever is asked."""
        session = self.sessions[which]
        question, _ = session.look()
        if question is not None:
            assert getattr(session, what)(question)

    @rule(data=st.data(), kind=st.sampled_from(BULK_KINDS))
    def act_on_several(self, data: st.DataObject, kind: EventKind) -> None:
        """Do something to several cards at once, orphans among them."""
        cards = [(card.card_id, card.key) for card in load_cards(self.workspace).cards]
        act(self.workspace, data.draw(st.lists(st.sampled_from(cards), unique=True, max_size=4)), kind)

    @rule()
    def undo_what_was_done_to_several(self) -> None:
        """Take that back, where no card of it has gone on."""
        with suppress(UsageError):
            undo(self.workspace)

    @rule(choice=st.sampled_from(CHOICES))
    def change_the_scheduler(self, choice: SchedulerChoice) -> None:
        """Schedule all cards anew, perhaps by what is in force already."""
        preview = preview_change(self.workspace, choice)
        change_schedule(self.workspace, preview)

    @rule()
    def take_the_change_back(self) -> None:
        """Take the last change of the scheduler back, if there was one."""
        with suppress(UsageError):
            undo_change(self.workspace, preview_undo(self.workspace))

    @rule(data=st.data())
    def import_a_history(self, data: st.DataObject) -> None:
        """Take reviews and a schedule of another program along, older, newer and known ones."""
        cards = data.draw(made_cards(self.clock.now(), sorted(self.notes)))
        incoming = Incoming("anki", tuple(self._incoming(note_id, found) for note_id, found in cards.items()))
        plan = plan_import(self.workspace, incoming, with_history=True)
        imported = apply_import(self.workspace, plan)
        assert imported.history == plan.history
        again = plan_import(self.workspace, incoming, with_history=True).history
        assert again is not None
        assert (again.reviews, again.cards) == (0, 0)

    @rule()
    def take_the_import_back(self) -> None:
        """Take the last import back, where no card of it has gone on."""
        with suppress(UsageError):
            undo_import(self.workspace)

    @rule()
    def move_to_another_computer(self) -> None:
        """Everything that is exported comes in elsewhere as it was."""
        root = Path(self.folder.name)
        file = root / "everything.json"
        export_json(self.workspace, file)
        with tempfile.TemporaryDirectory(dir=root) as name:
            there = Path(name)
            places = replace(self.places, database=there / "q.db", backups=there / "b", workspace=there / "w")
            with open_workspace(places, self.clock) as other:
                apply_import(other, plan_import(other, read_json(file), with_history=True))
                assert differing_states(other) == {}
                assert states_with_history(other) == states_with_history(self.workspace)
                export_json(other, there / "again.json")
            assert history_of(there / "again.json") == history_of(file)

    @rule()
    def wait_a_moment(self) -> None:
        """Let a learning step pass."""
        self.clock.advance(minutes=7)

    @rule(which=SESSIONS)
    def flag(self, which: int) -> None:
        """Flag whatever is asked, or take its flag away."""
        session = self.sessions[which]
        question, _ = session.look()
        if question is not None:
            assert session.flag(question)[0]

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
                report = count_due(run, self.workspace.moment(), self.workspace.limits)
            for count in (report.all_decks, *report.decks):
                assert [count.of(turn) for turn in DAY_TURNS] == [progress.of(turn) for turn in DAY_TURNS]

    def _incoming(self, note_id: str, cards: tuple[IncomingCard, ...]) -> IncomingNote:
        return IncomingNote(note_id, self.workspace.library.note(note_id), ("A",), "here", cards)

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
        self._start_sessions()

    def _start_sessions(self) -> None:
        self.sessions = [
            ReviewSession(self.workspace),
            ReviewSession(self.workspace, ahead_days=30),
            ReviewSession(self.workspace, is_cram=True),
        ]


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=25, stateful_step_count=30)


def test_a_log_from_before_the_clock_was_set_back_comes_along() -> None:
    """What is later than now was so where it comes from: a move to another computer loses no answer."""
    days = Days()
    days.start()
    try:
        days.answer(0, 4)
        days.wait(-5)
        days.move_to_another_computer()
    finally:
        days.teardown()
