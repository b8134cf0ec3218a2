from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quizzer.core.placement import Placement
from quizzer.errors import UsageError
from quizzer.exchange.draft import hashed_id
from quizzer.exchange.incoming import Incoming, IncomingNote
from quizzer.exchange.markdown_files.dialects import Dialect
from quizzer.exchange.markdown_files.reading import MarkdownFile, read_markdown

DATA = Path(__file__).parents[2] / "data" / "exchange"


def read(text: str, **options: object) -> Incoming:
    """Read a text as the file n.md."""
    return read_markdown([MarkdownFile("n.md", text.encode())], Dialect(**options))  # type: ignore[arg-type]


def pairs(text: str, **options: object) -> list[tuple[str, str]]:
    """Return question and answer of the notes of a text in which there is no fault."""
    incoming = read(text, **options)
    assert incoming.refused == ()
    return [(each.note.question, each.note.answer) for each in incoming.notes]


def test_each_way_of_writing_a_card() -> None:
    """Questions, clozes, lines and paragraphs are found where they stand, and faults with their lines."""
    file = MarkdownFile("d.md", (DATA / "dialects.md").read_bytes())
    incoming = read_markdown([file], Dialect(highlights=True))

    found = [
        (each.where, each.note.kind.value, each.note.question, each.note.answer) for each in incoming.notes
    ]
    assert found == [
        (
            "d.md:7",
            "basic",
            "What is dropout?",
            "Each unit is set to zero\nwith probability $p$.\n\nIt regularises.",
        ),
        (
            "d.md:14",
            "basic",
            'What does this print?\n\n```python\n# Q: not a question\nprint("a::b")\n?\n```',
            "`a::b`",
        ),
        (
            "d.md:24",
            "cloze",
            r"The {{c1::chain rule}} gives {{c2::$\frac{dy}{dx}$}}, see [the book](https://example.org) and "
            "`x[0]`; $[0, 1]$, [^1].",
            "",
        ),
        ("d.md:30", "basic", "cross-entropy", "the expected surprise"),
        ("d.md:32", "basic", "KL divergence", "the surprise beyond the entropy"),
        ("d.md:39", "basic", "What is a logit?", "The log of\nthe odds."),
        ("d.md:44", "basic", "Sensitivity", "the share of positives\nthat are found"),
        ("d.md:49", "cloze", "A tensor is an {{c1::array::kind}} of any {{c2::rank}}.", ""),
        ("d.md:64", "basic", "lost", "schedule"),
    ]
    assert [(each.where, each.reason.split(", expected")[0]) for each in incoming.refused] == [
        ("d.md:53", "a question with two answers"),
        ("d.md:58", "a cloze that hides nothing"),
        ("d.md:62", "a card without an answer"),
    ]
    assert [(each.where, each.reason.split(", expected")[0]) for each in incoming.remarks] == [
        ("d.md:64", "the schedule of the card cannot be read"),
    ]


def test_decks_ids_tags_and_directions() -> None:
    """The top of the file and tags name decks, a comment names a note, three colons and `??` go both ways."""
    file = MarkdownFile("d.md", (DATA / "dialects.md").read_bytes())
    notes = {each.note.question: each for each in read_markdown([file]).notes}

    assert (notes["What is dropout?"].note.id, notes["What is dropout?"].deck) == (
        "dropout",
        ("Deep learning",),
    )
    assert notes["cross-entropy"].note.id == hashed_id("cross-entropy", "md")
    assert notes["cross-entropy"].deck == ("ml", "losses")
    assert (notes["What is a logit?"].deck, notes["What is a logit?"].note.tags) == (("other",), ("extra",))
    assert notes["Sensitivity"].deck == ("ml", "losses")
    assert [question for question, each in notes.items() if each.note.reverse] == [
        "KL divergence",
        "Sensitivity",
    ]


def test_schedules_become_placements() -> None:
    """Each face has the due day, interval and ease that its comment says; a card never asked has none."""
    file = MarkdownFile("d.md", (DATA / "dialects.md").read_bytes())
    notes = {each.note.question: each for each in read_markdown([file]).notes}

    assert placements(notes["cross-entropy"]) == [("", Placement(date(2026, 1, 1), 3, ease_factor=250))]
    assert placements(notes["KL divergence"]) == [("", Placement(date(2026, 2, 1), 10, ease_factor=230))]
    assert placements(notes["lost"]) == []


def placements(note: IncomingNote) -> list[tuple[str, Placement | None]]:
    """Return face and placement of the cards of a note."""
    return [(card.face, card.placement) for card in note.cards]


def test_headings_are_decks_where_that_is_asked_for() -> None:
    """A note lies in the deck of the headings above it."""
    text = "# ML\n\na::b\n\n## Losses #\n\nc::d\n\n# Rest\n\ne::f\n"
    assert [each.deck for each in read(text, headings=True).notes] == [("ML",), ("ML", "Losses"), ("Rest",)]
    assert {each.deck for each in read(text).notes} == {("n",)}


def test_highlights_are_text_where_they_are_not_asked_for() -> None:
    """Without the option a highlight makes no card; marks of our own do."""
    assert pairs("An ==array==.\n") == []
    assert pairs("An {{c1::array}}.\n") == [("An {{c1::array}}.", "")]
    assert pairs("`==a==` $a ==b== c$ x == y\n", highlights=True) == []


@pytest.mark.parametrize(
    ("text", "cloze"),
    [
        ("[a] and [b]", "{{c1::a}} and {{c2::b}}"),
        ("[a [b] c]", "{{c1::a [b] c}}"),
        (
            "[a](u) [b][c] ![d](e) [[f]] [^1] - [x] g [h]",
            "[a](u) [b][c] ![d](e) [[f]] [^1] - [x] g {{c1::h}}",
        ),
        (r"\[a\] `[b]` $[c]$ \\([d]\\) [e]", r"\[a\] `[b]` $[c]$ \\({{c1::d}}\\) {{c2::e}}"),
        (r"\(x[0]\) and [`y[1]`]", r"\(x[0]\) and {{c1::`y[1]`}}"),
        ("[std::vector]", "{{c1::std::vector::}}"),
        ("[a\nb]\n\n[c]", "{{c1::a\nb}}\n\n{{c2::c}}"),
        ("{{c2::kept}} [as it is]", "{{c2::kept}} [as it is]"),
    ],
)
def test_brackets_are_deletions(text: str, cloze: str) -> None:
    """Links, images, footnotes, boxes, code and math are none."""
    assert pairs(f"C: {text}\n") == [(cloze, "")]


@pytest.mark.parametrize(
    "text",
    [
        "Q: a\nA: b\n",
        "Q. a\nA. b\n",
        "**Q:** a\n**A:** b\n",
        "__Q__: a\n__A__: b\n",
        "**Q: a**\nA: b\n",
        "- Q: a\n  A: b\n",
        "Q:\na\n\nA:\nb\n\n---\nrest\n",
        "Q: a\nA: b\n# Heading\n",
        "a::b\n",
        "1. a :: b\n",
        "a\n?\nb\n",
        "Q: a\nA: b\n<!-- a remark -->\n",
        "<!-- a remark\nQ: x\n-->\na::b\n",
    ],
)
def test_ways_to_write_one_note(text: str) -> None:
    """All of these are the note that asks a and answers b."""
    assert pairs(text) == [("a", "b")]


def test_three_colons_part_before_two() -> None:
    """A line with both is asked in both directions."""
    (note,) = read("std::vector:::a growing array\n").notes
    assert (note.note.question, note.note.answer, note.note.reverse) == (
        "std::vector",
        "a growing array",
        True,
    )


def test_comments_in_code_are_code() -> None:
    """An id or a schedule within a fence belongs to what the card shows."""
    code = "```html\n<!-- id: x -->\n<!--SR:!2026-01-01,3,250-->\n```"
    assert pairs(f"Q: a\nA:\n{code}\n") == [("a", code)]


def test_letters_of_a_list_are_no_answers() -> None:
    """`A.` begins an answer only below such a question."""
    assert pairs("A. one\nC. three\n") == []
    assert pairs("Q: Which?\nA. one\nB. two\nA: B.\n") == [("Which?\nA. one\nB. two", "B.")]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("x\n\nA: b\n", "n.md:3", "an answer without a question"),
        ("Q: a\n\nQ: b\nA: c\n", "n.md:1", "a question without an answer"),
        ("Q: a\n\nC: [b]\n", "n.md:1", "a question without an answer"),
        ("?\nb\n", "n.md:1", "a card without a question"),
        ("a\n?\n\nb\n", "n.md:1", "a card without an answer"),
        ("a::b\n\na::c\n", "n.md:3", "the same note as at n.md:1"),
        ("C: [a\n", "n.md:1", "a cloze that hides nothing"),
    ],
)
def test_a_fault_has_its_place(text: str, place: str, reason: str) -> None:
    """What is no card is told with its line."""
    (refused,) = read(text).refused
    assert (refused.where, refused.reason[: len(reason)]) == (place, reason)


def test_an_edited_question_is_a_new_note_unless_it_has_an_id() -> None:
    """Ids are made of questions; a comment keeps the note what it is."""
    ids = [
        read(text).notes[0].note.id
        for text in ("a::b", "a::c", "x::b", "a::b <!-- id: n -->", "x::b\n<!--id: n-->")
    ]
    assert ids[0] == ids[1] != ids[2]
    assert ids[3:] == ["n", "n"]


def test_files_of_a_folder_are_decks_below_each_other() -> None:
    """Folders and files are decks; one that is no text is told, and the others come."""
    files = [
        MarkdownFile("v/ml/a.md", b"a::b\n", ("ml",)),
        MarkdownFile("v/b.md", b"\xff\n"),
        MarkdownFile("v/c.md", b"a::b\n\nc::d\n"),
    ]
    incoming = read_markdown(files)
    assert [(each.note.question, each.deck) for each in incoming.notes] == [("a", ("ml", "a")), ("c", ("c",))]
    assert [each.where for each in incoming.refused] == ["v/b.md:1", "v/c.md:1"]
    assert incoming.refused[0].reason.startswith("found the byte 0xff, expected UTF-8")
    assert "the same note as at v/ml/a.md:1" in incoming.refused[1].reason


def test_a_document_of_ours_that_was_edited() -> None:
    """What was changed comes as it is now; a cloze of which only the shown text was edited is refused."""
    text = (DATA / "document.md").read_text(encoding="utf-8")
    text = text.replace("They would grow", "They would GROW").replace("costs **", "needs **")
    incoming = read(text)
    assert (
        "They would GROW"
        in next(each for each in incoming.notes if each.note.id == "attention-scale").note.answer
    )
    (refused,) = incoming.refused
    assert refused.reason.startswith("the text and the cloze in the comment below it differ")


def test_another_version_is_told() -> None:
    """A document that a later quizzer wrote is not read by halves."""
    with pytest.raises(UsageError, match=r"n\.md:1: the document is of version '2', expected 1"):
        read("<!-- quizzer: 2 -->\n")


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (("- [x]", "- [ ]"), "0 choices are right"),
        (('{"level": "mid"', '{"level": "mid'), "the comment is no JSON"),
        (('{"level": "mid"', '{"levels": "mid"'), "'levels' is nothing that a comment says of a note"),
        (("<!-- pitfall -->", "<!-- answer -->\n\nx\n\n<!-- answer -->"), "answer stands twice"),
    ],
)
def test_a_faulty_section_costs_only_itself(edit: tuple[str, str], reason: str) -> None:
    """What is wrong with a section is told with its line, and the others come."""
    text = (DATA / "document.md").read_text(encoding="utf-8")
    incoming = read(text.replace(*edit, 1))
    (refused,) = incoming.refused
    assert refused.reason.startswith(reason)
    assert "<!-- id:" in text.split("\n")[int(refused.where.removeprefix("n.md:")) - 1]
    assert len(incoming.notes) == len(read(text).notes) - 1


@pytest.mark.parametrize(
    "piece", ["[", "==a", "`", "$", "$$", "\\(", "<!--", "Q: ", "a::", "?\n", "#x ", "`a``", "{{c1::"]
)
def test_much_of_one_mark_takes_no_time(piece: str) -> None:
    """A file of nothing but openings ends, which takes a square of their number where one is sought anew."""
    read(piece * 40_000, highlights=True, headings=True)
    read(f"C: {piece * 40_000}", highlights=True)


def test_amounts_are_escaped() -> None:
    """A dollar that is no math gets its backslash; the note is known by what stands in the file."""
    (note,) = read("for $5 or $6::or $x$\n").notes
    assert (note.note.question, note.note.answer) == (r"for \$5 or \$6", "or $x$")
    assert note.key == "for $5 or $6"


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Precision - Recall::F1", "Precision - Recall"),
        ("1 + 1. x::two", "1 + 1. x"),
        ("**Note**: foo - bar::baz", "**Note**: foo - bar"),
        ("- [x] 2. item - 1::two", "2. item - 1"),
        ("> > - quoted + more::two", "quoted + more"),
    ],
)
def test_only_marks_before_the_text_are_no_text(line: str, question: str) -> None:
    """Marks of lists and quotes go where they begin a line; within the question they are its text."""
    ((asked, _),) = pairs(line)
    assert asked == question


def test_cards_of_both_marks_stand_in_one_file() -> None:
    """A question ends the card above it, whether it is marked by a colon or by a point and answered so."""
    text = "Q. one\nA. a\n\n**Q:** two\n**A:** b\n\nQ. three\nA. c\nQ: four\nA: d\nA. Turing\nQ. E. D.\n"
    assert pairs(text) == [("one", "a"), ("two", "b"), ("three", "c"), ("four", "d\nA. Turing\nQ. E. D.")]


def test_lines_that_could_be_cards_are_told_where_a_card_takes_them_in() -> None:
    """Lines of the kind x::y behind a blank one belong to the card above, which a remark says."""
    incoming = read("C: The [chain rule].\n\nx::y\nz::w\n\n---\n\nQ: a\nA: b\nuse std::vector\n")
    assert [remark.where for remark in incoming.remarks] == ["n.md:1"]
    assert incoming.remarks[0].reason.startswith("2 lines of the kind 'question::answer' taken for text")
    assert len(incoming.notes) == 2


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("C: The [chain rule].\n\nAnd {{c1::sums}}.", True),
        ("C: {{c1::One}} `x[0]`, see [a link](u).", False),
        ("C: The [chain rule].", False),
    ],
)
def test_brackets_beside_deletions_are_told(text: str, is_told: bool) -> None:
    """Where a cloze has deletions of its own, brackets in it are text, which a remark says."""
    incoming = read(text)
    assert [remark.where for remark in incoming.remarks] == ["n.md:1"] * is_told
    assert len(incoming.notes) == 1
