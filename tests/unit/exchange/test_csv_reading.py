from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.note import Accept, Choices, Level, NoteKind
from quizzer.errors import UsageError
from quizzer.exchange.csv_files.reading import CsvOptions, read_csv
from quizzer.exchange.draft import hashed_id
from quizzer.exchange.incoming import Incoming
from quizzer.markup.plain import render_plain

DATA = Path(__file__).parents[2] / "data" / "exchange"


def read(text: str, **options: object) -> Incoming:
    """Read a text as the file words.csv."""
    return read_csv(text.encode(), "words.csv", CsvOptions(**options))  # type: ignore[arg-type]


def reasons(incoming: Incoming) -> list[str]:
    """Return place and reason of all that was refused."""
    return [f"{each.where}: {each.reason}" for each in incoming.refused]


def test_a_table_with_a_row_of_names() -> None:
    """Known names are taken whatever their case; faulty rows are told by the line they start on."""
    incoming = read_csv((DATA / "words.csv").read_bytes(), "words.csv")

    first, second, cloze = (each.note for each in incoming.notes)
    assert (first.question, first.answer) == (
        "What does softmax return?",
        "A vector of positive numbers\nthat sum to one.",
    )
    assert (first.tags, first.level, first.topics) == (("activations", "basics"), Level.MID, ("softmax",))
    assert second.question == 'Why is it called "soft"?'
    assert (cloze.kind, cloze.answer) == (NoteKind.CLOZE, "See the softmax.")
    assert [each.where for each in incoming.notes] == ["words.csv:2", "words.csv:4", "words.csv:6"]
    assert {each.deck for each in incoming.notes} == {("words",)}
    assert [reason.split(", expected")[0] for reason in reasons(incoming)] == [
        "words.csv:7: a note without a question",
        "words.csv:8: level is 'expert'",
        "words.csv:9: the same note as on line 2",
    ]


def test_semicolons_are_found_beside_commas() -> None:
    """What parts all rows alike is the separator, not what stands in them."""
    incoming = read_csv((DATA / "semicolons.csv").read_bytes(), "semicolons.csv")
    assert [each.note.answer for each in incoming.notes] == ["Ein Feld mit Form, Typ und Daten.", "Keine."]


def test_two_columns_without_names() -> None:
    """The first column asks, the second answers; ids are made of the questions."""
    incoming = read_csv((DATA / "plain.tsv").read_bytes(), "plain.tsv")
    assert [(each.note.question, each.note.answer) for each in incoming.notes] == [
        ("softmax", "normalised exponentials"),
        ("ReLU", "max(0, x)"),
    ]
    assert incoming.notes[0].note.id == hashed_id("softmax", "csv")


def test_an_export_of_ankis() -> None:
    """Headers say what the columns are; note types, tags and GUIDs become what they are here."""
    incoming = read_csv(
        (DATA / "anki.txt").read_bytes(), "anki.txt", CsvOptions(known_guids={"abc": "relu-what"})
    )

    relu, cloze, reverse, typed = incoming.notes
    assert (relu.key, relu.note.id, relu.deck) == ("abc", "relu-what", ("ML", "Activations"))
    assert (relu.note.level, relu.note.topics, relu.note.tags) == (Level.MID, ("relu",), ("activations",))
    assert relu.note.question == "What is **ReLU**?"
    assert (cloze.note.kind, cloze.note.id) == (NoteKind.CLOZE, hashed_id('d"ef', "anki"))
    assert cloze.note.question == "**{{c1::Cross-entropy}}** of $p_{i}$"
    assert (cloze.note.answer, reverse.note.reverse) == ("see softmax", True)
    assert (typed.note.accept, typed.note.answer) == (Accept(texts=("4",)), "")
    assert reasons(incoming) == [
        "anki.txt:11: an image occlusion, expected text: quizzer asks no parts of images; leave it out"
    ]


def test_an_older_line_of_tags_and_headers_in_any_case() -> None:
    """`tags:` on the first line, comments, unknown keys and keys in capitals are read as Anki reads them."""
    incoming = read(
        "tags:a b\n# a comment\n#SEPARATOR:Pipe\n#if matches:keep both\n#Deck:X::Y\nq1|a1\n#x\nq2|a2\n"
    )
    assert [each.note.tags for each in incoming.notes] == [("a", "b")] * 2
    assert [(each.deck, each.where) for each in incoming.notes] == [
        (("X", "Y"), "words.csv:6"),
        (("X", "Y"), "words.csv:8"),
    ]


def test_a_header_that_a_spreadsheet_has_widened() -> None:
    """Separators that a spreadsheet puts behind a header line are no part of it."""
    incoming = read("#separator:comma,,\n#html:false,,\n#tags column:3,,\nq1,a1,t1 t2\n")
    assert incoming.notes[0].note.tags == ("t1", "t2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    """UTF-8 with and without its mark, and UTF-16 as Excel writes it, are read."""
    incoming = read_csv("größe\tvaleur é\r\n中\tx\r\n".encode(encoding), "w.txt")
    assert [(each.note.question, each.note.answer) for each in incoming.notes] == [
        ("größe", "valeur é"),
        ("中", "x"),
    ]


def test_choices_and_accepted_answers() -> None:
    """A cell of choices has the right one first; accepted texts stand one a line."""
    incoming = read(
        'question,choices,accept,number,unit,tolerance\nq1,"right\nwrong\nworse",,,,\nq2,,"a\nb",,,\nq3,,,0.5,MiB,1%\n'
    )
    assert [each.note.choices or each.note.accept for each in incoming.notes] == [
        Choices("right", ("wrong", "worse")),
        Accept(texts=("a", "b")),
        Accept(number="0.5", unit="MiB", tolerance="1%"),
    ]


def test_columns_that_the_learner_names() -> None:
    """`--columns` says what each column holds; `-` leaves one out without a word."""
    incoming = read("1,q1,a1,t\n2,q2,a2,t\n", columns=("-", "Q", "back", "tags"))
    assert [(each.note.question, each.note.tags) for each in incoming.notes] == [
        ("q1", ("t",)),
        ("q2", ("t",)),
    ]
    assert incoming.refused == ()


def test_text_under_no_name_is_told() -> None:
    """A column that no name is known for is told once, since what it holds was left out."""
    incoming = read("Question,Answer,Chapter\nq,a,3\nq2,a2,4\n")
    (remark,) = incoming.remarks
    assert (remark.where, len(incoming.notes)) == ("words.csv:1", 2)
    assert remark.reason.startswith("column 3 ('Chapter') holds text under no name")
    (remark,) = read("q1,a1,x,,y\n").remarks
    assert remark.reason.startswith("columns 3, 5 hold text")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('q,a\n"open,a\nq2,a2\n', ["words.csv:2: a quote is opened and never closed"]),
        ('q,a\n"x" y,a\nq2,a2\n', ["words.csv:2: text stands behind a closing quote"]),
        (
            'q,a\nq1,"a\n\nb\nq2,a2\n',
            ["words.csv:2: a quote is opened", "words.csv:4: a question without an"],
        ),
        ("q,a\nq1,\x07\nq2,a2\n", ["words.csv:2: answer holds the control character U+0007"]),
        ("q,a\nq1\nq2,a2\n", ["words.csv:2: a question without an answer"]),
        ("q,a\n{{c1::}},\nq2,a2\n", ["words.csv:2: the deletion c1 is empty"]),
        ("q,a\n" + "x," * 101 + "\nq2,a2\n", ["words.csv:2: a row of 102 columns, expected at most 100"]),
        (f"q,a\nq1,{'x' * 140_000}\nq2,a2\n", ["words.csv:2: a field is longer than 131,072 characters"]),
        (f"q,a\nq1,{'x' * 100_001}\nq2,a2\n", ["words.csv:2: answer has 100,001 characters"]),
    ],
)
def test_a_faulty_row_costs_only_itself(text: str, places: list[str]) -> None:
    """What is wrong is told with the line where its row starts, and the other notes come."""
    incoming = read(text)
    assert incoming.notes[-1].note.question == "q2"
    found = reasons(incoming)
    assert [reason[: len(place)] for reason, place in zip(found, places, strict=True)] == places


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"q,a\nq\xff,a\n", "w.csv:2: found the byte 0xff, expected UTF-8"),
        (b"\xff\xfeq\x00,", "w.csv: the file says that it is UTF-16 and is not"),
        (b"#html:maybe\nq,a\n", "w.csv:1: html is 'maybe', expected true or false"),
        (b"#separator:dot\nq,a\n", "w.csv:1: the separator is 'dot', expected one of comma"),
        (
            b"#html:true\n#tags column:x\nq,a\n",
            "w.csv:2: tags column is 'x', expected the number of a column",
        ),
        (b"#quizzer:2\n", "w.csv:1: the file is of version '2' of quizzer's tables, expected 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(data: bytes, sentence: str) -> None:
    """The place, what was found and what was expected stand in the error."""
    with pytest.raises(UsageError) as error:
        read_csv(data, "w.csv")
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (("question", "chapter"), "there is no column 'chapter'; the columns are question, answer,"),
        (("question", "front"), "'front' names a field twice"),
        (("answer", "tags"), "none of the columns asks anything"),
    ],
)
def test_wrong_names_of_columns_are_told(columns: tuple[str, ...], sentence: str) -> None:
    """A name that is none, stands twice or is missing is told before anything is read."""
    with pytest.raises(UsageError, match=sentence):
        read("q,a\n", columns=columns)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"#separator:tab\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_notes(data: bytes) -> None:
    """Nothing comes of nothing."""
    assert read_csv(data, "w.csv") == Incoming("csv", ())


def test_thousands_of_broken_quotes_end() -> None:
    """A file in another format is given up after a hundred rows, and says so."""
    incoming = read('"x" y\n' * 5_000, separator="comma")
    assert len(incoming.refused) == 102
    assert "the rest of the file was left out" in incoming.refused[-1].reason


def test_amounts_are_escaped() -> None:
    """A dollar that is no math gets its backslash, also in choices; in our own files all is as it stands."""
    notes = read('question,answer\nfor $5 or $6,"$x$, `$7`"\n').notes
    assert [(each.note.question, each.note.answer) for each in notes] == [(r"for \$5 or \$6", "$x$, `$7`")]
    assert notes[0].key == "for $5 or $6"
    (choice,) = read("question,right,wrong\na,$5,$6 more\n").notes
    assert choice.note.choices == Choices(r"\$5", (r"\$6 more",))
    (own,) = read("#quizzer:1\n#separator:,\n#columns:id,question,answer\nx,for $5,y\n").notes
    assert own.note.question == "for $5"


ANKI = "#separator:tab\n#html:{}\n#notetype column:1\n"


def test_a_typed_answer_is_what_is_typed() -> None:
    """Of Anki's HTML only its text is compared with what the learner types, in both kinds of column."""
    text = ANKI.format("true") + "Basic (type in the answer)\tq\t<b>ans</b>&nbsp;wer\n"
    (note,) = read(text).notes
    assert (note.note.accept, note.note.answer) == (Accept(texts=("ans wer",)), "")
    (note,) = read("#html:true\nquestion,accept\nq,<b>a_b</b> *c*\n").notes
    assert note.note.accept == Accept(texts=("a_b *c*",))


@pytest.mark.parametrize("is_html", ["true", "false"])
@pytest.mark.parametrize("text", ["{{c1,2::both}} then", "nothing is hidden"])
def test_a_cloze_that_is_none_of_ours_is_refused(is_html: str, text: str) -> None:
    """A deletion of several numbers, or a cloze without one, is told and does not come as a question."""
    incoming = read(ANKI.format(is_html) + f"Cloze\t{text}\textra\n")
    assert incoming.notes == ()
    assert len(incoming.refused) == 1


def test_text_without_html_is_no_markdown() -> None:
    """Where Anki says that a file holds no HTML, its signs show as they stand, deletions as there."""
    signs = "*stars* _under_ [l](u) $5 and $6 <b> &amp;"
    text = ANKI.format("false") + f'Basic\t{signs}\t"1. one\n# two"\nCloze\t{{{{c1::a<b}}}} \\(x_1\\)\t\n'
    basic, cloze = (each.note for each in read(text).notes)
    assert render_plain(basic.question, 80) == signs
    assert render_plain(basic.answer, 80) == "1. one\n# two"
    assert cloze.question == r"{{c1::a\<b}} $x_1$"


def test_columns_of_ankis_cloze_have_their_names() -> None:
    """The field Extra is the answer, as Back Extra is."""
    (note,) = read(
        "#notetype:Cloze\n#columns:Text;Extra;Tags\n#separator:semicolon\n{{c1::a}} b;more;t\n"
    ).notes
    assert (note.note.question, note.note.answer, note.note.tags) == ("{{c1::a}} b", "more", ("t",))
