from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from quizzer.content.lint import lint
from quizzer.core.rating import Rating
from quizzer.core.review import EventKind
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.errors import UsageError
from quizzer.services.bulk import act, undo
from quizzer.services.card_info import find_kata_of, read_card_info
from quizzer.services.editing import is_taken_back, list_faults, prepare_edit
from quizzer.services.editor import editor_command, open_editor
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from tests.support import StandingClock, WriteKata, answer, set_scheduler


def test_an_edited_copy_keeps_its_history(workspace: Workspace) -> None:
    """A shipped note is copied, changed and read again; card, history and schedule are as before."""
    session = ReviewSession(workspace)
    asked = answer(session, Rating.AGAIN)
    place = prepare_edit(workspace, asked.card.note, asked.queued.deck)
    assert place.copied is not None
    assert place.path.read_text(encoding="utf-8").splitlines()[place.line - 1].strip() == "id: a1"
    text = place.path.read_text(encoding="utf-8")
    place.path.write_text(text.replace("What is a1?", "What is a one?"), encoding="utf-8")
    session.reload()
    assert workspace.library.note("a1").question == "What is a one?"
    with workspace.database.peeking() as run:
        assert list(run("SELECT count(*), max(card_id) FROM live_reviews", {})) == [(1, asked.queued.card_id)]
    again = prepare_edit(workspace, workspace.library.note("a1"), "attention")
    assert (again.path, again.copied) == (place.path, None)


def test_a_copy_that_nobody_changed_is_taken_back(workspace: Workspace) -> None:
    """The shipped note is asked again, not a copy that hides what is mended in it; a file of before stays."""
    note = workspace.library.note("a1")
    place = prepare_edit(workspace, note, "attention")
    assert is_taken_back(place)
    assert not place.path.exists()
    own = "deck: attention\nnotes:\n  - id: own\n    q: Q\n    a: A\n"
    place.path.write_text(own, encoding="utf-8")
    place = prepare_edit(workspace, note, "attention")
    assert "id: a1" in place.path.read_text(encoding="utf-8")
    assert is_taken_back(place)
    assert place.path.read_text(encoding="utf-8") == own


def test_a_copy_that_was_changed_or_removed_is_the_learners(workspace: Workspace) -> None:
    """One letter is enough, and a file that is gone is not made again."""
    place = prepare_edit(workspace, workspace.library.note("a1"), "attention")
    changed = place.path.read_text(encoding="utf-8") + "#"
    place.path.write_text(changed, encoding="utf-8")
    assert not is_taken_back(place)
    assert place.path.read_text(encoding="utf-8") == changed
    broken = prepare_edit(workspace, workspace.library.note("a1"), "attention")
    assert not is_taken_back(broken)  # it was there before this edit
    place.path.unlink()
    assert not is_taken_back(place)
    assert not place.path.exists()


def test_a_note_that_an_edit_broke_comes_back_with_its_history(workspace: Workspace) -> None:
    """Faults are told with their place; the card is not asked until it is mended, then as it was."""
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None
    place = prepare_edit(workspace, question.card.note, question.queued.deck)
    sound = place.path.read_text(encoding="utf-8")
    place.path.write_text(sound.replace("    q: ", "    colour: red\n    q: "), encoding="utf-8")
    session.reload()
    (fault,) = list_faults(workspace, place.path)
    assert fault.startswith(f"{place.path}:")
    assert "no field 'colour'" in fault
    place.path.write_text(sound, encoding="utf-8")
    session.reload()
    assert list_faults(workspace, place.path) == ()
    mended, _ = session.look()
    assert mended is not None
    assert mended.queued.card_id == question.queued.card_id


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("vim", ["vim", "+7", "d.yaml"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7", "d.yaml"]),
        ("code", ["code", "--wait", "--goto", "d.yaml:7"]),
        ("hx", ["hx", "d.yaml:7"]),
        ("'my editor' -x", ["my editor", "-x", "d.yaml"]),
    ],
)
def test_an_editor_is_opened_at_the_line(editor: str, expected: list[str]) -> None:
    """Each editor is told the line in its own way; one that we do not know gets the file alone."""
    assert editor_command(Path("d.yaml"), 7, {"EDITOR": editor}) == expected
    assert editor_command(Path("d.yaml"), 7, {"VISUAL": editor, "EDITOR": "ed"}) == expected


@pytest.mark.parametrize(
    ("editor", "expected"), [("false", "failed with 1"), ("no-such-editor", "did not start")]
)
def test_an_editor_that_fails_is_named(editor: str, expected: str) -> None:
    """The error says what to set, and which file it was."""
    with pytest.raises(UsageError, match=rf"{expected}.*VISUAL or EDITOR.*d\.yaml:7"):
        open_editor(Path("d.yaml"), 7, {"EDITOR": editor})


def test_an_interrupt_is_the_editors(tmp_path: Path) -> None:
    """Ctrl-C in the editor, which the terminal sends to both, ends the editor at most."""
    program = tmp_path / "editor"
    program.write_text("#!/bin/sh\nkill -INT $PPID\nkill -INT $$\n")
    program.chmod(0o755)
    met: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: met.append(number))
    try:
        with pytest.raises(UsageError, match="failed with -2"):
            open_editor(Path("d.yaml"), 7, {"EDITOR": str(program)})
        assert met == []
        os.kill(os.getpid(), signal.SIGINT)
        assert met == [signal.SIGINT]  # afterwards it is ours again
    finally:
        signal.signal(signal.SIGINT, before)


def test_card_info_tells_schedule_and_history(workspace: Workspace, clock: StandingClock) -> None:
    """Facts of SM-2, then of FSRS; every review stands in the history, the last one first."""
    answer(ReviewSession(workspace), Rating.AGAIN)
    answer(ReviewSession(workspace), Rating.GOOD)
    clock.advance(days=1)
    question, _ = ReviewSession(workspace).look()
    assert question is not None
    info = read_card_info(workspace, question)
    facts = dict(info.facts)
    assert (facts["Card"], facts["Deck"], facts["Scheduler"]) == ("a1", "attention", "SM-2")
    assert (facts["Due"], facts["Ease"]) == ("2026-03-03, today", "2.50, 0 repetitions")
    assert facts["File"].endswith("attention.yaml:4 (comes with quizzer)")
    assert info.history == (("2026-03-02", "Again", "scheduled", "1 d"),)
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS))
    question, _ = ReviewSession(workspace).look()
    assert question is not None
    facts = dict(read_card_info(workspace, question).facts)
    assert facts["Scheduler"] == "FSRS-6, desired retention 90%"
    assert {"Stability", "Difficulty", "Recall now"} <= set(facts)


def test_card_info_tells_what_sets_the_card_apart(workspace: Workspace) -> None:
    """A flag, a suspension and a bury each stand in words; what is undone stands there no more."""
    session = ReviewSession(workspace)
    question, _ = session.look()
    assert question is not None

    def state() -> str:
        return dict(read_card_info(workspace, question).facts)["State"]

    assert state() == "asked when it is due"
    session.flag(question)
    assert state() == "flagged"
    flagged, _ = session.look()
    assert flagged is not None
    session.suspend(flagged)
    act(workspace, [(flagged.queued.card_id, "a1")], EventKind.BURY)
    assert state() == "suspended: asked no more, buried until tomorrow, flagged"
    undo(workspace)
    assert state() == "suspended: asked no more, flagged"
    session.undo()
    session.undo()
    assert state() == "asked when it is due"
    assert dict(read_card_info(workspace, question).facts)["Due"] == "new: never rated"


def test_card_info_says_whether_the_original_has_changed(workspace: Workspace, shipped: Path) -> None:
    """As copied at first; changed when the shipped note is another; gone when it is no longer there."""
    session = ReviewSession(workspace)

    def original() -> str:
        question, _ = session.look()
        assert question is not None
        return dict(read_card_info(workspace, question).facts)["Original"]

    question, _ = session.look()
    assert question is not None
    prepare_edit(workspace, question.card.note, "attention")
    session.reload()
    assert original() == "is as you copied it"
    assert lint(workspace.library) == ()
    path = shipped / "decks" / "attention.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("It is **a1**", "It is a1"), encoding="utf-8")
    session.reload()
    assert original() == "has changed since you copied it"
    (fault,) = lint(workspace.library)
    assert str(fault).startswith(f"{workspace.content.roots.learner_decks / 'attention.yaml'}:6:")
    assert "has changed since this copy was made" in fault.message
    path.unlink()
    session.reload()
    assert original() == "is gone"


def test_the_kata_of_a_note_is_found(workspace: Workspace, write_kata: WriteKata) -> None:
    """A kata whose `cards` name the note is its kata; a note that none names has none."""
    assert find_kata_of(workspace, workspace.library.note("a1")) is None
    write_kata()
    assert find_kata_of(workspace, workspace.library.note("a1")) == "double-it"
    assert find_kata_of(workspace, workspace.library.note("a2")) is None
