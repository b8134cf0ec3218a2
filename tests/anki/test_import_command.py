"""`quizzer import anki` as a learner types it: deck files, media, and a history that goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quizzer.services.import_anki import read_anki
from quizzer.services.importing import apply_import, plan_import
from tests.anki.packages import Maker, fill
from tests.integration.processes.shell import WITHOUT_OVERRIDE, Outcome, run
from tests.support import OpenWorkspace, StandingClock, read_card_states, read_log


@pytest.fixture(autouse=True)
def folder(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every process of this module the folder of a learner; return that of its decks."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(shipped))
    monkeypatch.setenv("QUIZZER_WORKSPACE", str(tmp_path / "learner"))
    return tmp_path / "learner" / "decks"


def test_a_package_becomes_decks_media_and_history(maker: Maker, folder: Path) -> None:
    """A dry run says what would come and writes nothing; then it comes, once; it can be taken back."""
    fill(maker)
    package = maker.export("mine.apkg", legacy=False)

    dry = bring(package, "--with-history", "--dry-run")
    assert (dry.code, folder.exists()) == (0, False)
    assert "Would bring 5 notes: 5 new." in dry.out
    done = bring(package, "--with-history")
    assert done.code == 0, done.err
    assert "Brought 5 notes: 5 new." in done.out
    assert "4 reviews" in done.out
    assert "1 media file missing in the source: x.mp3" in dry.err
    assert {path.name for path in folder.glob("*.yaml")} == {"top.yaml", "top-sub.yaml", "gaps.yaml"}
    assert [path.name for path in (folder / "media").iterdir()] == ["a_b.png"]
    assert "media/a_b.png" in (folder / "top-sub.yaml").read_text("utf-8")
    again = bring(package, "--with-history")
    assert "5 unchanged" in again.out
    assert "0 reviews" in again.out
    assert run("import", "undo", before=WITHOUT_OVERRIDE).code == 0
    assert not list(folder.glob("*.yaml"))


def test_a_mapping_brings_what_quizzer_does_not_know(maker: Maker, folder: Path, tmp_path: Path) -> None:
    """The refusal shows the mapping to write; with it in a file the notes come."""
    models = maker.collection.models
    model = models.new("My words")
    for name in ("Word", "Sense"):
        models.add_field(model, models.new_field(name))
    template = models.new_template("Card")
    template["qfmt"], template["afmt"] = "{{Word}} {{Sense}}", "{{Sense}}"
    models.add_template(model, template)
    models.add(model)
    maker.add("My words", "Deck", "w", "s")
    package = maker.export("mine.apkg", legacy=False)

    refused = bring(package)
    assert (refused.code, folder.exists()) == (0, False)
    assert '["My words"], q = "{{Word}}", a = "{{Sense}}" (each on its line)' in refused.err
    mapping = tmp_path / "map.toml"
    mapping.write_text('["My words"]\nq = "{{Word}}"\na = "{{Sense}}"\n', encoding="utf-8")
    assert "1 new" in bring(package, "--map", str(mapping), "--deck", "mine").out
    assert "q: w" in (folder / "mine.yaml").read_text("utf-8")
    mapping.write_text('["My words"]\nq = "{{Word}}"\na = "{{None}}"\n', encoding="utf-8")
    assert "names the field 'None'" in bring(package, "--map", str(mapping)).err


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none.apkg", None, "the file does not exist, a package of Anki was expected"),
        ("text.apkg", b"hello", "this is no package of Anki, or it is damaged"),
    ],
)
def test_what_is_no_package_is_one_sentence(tmp_path: Path, name: str, data: bytes | None, said: str) -> None:
    """The code is that of wrong input, and nothing is on stdout."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    outcome = bring(tmp_path / name)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1


def test_the_schedule_goes_on_where_anki_had_it(
    maker: Maker, open_here: OpenWorkspace, clock: StandingClock
) -> None:
    """Each card is due on the day on which it is in Anki, and the log says where its reviews come from."""
    fill(maker)
    package = maker.export("mine.apkg", legacy=False)
    (row,) = maker.collection.find_notes("Front:Q")
    card = maker.collection.get_note(row).cards()[0]
    first_id = maker.collection.db.scalar("SELECT min(id) FROM revlog")  # type: ignore[union-attr]
    clock.advance(seconds=first_id / 1000 - clock.now().timestamp() + 60)
    with open_here() as workspace:
        incoming = read_anki(workspace, package, mapping=None, with_history=True)
        apply_import(workspace, plan_import(workspace, incoming, with_history=True))
        states = read_card_states(workspace)
        log = read_log(workspace)
        today = workspace.calendar.study_day(workspace.now())
    note_id = next(each.note.id for each in incoming.notes if each.note.question == "Q")
    assert states[note_id].due_on == today + timedelta(days=card.due - maker.collection.sched.today)
    assert states[f"{note_id}/reverse"].is_new
    assert len(log) == 4
    assert {review.origin for review in log} == {"anki"}


def bring(package: Path, *arguments: str) -> Outcome:
    """Import a package."""
    return run("import", "anki", str(package), *arguments, before=WITHOUT_OVERRIDE)


def test_an_older_package_replaces_no_newer_text(maker: Maker, folder: Path) -> None:
    """As in Anki the note that was changed last stays, unless the learner asks for the older one."""
    row = maker.add("Basic", "Words", "q", "as it was")
    set_changed(maker, row, 1_700_000_000)
    old = maker.export("old.apkg", legacy=True)
    note = maker.collection.get_note(row)  # type: ignore[arg-type]
    note.fields[1] = "as it is"
    maker.collection.update_note(note)
    set_changed(maker, row, 1_700_000_001)
    new = maker.export("new.apkg", legacy=False)
    deck = folder / "words.yaml"

    assert "1 new" in bring(old).out
    assert "1 changed" in bring(new).out
    before = deck.read_bytes()
    assert "1 older than what you have" in bring(old, "--dry-run").out
    assert "Nothing was written" in bring(old).out
    assert deck.read_bytes() == before
    assert "1 unchanged" in bring(new).out
    assert "1 changed" in bring(old, "--overwrite").out
    assert "a: as it was" in deck.read_text("utf-8")
    assert "1 changed" in bring(new).out


def test_an_older_template_replaces_no_newer_text(maker: Maker, folder: Path) -> None:
    """What a note says follows from its type, too: a package from before its change is the older one."""
    maker.add_type("Mine", ("Q", "A"), ("{{Q}}", "{{A}}"))
    maker.add("Mine", "Words", "q", "a")
    old = maker.export("old.apkg", legacy=True)
    note_type = maker.collection.models.by_name("Mine")
    assert note_type is not None
    note_type["tmpls"][0]["qfmt"] = "Ask: {{Q}}"
    maker.collection.models.update_dict(note_type)
    maker.collection.db.execute("UPDATE notetypes SET mtime_secs = mtime_secs + 10")  # type: ignore[union-attr]
    new = maker.export("new.apkg", legacy=False)

    assert "1 new" in bring(old).out
    assert "1 changed" in bring(new).out
    assert "1 older than what you have" in bring(old).out
    assert "Ask: q" in (folder / "words.yaml").read_text("utf-8")


def test_what_the_mapping_does_is_told(maker: Maker, tmp_path: Path) -> None:
    """Notes that it leaves out are counted; a note type that is not there is named with the nearest."""
    maker.add("Basic", "Words", "q", "a")
    maker.add_type("Pictures", ("Q", "A"), ("{{Q}}", "{{A}}"))
    maker.add("Pictures", "Words", "q", "a")
    package = maker.export("mine.apkg", legacy=False)
    mapping = tmp_path / "map.toml"
    mapping.write_text("[Pictures]\nskip = true\n[basic]\nskip = true\n[Zzz]\nskip = true\n", "utf-8")
    brought = bring(package, "--map", str(mapping))
    assert "Brought 2 notes: 1 new, 1 left out by the mapping." in brought.out
    lines = brought.err.splitlines()
    assert "a note type 'basic', which the package has not: write 'Basic'" in lines[0]
    assert "a note type 'Zzz', which the package has not: its note types are" in lines[1]
    assert len(lines) == 2


def test_a_memory_of_fsrs_is_told_where_sm2_schedules(maker: Maker) -> None:
    """The learner hears how to keep it, and nothing once FSRS is in force."""
    maker.collection.set_config("fsrs", True)
    maker.add("Basic", "Words", "q", "a")
    maker.answer("Words", [4])
    package = maker.export("mine.apkg", legacy=False)
    told = "1 card with FSRS's stability and difficulty, of which SM-2 makes no use"
    assert told in bring(package, "--with-history", "--dry-run").err
    assert told not in bring(package, "--dry-run").err
    assert run("schedule", "set", "fsrs", "--yes", before=WITHOUT_OVERRIDE).code == 0
    assert told not in bring(package, "--with-history").err


def set_changed(maker: Maker, row: int, at_s: int) -> None:
    """Date the last change of a note."""
    maker.collection.db.execute("UPDATE notes SET mod = ? WHERE id = ?", at_s, row)  # type: ignore[union-attr]
