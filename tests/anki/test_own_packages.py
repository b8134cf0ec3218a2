"""Notes of ours that were in Anki: they come back as they were, with what was edited there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Checked, Choices, Level, Note, Source
from quizzer.exchange.anki.models import EMBEDDED
from quizzer.exchange.anki.reading.reader import read_package
from quizzer.services.export import ExportPlan, export_anki
from quizzer.services.import_anki import read_anki
from tests.anki.packages import Maker
from tests.support import OpenWorkspace

NOTES = """\
  - id: scale
    level: senior
    topics: [softmax, scaled-attention]
    tags: [two words, a::b]
    q: Why **scale** by $\\\\sqrt{d_k}$? {{x}} [[type:y]]
    a: |
      Since `a < b`.

      ```python
      def f(x):
          return {1: {2: x}}
      ```

      | x | y |
      |---|---|
      | 1 | $p(x|y)$ |
    points: [the *variance* grows, it costs \\$5]
    pitfall: Not ~~that~~.
    source: {cite: "A (book), 2017", checked: opened}
    kata: flash-attention
    was: [old-scale]
  - id: cache
    q: KV cache
    a: "![a picture](<media/a b.png>) ![](media/x.mp3)"
    reverse: true
  - id: costs
    cloze: Costs {{c1::$O(T^{2^{d}})$}} {{c3::**time** `a::b`::what?}}.
  - id: axis
    q: Which axis?
    choices: {right: the $d$ features, wrong: [it, "**all**"]}
  - id: bytes
    q: How many?
    accept: {number: 0.50, unit: MiB, tolerance: 1%}
    a: So.
  - id: sum
    q: Which sum?
    accept: {text: [log-sum-exp, "a < b", LSE]}
  - id: call
    q: Which call?
    accept: {regex: "log-?sum(<x>)?"}
"""


@pytest.fixture
def exported(open_here: OpenWorkspace, tmp_path: Path) -> Path:
    """A package of notes that have all that a note can have."""
    decks = tmp_path / "quizzer" / "decks"
    (decks / "media").mkdir(parents=True)
    (decks / "media" / "a b.png").write_bytes(b"picture")
    (decks / "media" / "x.mp3").write_bytes(b"sound")
    (decks / "mine.yaml").write_text(
        f"deck: mine\ntitle: My deck\ntags: [deck-tag]\nnotes:\n{NOTES}".replace("\\\\", "\\"),
        encoding="utf-8",
    )
    with open_here() as workspace:
        assert workspace.library.faults == ()
        export_anki(workspace, tmp_path / "q.apkg", ExportPlan())
    return tmp_path / "q.apkg"


@pytest.fixture
def mine(exported: Path, open_here: OpenWorkspace) -> dict[str, Note]:
    """The notes as the library has them, by their ids."""
    with open_here() as workspace:
        return {note.id: replace(note, line=0) for note in one(workspace.library.decks).notes}


@pytest.mark.parametrize("legacy", [False, True])
def test_notes_that_nobody_edited_come_back_exactly(
    exported: Path, mine: dict[str, Note], maker: Maker, legacy: bool
) -> None:
    """Through the client and back, in both formats, every field of every kind of note is the same."""
    incoming = read_package(through(maker, exported, legacy=legacy))

    assert incoming.refused == ()
    assert {each.note.id: each.note for each in incoming.notes} == mine
    assert {each.deck for each in incoming.notes} == {("My deck",)}
    media = {name: read() for name, read in incoming.media.items() if name in ("a b.png", "x.mp3")}
    assert media == {"a b.png": b"picture", "x.mp3": b"sound"}
    assert next(each.media for each in incoming.notes if each.note.id == "cache") == ("a b.png", "x.mp3")


@pytest.mark.parametrize(
    ("note_id", "field", "value", "changes"),
    [
        ("scale", "Front", "Why <b>not</b>?", {"question": "Why **not**?"}),
        ("scale", "Back", "So <i>be</i> it.", {"answer": "So *be* it."}),
        ("scale", "Points", "<ul><li>a</li><li>b <b>c</b></li></ul>", {"points": ("a", "b **c**")}),
        ("scale", "Pitfall", "", {"pitfall": ""}),
        ("scale", "Source", "B &amp; C (recalled)", {"source": Source("B & C", Checked.RECALLED)}),
        ("scale", "Level", "mid", {"level": Level.MID}),
        ("scale", "Kata", "", {"kata": ""}),
        ("cache", "Reverse", "", {"reverse": False}),
        ("costs", "Text", "{{c1::a}} {{c3::b::h}}", {"question": "{{c1::a}} {{c3::b::h}}"}),
        ("costs", "Back", "why", {"answer": "why"}),
        ("bytes", "Typed", "0.75", {"accept": Accept(number="0.75", unit="MiB", tolerance="1%")}),
        ("sum", "Typed", "LSE2", {"accept": Accept(texts=("LSE2", "a < b", "LSE"))}),
        ("sum", EMBEDDED, "{}", {}),
        ("call", EMBEDDED, "", {}),
        ("axis", EMBEDDED, "", {}),
        ("bytes", EMBEDDED, "nonsense", {}),
        ("cache", EMBEDDED, "", None),
        ("scale", "Topics", "edited", {}),
    ],
)
def test_what_was_edited_in_anki_comes_along_and_the_rest_stays(
    exported: Path,
    mine: dict[str, Note],
    maker: Maker,
    note_id: str,
    field: str,
    value: str,
    changes: dict[str, object] | None,
) -> None:
    """The edited field is read from its HTML; without the note itself the fields say it all again."""
    package = through(maker, exported, edit=(note_id, field, value))
    incoming = read_package(package)
    assert incoming.refused == ()
    found = {each.note.id: each.note for each in incoming.notes}
    expected = mine[note_id]
    if changes is None:  # its pictures are called as in the package
        assert found[note_id].answer.startswith("![a picture](media/a-b-")
        found[note_id], changes = replace(found[note_id], answer=expected.answer), {}
    if field == EMBEDDED:
        # What HTML cannot say: the deck's tags are not told from the note's.
        found[note_id] = replace(found[note_id], tags=expected.tags)
        if expected.choices and (choices := found[note_id].choices):
            ordered = Choices(choices.right, tuple(sorted(choices.wrong)))
            found[note_id] = replace(found[note_id], choices=ordered)
            expected = replace(
                expected, choices=Choices(choices.right, tuple(sorted(expected.choices.wrong)))
            )
    assert found == {**mine, note_id: replace(expected, **changes)}  # type: ignore[arg-type]


def test_an_edit_that_leaves_no_question_is_refused(exported: Path, maker: Maker) -> None:
    """The sentence names the note and the next step; the others come."""
    incoming = read_package(through(maker, exported, edit=("axis", "Front", "<br>")))
    (refused,) = incoming.refused
    assert "its question shows nothing: fill it in Anki" in refused.reason
    assert len(incoming.notes) == 6


def test_a_note_that_was_renamed_here_is_known_by_what_it_was_called(
    exported: Path, maker: Maker, open_here: OpenWorkspace, tmp_path: Path
) -> None:
    """Its GUID hangs on its oldest id, so its history in Anki finds it under the new one."""
    package = through(maker, exported)
    deck = tmp_path / "quizzer" / "decks" / "mine.yaml"
    deck.write_text(
        deck.read_text("utf-8").replace("id: costs", "id: price\n    was: [costs]"), encoding="utf-8"
    )
    with open_here() as workspace:
        incoming = read_anki(workspace, package, mapping=None, with_history=False)
    assert "price" in {each.note.id for each in incoming.notes}
    assert "costs" not in {each.note.id for each in incoming.notes}


def test_the_history_of_a_kata_has_no_note(
    exported: Path, maker: Maker, write_kata: Callable[..., Path], open_here: OpenWorkspace, tmp_path: Path
) -> None:
    """It comes by the key of the kata's card."""
    write_kata()
    with open_here() as workspace:
        export_anki(workspace, tmp_path / "k.apkg", ExportPlan())
    through(maker, tmp_path / "k.apkg")
    maker.answer("quizzer::Katas", [3])
    incoming = read_package(maker.export("again.apkg", legacy=False))
    assert [len(card.reviews) for card in incoming.loose.values()] == [1]
    assert list(incoming.loose) == ["kata/double-it"]
    assert all(not each.note.id.startswith("kata") for each in incoming.notes)
    assert incoming.refused == ()


def through(
    maker: Maker, package: Path, *, legacy: bool = False, edit: tuple[str, str, str] | None = None
) -> Path:
    """Import a package into the client, edit a field there, and return the client's own export."""
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    maker.collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))
    if edit:
        note_id, field, value = edit
        (row,) = maker.collection.find_notes(f"Id:{note_id}")
        note = maker.collection.get_note(row)
        note[field] = value
        maker.collection.update_note(note)
    return maker.export("back.apkg", legacy=legacy)


def one(decks: tuple[Deck, ...]) -> Deck:
    """Return the only deck."""
    (deck,) = decks
    return deck
