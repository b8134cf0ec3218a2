from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quizzer.content.library import load_library
from quizzer.content.lint import lint
from quizzer.content.locator import ContentRoots

WriteDeck = Callable[[str, str], Path]
SYLLABUS = """\
areas:
  - id: a
    title: A
    topics:
      - {id: attention-masks, title: T, level: mid}
merged: {masks: attention-masks}
"""


def findings(roots: ContentRoots) -> list[str]:
    """Return what lint finds, with file names in the place of paths."""
    library = load_library(roots, None)
    assert library.faults == ()
    return [f"{Path(f.path).name}:{f.line}:{f.column}: {f.message}" for f in lint(library)]


def test_unknown_topics_are_found_at_their_places(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """A topic the syllabus does not have gets the one that took it in, the nearest, or none."""
    write_shipped("_syllabus.yaml", SYLLABUS)
    write_own(
        "d.yaml",
        "deck: d\nnotes:\n  - {id: one, q: Q, a: A, topics: [attention-masks, masks]}\n"
        "  - id: two\n    q: Q\n    a: A\n    topics:\n      - attention-mask\n      - qqq\n",
    )
    assert findings(roots) == [
        "d.yaml:3:53: there is no topic 'masks', expected one of the syllabus: "
        "write 'attention-masks', which took it in",
        "d.yaml:8:9: there is no topic 'attention-mask', expected one of the syllabus: "
        "write 'attention-masks'",
        "d.yaml:9:9: there is no topic 'qqq', expected one of the syllabus: correct or remove it",
    ]


def test_without_a_syllabus_any_topic_will_do(roots: ContentRoots, write_own: WriteDeck) -> None:
    """Where there is no syllabus, topics are not checked."""
    write_own("d.yaml", "deck: d\nnotes: [{id: one, q: Q, a: A, topics: [any]}]\n")
    assert findings(roots) == []


def test_old_ids_that_are_notes_or_claimed_twice_are_found(roots: ContentRoots, write_own: WriteDeck) -> None:
    """An old id that is a note, or that two notes take over, is found at its place."""
    write_own("d.yaml", "deck: d\nnotes:\n  - {id: one, q: Q, a: A, was: [x, y]}\n")
    write_own("e.yaml", "deck: e\nnotes:\n  - {id: two, q: Q, a: A, was: [z, one, x]}\n")
    assert findings(roots) == [
        "e.yaml:3:36: was names 'one', which is a note, expected an old id: remove it here or that note",
        "e.yaml:3:41: 'x' is also in was of 'one', expected one note: remove it from one of both",
    ]


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("a: It costs $5.", 17),
        ("a: 'It costs $5 and $10.'", 18),
        ("a: 'A range of $5-$10.'", 20),
        ("a: 'First $x$, then $5.'", 25),
        ("a: |-\n      Two lines.\n      It costs $5.", 16),
        ("a: '`$1` and $2'", 18),
        ("a: It is $5 and $x$.", 14),
        ("pitfall: It costs $5.", 23),
        ("points: [one, 'or $5']", 23),
        ("points: ['    $5']", 19),
        ("a: 'price: $4.50 ($x$)'", 16),
        ("a: '[$5](u)'", 10),
    ],
)
def test_an_amount_in_dollars_is_found(
    field: str, column: int, roots: ContentRoots, write_own: WriteDeck
) -> None:
    """A dollar before a digit that opens no math is found, at its own column."""
    answer = "" if field.startswith("a:") else "    a: A\n"
    write_own("d.yaml", f"deck: d\nnotes:\n  - id: one\n    q: Q\n{answer}    {field}\n")
    message = r"'$' before a digit that is no math, expected $...$ or an amount: write \$"
    (first, *_) = findings(roots)
    assert first.endswith(f":{column}: {message}")


@pytest.mark.parametrize(
    "text",
    [
        r"$2 \cdot 32$ bytes",
        r"It costs \$5.",
        "$$2x$$",
        "$$2x\n$$",
        "`echo $1`",
        "``a ` $1``",
        "US$ 5",
        "$x$ and $3y$",
        "```\n$1\n```",
        "~~~sh\n$1",
        "a\n\n    echo $1",
        "- a\n\n      echo $1",
        r"$\text{costs } \$5$",
    ],
)
def test_math_and_code_are_no_amounts(text: str, roots: ContentRoots, write_own: WriteDeck) -> None:
    """Math that starts with a digit, code and escaped dollars are not found."""
    lines = text.replace("\n", "\n      ")
    write_own("d.yaml", f"deck: d\nnotes:\n  - id: one\n    q: Q\n    a: |\n      {lines}\n")
    assert findings(roots) == []


def test_an_amount_in_choices_and_cloze_is_found(roots: ContentRoots, write_own: WriteDeck) -> None:
    """Questions, choices and clozes are searched, too."""
    write_own(
        "d.yaml",
        "deck: d\nnotes:\n  - {id: one, q: Is it $5?, choices: {right: $6, wrong: [no, $7]}}\n"
        "  - {id: two, cloze: 'It is {{c1::$8}}.'}\n",
    )
    assert [finding.split(": ")[0] for finding in findings(roots)] == [
        "d.yaml:3:24",
        "d.yaml:3:46",
        "d.yaml:3:62",
        "d.yaml:4:35",
    ]


def test_a_shadowed_note_is_not_searched(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Only the note that the learner sees is looked at."""
    extras = "level: mid, topics: [t], source: {cite: c, checked: opened}"
    write_shipped("d.yaml", f"deck: d\nnotes: [{{id: one, q: Q, a: $5, {extras}}}]\n")
    write_own("d.yaml", "deck: d\nnotes: [{id: one, q: Q, a: A}]\n")
    assert findings(roots) == []


def test_a_topic_that_no_note_answers_is_found(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Where decks are shipped, each topic of the syllabus has a note; the place is the topic's."""
    write_shipped(
        "_syllabus.yaml", SYLLABUS.replace("merged", "      - {id: other, title: T, level: mid}\nmerged")
    )
    write_own("e.yaml", "deck: e\nnotes: [{id: two, q: Q, a: A}]\n")
    assert findings(roots) == []
    extras = "level: mid, topics: [attention-masks], source: {cite: 'A, 2017', checked: opened}"
    write_shipped("d.yaml", f"deck: d\nnotes: [{{id: one, q: Q, a: A, {extras}}}]\n")
    assert findings(roots) == ["_syllabus.yaml:6:1: no note answers 'other', expected one at least: write it"]


def test_more_is_asked_of_shipped_notes(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Two questions in one, and a second note that asks the same, are found in shipped decks alone."""
    extras = "level: mid, topics: [t], source: {cite: 'A, 2017', checked: opened}"
    notes = [
        "{id: one, q: Why and how are heads split?, a: A, EXTRAS}",
        "{id: two, q: How? Why?, a: B, EXTRAS}",
    ]
    notes.append("{id: three, q: 'How are heads split, and why?', a: C, EXTRAS}")
    lines = "\n".join(f"  - {each.replace('EXTRAS', extras)}" for each in notes)
    write_own("d.yaml", f"deck: d\nnotes:\n{lines}\n")
    assert findings(roots) == []
    (roots.learner_decks / "d.yaml").unlink()
    write_shipped("d.yaml", f"deck: d\nnotes:\n{lines}\n")
    assert [line.split(",")[0] for line in findings(roots)] == [
        "d.yaml:4:18: 2 questions are asked",
        "d.yaml:5:10: 'three' asks nearly what 'one' asks",
    ]


def test_files_that_are_not_beside_the_deck_are_found(roots: ContentRoots, write_own: WriteDeck) -> None:
    """An image or a sound that is missing or no such file is found where it is shown; addresses are not."""
    path = write_own(
        "d.yaml",
        "deck: d\nnotes:\n  - id: one\n    q: Q ![x](there.png) ![](https://x.org/y.png) `![](code.png)`\n"
        "    a: |\n      A\n\n      ![](no%20file.png)\n    points: [p, '![s](notes.txt)']\n"
        "  - id: two\n    cloze: 'The {{c1::![](gone.mp3)}}'\n",
    )
    (path.parent / "there.png").write_bytes(b"x")
    assert findings(roots) == [
        "d.yaml:5:8: 'no file.png' is shown here: the file does not exist, expected one: check its name",
        "d.yaml:9:17: 'notes.txt' is shown here: this is no image or sound, expected one of: "
        "png jpg jpeg gif webp svg avif bmp mp3 ogg oga opus wav m4a flac",
        "d.yaml:11:12: 'gone.mp3' is shown here: the file does not exist, expected one: check its name",
    ]
