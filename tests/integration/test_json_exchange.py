"""JSON from one workspace to another: decks as they were, histories beside each other."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzer.content.deck_edit import put_notes, start_deck
from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind
from quizzer.core.rating import Rating
from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.settings import Settings
from quizzer.errors import UsageError
from quizzer.exchange.incoming import Incoming, IncomingNote
from quizzer.services.import_plan import Fate, Imported
from quizzer.services.importing import apply_import, plan_import
from quizzer.services.json_exchange import export_json, read_json
from quizzer.services.places import Places
from quizzer.services.review import ReviewSession
from quizzer.services.schedule import read_schedule
from quizzer.services.workspace import Workspace, open_workspace
from tests.made_notes import ids, lines, notes, texts
from tests.support import StandingClock, answer, read_card_states, read_log, set_scheduler


@contextmanager
def opened(
    root: Path, clock: StandingClock | None = None, content: Path | None = None
) -> Iterator[Workspace]:
    """Open a workspace below `root`; without `content` no note is shipped."""
    shipped = content or root / "content"
    (shipped / "decks").mkdir(parents=True, exist_ok=True)
    chosen = Settings(content=str(shipped), zone="UTC")
    places = Places(chosen, root / "s.toml", root / "q.db", root / "b", root / "c", root / "w")
    with open_workspace(places, clock or StandingClock()) as workspace:
        yield workspace


def move(workspace: Workspace, other: Workspace) -> Imported:
    """Export one workspace and import it into another, with history."""
    file = workspace.places.workspace.parent / "all.json"
    export_json(workspace, file)
    return apply_import(other, plan_import(other, read_json(file), with_history=True))


def decks_of(workspace: Workspace) -> Any:
    """Return the decks as an export has them."""
    file = workspace.places.workspace.parent / "decks.json"
    export_json(workspace, file)
    return json.loads(file.read_text(encoding="utf-8"))["decks"]


@st.composite
def decks(draw: st.DrawFn) -> list[Deck]:
    """Draw decks whose notes have ids of their own, empty ones among them."""
    found = draw(st.lists(notes(), unique_by=lambda note: note.id, max_size=8))
    plain = [
        replace(note, was=(), original=draw(st.sampled_from(["", "0123456789abcdef"]))) for note in found
    ]
    names = draw(st.lists(ids(), unique=True, min_size=1, max_size=3))
    parts: dict[str, list[Note]] = {name: [] for name in names}
    for note in plain:
        parts[draw(st.sampled_from(names))].append(note)
    return [
        Deck(
            name,
            draw(lines()),
            "",
            tuple(part),
            description=draw(st.one_of(st.just(""), texts())),
            tags=tuple(draw(st.lists(lines(), unique=True, max_size=2))),
        )
        for name, part in parts.items()
    ]


@given(decks())
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_decks_arrive_as_they_were(several: list[Deck]) -> None:
    """All decks, with all fields of all kinds of note in their order, are the same in a new workspace."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        own = root / "a" / "w" / "decks"
        own.mkdir(parents=True)
        for deck in several:
            path = own / f"{deck.id}.yaml"
            start = start_deck(deck, "Mine.", has_title=True).encode()
            path.write_bytes(put_notes(start, path, {}, deck.notes).data)
        with opened(root / "a") as workspace, opened(root / "b") as other:
            assert workspace.library.faults == ()
            imported = move(workspace, other)
            assert imported.refused == ()
            assert other.library.faults == ()
            assert decks_of(other) == decks_of(workspace)
            assert not move(workspace, other).has_changed


def from_anki(answer: str, changed_at_s: int) -> Incoming:
    """Return a note as Anki has it since that second."""
    note = Note("anki-1", NoteKind.BASIC, "Q?", answer)
    return Incoming("anki", (IncomingNote("g", note, ("W",), "w.apkg", changed_at_s=changed_at_s),))


def bring(workspace: Workspace, incoming: Incoming) -> list[Fate]:
    """Import, and return what became of the notes."""
    plan = plan_import(workspace, incoming)
    apply_import(workspace, plan)
    return [planned.fate for planned in plan.notes]


def edit(workspace: Workspace, old: str, new: str) -> None:
    """Edit the one deck file of the learner's."""
    (path,) = workspace.content.roots.learner_decks.glob("*.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    workspace.reload()


def test_an_edit_made_elsewhere_is_known_by_what_was_imported_there(tmp_path: Path) -> None:
    """An edited note from Anki is kept in both homes, and what is edited on in the first arrives."""
    with opened(tmp_path / "a") as here, opened(tmp_path / "b") as there:
        bring(here, from_anki("One.", 100))
        edit(here, "One.", "Mine.")
        move(here, there)
        assert bring(there, from_anki("One.", 100)) == [Fate.UNCHANGED]
        assert bring(there, from_anki("Zero.", 50)) == [Fate.OLDER]
        assert bring(there, from_anki("Two.", 200)) == [Fate.KEPT]
        edit(here, "Mine.", "Mine again.")
        move(here, there)
        assert there.library.get("anki-1").answer == "Mine again."  # type: ignore[union-attr]
        assert bring(there, from_anki("Two.", 200)) == [Fate.KEPT]
        assert not move(here, there).has_changed


def test_a_copy_that_was_not_edited_follows_its_source(tmp_path: Path) -> None:
    """What came by JSON as it was imported elsewhere is updated by the next import of that source."""
    with opened(tmp_path / "a") as here, opened(tmp_path / "b") as there:
        bring(here, from_anki("One.", 100))
        move(here, there)
        assert decks_of(there) == decks_of(here)
        assert bring(there, from_anki("Two.", 200)) == [Fate.CHANGED]


def test_beside_a_history_the_scheduler_stays(
    workspace: Workspace, tmp_path: Path, clock: StandingClock, shipped: Path
) -> None:
    """Into a log of one's own only newer reviews come, and no change of the scheduler."""
    with opened(tmp_path / "there", clock, shipped) as other:
        set_scheduler(other, SchedulerChoice(SchedulerName.FSRS))
        session = ReviewSession(other)
        for _ in range(3):
            clock.advance(minutes=1)
            answer(session, Rating.GOOD)
        clock.advance(minutes=-1)
        answer(ReviewSession(workspace), Rating.EASY)  # a1, after the answer there
        clock.advance(minutes=5)
        imported = move(other, workspace)
    assert imported.history is not None
    assert (imported.history.reviews, imported.history.older) == (2, 1)
    assert imported.history.leaves_scheduler
    assert read_schedule(workspace).choice.name is SchedulerName.SM2
    assert [review.rating for review in read_log(workspace)] == [Rating.EASY, Rating.GOOD, Rating.GOOD]
    assert read_card_states(workspace)["a2"].reviews == 1


def test_the_scheduler_comes_into_an_empty_history(
    workspace: Workspace, tmp_path: Path, clock: StandingClock, shipped: Path
) -> None:
    """Where nothing was answered yet, the scheduler in force is that of the source."""
    with opened(tmp_path / "there", clock, shipped) as other:
        set_scheduler(other, SchedulerChoice(SchedulerName.FSRS, 0.85))
        answer(ReviewSession(other), Rating.GOOD)
        move(other, workspace)
        assert read_schedule(workspace).choice == read_schedule(other).choice
        assert read_card_states(workspace) == read_card_states(other)


def test_parameters_that_are_none_are_refused(tmp_path: Path, workspace: Workspace) -> None:
    """A scheduler that could not be made is told of before anything is written."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS))
    file = tmp_path / "all.json"
    export_json(workspace, file)
    text = file.read_text().replace('"desired_retention":0.9', '"parameters":[1.0]')
    if '"parameters"' not in text:
        text = text.replace('"scheduler":"fsrs"', '"scheduler":"fsrs","parameters":[1.0]')
    file.write_text(text)
    with pytest.raises(UsageError, match=r"history\.reschedules: the parameters are none of 'fsrs'"):
        read_json(file)
