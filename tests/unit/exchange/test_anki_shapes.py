"""What a note type of Anki asks is told from its templates, or said by the learner."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.core.note import Accept, Note, NoteKind
from quizzer.errors import ExchangeError
from quizzer.exchange.anki.models import CLOZE_FIELDS, QUESTION_FIELDS
from quizzer.exchange.anki.reading import shapes
from quizzer.exchange.anki.reading.collection import ForeignNote, ForeignTemplate, ForeignType
from quizzer.exchange.anki.reading.foreign_notes import NoteError, foreign_id, take_note
from quizzer.exchange.anki.reading.mapping import TypeMapping, read_mapping
from quizzer.exchange.anki.reading.shapes import Asked, Blank, Deleted, Own, Shape, Shapes, Unknown
from quizzer.exchange.anki.reading.tags import read_labels, read_tags
from quizzer.exchange.anki.reading.templates import Shown, decide, read_template

SIDE = "{{FrontSide}}<hr id=answer>"


def note_type(*templates: tuple[str, str], fields: str = "V R S", is_cloze: bool = False) -> ForeignType:
    """Return a note type, its names in no language."""
    return ForeignType(
        "Типовой", is_cloze, tuple(fields.split()), tuple(ForeignTemplate(q, a) for q, a in templates)
    )


def shape_of(found: ForeignType, mapping: TypeMapping | None = None, empty: str = "") -> Shape:
    """Return what a note of the type asks in which all fields but those of `empty` are filled."""
    values = {name: "" if name in empty.split() else "x" for name in found.fields}
    return Shapes({1: found}, {found.name: mapping} if mapping else {}).of(1, values, has_tags=True)


def one_way(question: str, answers: tuple[str, ...], typed: str = "", place: int = 0) -> Asked:
    """Return what the template at `place` asks alone."""
    return Asked(question, answers, ordinals=(place,), typed=typed)


@pytest.mark.parametrize(
    ("templates", "shape"),
    [
        ([("{{V}}", SIDE + "{{R}}")], one_way("V", ("R",))),
        ([("{{ V }}<!-- {{S}} -->", "{{V}}{{R}}{{hint:S}}{{Tags}}")], one_way("V", ("R", "S"))),
        ([("{{V}}{{type:R}}", "{{V}}{{type:R}}")], one_way("V", (), typed="R")),
        ([("{{V}}{{type:nc:R}}", "{{type:nc:R}}{{S}}")], one_way("V", ("S",), typed="R")),
        ([("{{V}}", SIDE + "{{R}}"), ("{{R}}", SIDE + "{{V}}")], Asked("V", ("R",), has_reverse=True)),
        (
            [("{{V}}", SIDE + "{{R}}"), ("{{#S}}{{R}}{{/S}}", SIDE + "{{V}}")],
            Asked("V", ("R",), has_reverse=True),
        ),
        ([("{{V}}", SIDE + "{{R}}"), ("{{^S}}{{R}}{{/S}}", SIDE + "{{V}}")], one_way("V", ("R",))),
        ([("{{V}}", SIDE + "{{R}}"), ("{{S}}", SIDE + "{{V}}")], None),
        ([("{{V}}", SIDE + "{{R}}{{S}}"), ("{{R}}", SIDE + "{{V}}")], None),
        ([("{{V}}", SIDE + "{{R}}"), ("{{R}}", SIDE + "{{V}}{{S}}")], None),
        ([("{{V}}{{S}}", SIDE + "{{R}}")], None),
        (
            [("<b>Of {{#V}}<i>what{{/V}}</b> {{V}}?{{#S}}no{{/S}}<script>x</script>", "{{R}}")],
            Asked("V", ("R",), ordinals=(0,), before="<b>Of <i>what</b> ", after="?no"),
        ),
        ([("<div>{{V}}</div>?", SIDE + "{{R}}")], one_way("V", ("R",))),
        ([("Of {{V}}?", SIDE + "{{R}}"), ("{{R}}", SIDE + "{{V}}")], None),
        ([("{{V}}", SIDE + "{{R}}"), ("Whose is {{R}}?", SIDE + "{{V}}")], None),
        ([("{{V}}", SIDE)], None),
        ([("no field", "{{R}}")], None),
        ([("{{V}}{{type:R}}{{type:S}}", "{{R}}")], None),
        ([("{{V}}", "{{R}}")] * 3, None),
        ([], None),
    ],
)
def test_questions_are_known_by_their_structure(
    templates: list[tuple[str, str]], shape: Asked | None
) -> None:
    """One field on the front, and what else is on the back; all else is the learner's to say."""
    found = shape_of(note_type(*templates))
    assert found == shape if shape else isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("question", "empty", "shape"),
    [
        ("{{V}}{{hint:S}}", "S", one_way("V", ("R",))),
        ("{{V}} {{S}}", "S", one_way("V", ("R",))),
        ("{{V}}{{hint:S}}", "", None),
        ("{{V}}{{type:R}}", "R", one_way("V", (), typed="R")),
    ],
)
def test_an_empty_field_of_a_front_asks_nothing(question: str, empty: str, shape: Asked | None) -> None:
    """A note without a hint asks what its type would ask without one; what is to be typed still is."""
    found = shape_of(note_type((question, SIDE + "{{R}}")), empty=empty)
    assert found == shape if shape else isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("templates", "empty", "shape"),
    [
        ([("{{V}}", "{{R}}"), ("{{#S}}{{R}}{{/S}}", "{{V}}")], "S", one_way("V", ("R",))),
        ([("{{V}}", "{{R}}"), ("{{^S}}{{R}}{{/S}}", "{{V}}")], "S", Asked("V", ("R",), has_reverse=True)),
        ([("{{^S}}{{V}}{{/S}}", "{{R}}")], "", Blank(("V",), has_conditions=True)),
        ([("{{^S}}{{V}}{{/S}}", "{{R}}")], "S", one_way("V", ("R",))),
        ([("{{#S}}{{V}}{{/S}}", "{{R}}"), ("{{^S}}{{R}}{{/S}}", "{{V}}")], "", one_way("V", ("R",))),
        (
            [("{{#S}}{{V}}{{/S}}", "{{R}}"), ("{{^S}}{{R}}{{/S}}", "{{V}}")],
            "S",
            one_way("R", ("V",), place=1),
        ),
        ([("{{V}}{{#S}}{{S}}{{/S}}", "{{R}}")], "S", one_way("V", ("R",))),
        ([("{{V}}{{#S}}{{S}}{{/S}}", "{{R}}")], "", None),
        ([("{{V}}", "{{^S}}{{R}}{{/S}}{{#S}}{{S}}{{/S}}")], "", one_way("V", ("S",))),
        ([("{{V}}", "{{R}}")], "V", Blank(("V",))),
    ],
)
def test_conditions_are_decided_for_each_note(
    templates: list[tuple[str, str]], empty: str, shape: Shape | None
) -> None:
    """A template whose front shows nothing has no card, and those that have one make the question."""
    found = shape_of(note_type(*templates), empty=empty)
    assert found == shape if shape else isinstance(found, Unknown)


def test_templates_are_decided_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes that differ in many fields, of a type with a huge template, cost no more than is allowed."""
    monkeypatch.setattr(shapes, "MAX_DECIDED", 30)
    several = Shapes({1: note_type(("{{^S}}{{V}}{{/S}}", "{{R}}"))}, {})
    assert several.of(1, {"V": "x"}, has_tags=True) == one_way("V", ("R",))
    assert isinstance(several.of(1, {"V": "x", "S": "x"}, has_tags=True), Unknown)


def test_clozes_our_own_and_images_are_known() -> None:
    """A cloze by its filter, our own types by their fields, what hides images by its script."""
    cloze = note_type(("{{cloze:V}}", "{{cloze:V}}<br>{{R}} {{S}}"), is_cloze=True)
    assert shape_of(cloze) == Deleted("V", ("R", "S"))
    around = note_type(
        ("{{V}} {{hint:S}} {{cloze:R}} {{W}}", "{{cloze:R}} {{V}} {{S}}"), fields="V R S W", is_cloze=True
    )
    assert shape_of(around) == Deleted("R", ("S",), ("V",), ("W",))
    named = note_type(("{{^S}}{{V}}{{/S}}{{cloze:R}}", "{{cloze:R}}"), is_cloze=True)
    assert shape_of(named, empty="S") == Deleted("R", (), ("V",))
    assert shape_of(named) == Deleted("R", ())
    assert isinstance(shape_of(note_type(("{{V}}", "{{R}}"), is_cloze=True)), Unknown)
    for fields, is_cloze in ((QUESTION_FIELDS, False), (CLOZE_FIELDS, True)):
        assert shape_of(ForeignType("any", is_cloze, fields, ())) == Own(is_cloze)
    image = shape_of(replace(cloze, is_occlusion=True))
    assert isinstance(image, Unknown)
    assert "images" in image.reason


def test_a_type_of_one_field_is_to_be_left_out() -> None:
    """No mapping of fields that it does not have is proposed."""
    found = shape_of(note_type(("{{V}}", SIDE), fields="V"))
    assert isinstance(found, Unknown)
    assert "skip = true" in found.reason
    assert "{{" not in found.reason
    gaps = shape_of(note_type(("{{V}}", SIDE), fields="V", is_cloze=True))
    assert isinstance(gaps, Unknown)
    assert 'cloze = "{{V}}" (each' in gaps.reason


def test_what_the_learner_says_comes_first() -> None:
    """Even of a type that would be known."""
    mapping = TypeMapping(skip=True)
    assert shape_of(note_type(("{{V}}", "{{R}}")), mapping) is mapping


def test_templates_show_fields_under_conditions() -> None:
    """Sections nest, and one that is never closed does no harm."""
    nested = "{{#A}}{{^B}}{{text:furigana:C}}{{/B}}-{{/A}}{{D}}{{FrontSide}}"
    assert decide(nested, {"A"}) == "{{text:furigana:C}}-{{D}}{{FrontSide}}"
    assert decide(nested, {"A", "B"}) == "-{{D}}{{FrontSide}}"
    assert decide(nested, ()) == "{{D}}{{FrontSide}}"
    assert read_template(decide(nested, {"A"})) == (Shown("C", ("text", "furigana")), Shown("D"))
    assert decide("{{/X}}a{{#A}}b{{^B}}c{{/A}}d", {"B"}) == "ad"
    assert decide("{{/X}}a{{#A}}b{{^B}}c{{/A}}d", {"A"}) == "abcd"
    assert read_template("{{tts en_US voices=x:B}}{{Tags}}") == (Shown("B", ("tts",)),)


VALUES = {"V": "a <b>b</b>", "R": "c &lt; d", "S": ""}
NOTE = ForeignNote(1, "guid", 1, ("t::u",), ())


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Asked("V", ("R", "S")), Note("", NoteKind.BASIC, "a **b**", "c < d")),
        (Asked("V", ("R",), has_reverse=True), Note("", NoteKind.BASIC, "a **b**", "c < d", reverse=True)),
        (
            Asked("V", ("S",), typed="R"),
            Note("", NoteKind.ACCEPT, "a **b**", accept=Accept(texts=("c < d",))),
        ),
        (
            Asked("V", ("R",), before="<p>Of ", after="?</p>"),
            Note("", NoteKind.BASIC, "Of a **b**?", "c < d"),
        ),
        (TypeMapping(q="*{{V}}*", a="({{R}}) {{S}}"), Note("", NoteKind.BASIC, "*a **b***", "(c < d)")),
        (
            TypeMapping(q="{{V}}", accept="{{R}}"),
            Note("", NoteKind.ACCEPT, "a **b**", accept=Accept(("c < d",))),
        ),
        (TypeMapping(cloze="x {{c1::{{V}}}}", a="{{R}}"), None),
    ],
)
def test_notes_of_a_shape(shape: Asked | TypeMapping, expected: Note | None) -> None:
    """Fields become texts, tags stay, and the id follows from the GUID."""
    taken = take_note(NOTE, shape, VALUES)
    assert (taken.id, taken.tags) == (foreign_id("guid"), ("t::u",))
    assert re.fullmatch("anki-[0-9a-f]{12}", taken.id)
    if expected is None:
        assert (taken.question, taken.answer) == ("x {{c1::a **b**}}", "c < d")
    else:
        assert replace(taken, id="", tags=()) == expected


def test_what_stands_around_a_cloze_comes_along() -> None:
    """Fields of its question that hide nothing stand before and behind the text, filled ones only."""
    values = VALUES | {"T": "x {{c1::y}}"}
    taken = take_note(NOTE, Deleted("T", (), ("V", "S"), ("R",)), values)
    assert taken.question == "a **b**\n\nx {{c1::y}}\n\nc < d"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Asked("S", ("R",)), "'S' shows nothing"),
        (Asked("V", ("S",)), "its answer (S) shows nothing"),
        (Asked("V", ("R",), typed="S"), "to be typed is empty"),
        (Deleted("V", ()), "hides nothing"),
        (TypeMapping(q="{{S}}", a="{{R}}"), "its question shows nothing"),
    ],
)
def test_notes_that_ask_nothing_are_told(shape: Asked | Deleted | TypeMapping, said: str) -> None:
    """The sentence names the field and the next step."""
    with pytest.raises(NoteError) as told:
        take_note(NOTE, shape, VALUES)
    assert said in str(told.value)
    assert "Anki" in str(told.value)


def test_a_mapping_is_read(tmp_path: Path) -> None:
    """A field's bare name stands for the field."""
    file = tmp_path / "map.toml"
    file.write_text(
        '["My type"]\nq = "Word"\na = "{{Sense}} ({{Example}})"\nreverse = true\n[Gaps]\ncloze = "{{Text}}"\n'
        "[Other]\nskip = true\n",
        encoding="utf-8",
    )
    assert read_mapping(file) == {
        "My type": TypeMapping(q="{{Word}}", a="{{Sense}} ({{Example}})", reverse=True),
        "Gaps": TypeMapping(cloze="{{Text}}"),
        "Other": TypeMapping(skip=True),
    }
    assert list(TypeMapping(q="{{ A }}", a="{{B}}{{C}}").fields()) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "no TOML"),
        ("\udcff", "no TOML"),
        ('A = "x"', "is no table"),
        ('[A]\nq = "x"', "asks nothing"),
        ("[A]\nq = 1", "a text was expected"),
        ('[A]\nq = "x"\na = "y"\nreverse = "yes"', "true or false was expected"),
        ('[A]\nquestion = "x"', "'question' is unknown"),
        ('[A]\nq = "x"\ncloze = "y"\na = "z"', "asks nothing"),
        ("#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_mapping_that_is_none_is_told(tmp_path: Path, text: str, said: str) -> None:
    """The sentence begins with the file and ends with where to look."""
    file = tmp_path / "map.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ExchangeError) as told:
        read_mapping(file)
    assert said in str(told.value)
    assert str(told.value).startswith(str(file))


def test_tags_are_lines_and_labels_are_fields() -> None:
    """None comes twice, none is empty; level and topics of an export are fields again."""
    assert read_tags(["a::b", "a::b", "\x1b[31mc", "", "x" * 300]) == ("a::b", "c", "x" * 200)
    labels = read_labels(["level::mid", "topic::softmax", "topic::No Id", "level::junior", "t"])
    assert (labels.level, labels.topics) == ("mid", ("softmax",))
    assert labels.tags == ("topic::No Id", "level::junior", "t")
