from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from quizzer.cli.main import main
from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots
from quizzer.errors import ContentError
from quizzer.services.decks import DeckSummary, fix_ids, lint_decks, list_decks

WriteDeck = Callable[[str, str], Path]
EXTRAS = "level: mid, topics: [t], source: {cite: C 2017, checked: opened}"
NEXT = "Edit it, then check it with 'quizzer deck lint'.\n"
SHIPPED = f"deck: a\nnotes:\n  - {{id: one, cloze: '{{{{c1::x}}}} {{{{c2::y}}}}', {EXTRAS}}}\n"


@pytest.fixture
def quizzer(
    roots: ContentRoots, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `quizzer` on the two roots and returns its exit code, output and messages."""
    monkeypatch.setenv("QUIZZER_CONTENT", str(roots.shipped))
    monkeypatch.setenv("QUIZZER_WORKSPACE", str(roots.learner))

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as done:
            main([str(argument) for argument in arguments])
        output, messages = capsys.readouterr()
        assert isinstance(done.value.code, int)
        return done.value.code, output, messages

    return run


def test_decks_are_listed_with_their_owner(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """A list counts notes and cards and says whose a deck is, also where both wrote it."""
    shipped = write_shipped("a.yaml", SHIPPED)
    alone = write_shipped("b.yaml", f"deck: b\nnotes: [{{id: two, q: Q, a: A, reverse: true, {EXTRAS}}}]\n")
    write_own("a.yaml", "deck: a\nnotes: [{id: three, q: Q, a: A}]\n")
    own = write_own("c.yaml", "deck: c\ntitle: Mine\nnotes: []\n")
    assert list_decks(load_library(roots, None)) == (
        DeckSummary("a", "A", 2, 3, "both", str(shipped)),
        DeckSummary("b", "B", 1, 2, "quizzer", str(alone)),
        DeckSummary("c", "Mine", 0, 0, "you", str(own)),
    )


def test_a_named_deck_is_checked_within_the_library(
    roots: ContentRoots, write_own: WriteDeck, tmp_path: Path
) -> None:
    """A file of the roots, however its path is written, gives the faults it has among the others."""
    write_own("a.yaml", "deck: a\nnotes: [{id: one, q: Q, a: A}]\n")
    path = write_own("b.yaml", "deck: b\nnotes: [{id: one, q: Q, a: A}]\n")
    (tmp_path / "link").symlink_to(roots.learner_decks)
    library = load_library(roots, None)
    for name in (path, tmp_path / "link" / "b.yaml", path.parent / ".." / "decks" / "b.yaml"):
        report = lint_decks(library, roots, [name])
        assert [fault.path for fault in report.faults] == [str(path)]
        assert (report.decks, report.notes) == (1, 0)


def test_a_deck_outside_the_roots_is_checked_by_itself(roots: ContentRoots, tmp_path: Path) -> None:
    """A file elsewhere is held to the learner's rules and to the syllabus, and found by its folder, too."""
    path = tmp_path / "else" / "x.yaml"
    path.parent.mkdir()
    path.write_text(
        "deck: x\nnotes:\n  - {id: one, q: Q, a: A}\n  - {id: two, q: $5, a: A}\n", encoding="utf-8"
    )
    library = load_library(roots, None)
    for name in (path, path.parent):
        report = lint_decks(library, roots, [name, name])
        assert (report.decks, report.notes, len(report.faults)) == (1, 2, 1)


def test_ids_of_shadowed_and_faulty_notes_are_taken(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """A new id is none that a shipped note has, shadowed or not, or a faulty note of another file."""
    write_shipped("a.yaml", f"deck: a\nnotes: [{{id: mask, q: Q, a: A, {EXTRAS}}}]\n")
    write_own("b.yaml", "deck: b\nnotes: [{id: cache, q: Q}]\n")
    path = write_own("c.yaml", "deck: c\nnotes: [{q: A mask?, a: A}, {q: A cache?, a: A}]\n")
    report = fix_ids(load_library(roots, None), roots, [path])
    (mask, cache) = report.written[str(path)]
    assert re.fullmatch("mask-[0-9a-f]{6}", mask)
    assert re.fullmatch("cache-[0-9a-f]{6}", cache)


def test_a_missing_path_is_an_error(roots: ContentRoots, tmp_path: Path) -> None:
    """A path that does not exist is named with the next step."""
    with pytest.raises(
        ContentError, match=r"none does not exist, expected a deck file or a folder: check the name$"
    ):
        lint_decks(load_library(roots, None), roots, [tmp_path / "none"])


def test_deck_list_prints_text_and_json(
    quizzer: Callable[..., tuple[int, str, str]], write_shipped: WriteDeck
) -> None:
    """`deck list` prints a table, with --json the documented objects."""
    path = write_shipped("a.yaml", SHIPPED)
    assert quizzer("deck", "list") == (0, "   notes  cards  title\na      1      2  A\n", "")
    code, output, _ = quizzer("deck", "list", "--json")
    assert code == 0
    assert json.loads(output) == [
        {"deck": "a", "title": "A", "notes": 1, "cards": 2, "owner": "quizzer", "path": str(path)}
    ]


def test_deck_list_points_to_lint_when_there_are_faults(
    quizzer: Callable[..., tuple[int, str, str]], write_own: WriteDeck
) -> None:
    """`deck list` lists what loads and says on stderr where to see the faults."""
    write_own("a.yaml", "deck: a\nnotes: [{id: one}]\n")
    code, _, messages = quizzer("deck", "list")
    assert (code, messages) == (0, "1 fault in the decks: 'quizzer deck lint' names them\n")


def test_deck_lint_exits_with_the_number_for_faults(
    quizzer: Callable[..., tuple[int, str, str]], write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """`deck lint` prints each fault and a summary, and exits with 1; without faults with 0."""
    write_shipped("a.yaml", SHIPPED)
    assert quizzer("deck", "lint") == (0, "", "1 deck, 1 note, 0 faults\n")
    path = write_own("b.yaml", "deck: b\nnotes: [{id: two, q: Q}]\n")
    fault = f"{path}:2:19: q without a, expected one of q and a, cloze, q and choices, q and accept: add a"
    assert quizzer("deck", "lint") == (1, f"{fault}\n", "2 decks, 1 note, 1 fault\n")


def test_deck_lint_prints_json(quizzer: Callable[..., tuple[int, str, str]], write_own: WriteDeck) -> None:
    """`deck lint --json` prints faults and written ids as one object."""
    path = write_own("b.yaml", "deck: b\nnotes:\n  - {q: A mask?, a: A}\n  - {id: x, q: Q}\n")
    code, output, _ = quizzer("deck", "lint", "--fix", "--json", path)
    report = json.loads(output)
    assert code == 1
    assert report["fixed"] == {str(path): ["mask"]}
    assert [(fault["path"], fault["line"], fault["column"]) for fault in report["faults"]] == [
        (str(path), 4, 13)
    ]
    assert (report["decks"], report["notes"]) == (1, 1)


def test_deck_lint_fix_writes_ids(quizzer: Callable[..., tuple[int, str, str]], write_own: WriteDeck) -> None:
    """`deck lint --fix` writes ids, says which, and finds nothing more."""
    path = write_own("b.yaml", "deck: b\nnotes:\n  - q: A mask?\n    a: A\n")
    assert quizzer("deck", "lint", "--fix") == (
        0,
        f"{path}: wrote 1 id: mask\n",
        "1 deck, 1 note, 0 faults\n",
    )
    assert path.read_text(encoding="utf-8") == "deck: b\nnotes:\n  - id: mask\n    q: A mask?\n    a: A\n"


def test_deck_lint_of_a_missing_file_is_wrong_input(quizzer: Callable[..., tuple[int, str, str]]) -> None:
    """A path that does not exist ends with 2 and a sentence."""
    code, output, messages = quizzer("deck", "lint", "/none.yaml")
    assert (code, output) == (2, "")
    assert (
        messages == "quizzer: /none.yaml does not exist, expected a deck file or a folder: check the name\n"
    )


def test_deck_new_starts_a_deck_that_lints(
    quizzer: Callable[..., tuple[int, str, str]], roots: ContentRoots, write_shipped: WriteDeck
) -> None:
    """`deck new` prints the path of a file without faults, and says when it lies over a deck."""
    write_shipped("a.yaml", SHIPPED)
    path = roots.learner_decks / "my-deck.yaml"
    assert quizzer("deck", "new", "my-deck", "--title", "Mine") == (0, f"{path}\n", NEXT)
    assert quizzer("deck", "lint")[0] == 0
    assert quizzer("deck", "new", "my-deck")[0] == 2
    assert quizzer("deck", "new", "a")[2] == "the deck 'a' exists already; yours is laid over it\n" + NEXT


def test_deck_schema_prints_the_schema(quizzer: Callable[..., tuple[int, str, str]]) -> None:
    """`deck schema` prints JSON Schema."""
    code, output, _ = quizzer("deck", "schema")
    assert code == 0
    assert json.loads(output)["title"] == "A quizzer deck"


def test_a_name_that_is_no_utf_8_is_printed_escaped(
    quizzer: Callable[..., tuple[int, str, str]], roots: ContentRoots, tmp_path: Path
) -> None:
    """A deck in a file and a folder whose names are no UTF-8 loads; what is printed of them is text."""
    path = roots.learner_decks / os.fsdecode(b"na\xefve.yaml")
    path.write_text("deck: d\nnotes:\n  - {id: one, q: Q, a: A}\n  - {q: Q}\n", encoding="utf-8")
    cached = load_library(roots, tmp_path / os.fsdecode(b"c\xe9"))
    assert [deck.id for deck in cached.decks] == ["d"]
    code, output, _ = quizzer("deck", "lint")
    assert code == 1
    assert output.startswith(f"{roots.learner_decks}/na\\xefve.yaml:4:")
    output.encode()
    shown = f"{roots.learner_decks}/na\\xefve.yaml"
    assert json.loads(quizzer("deck", "list", "--json")[1])[0]["path"] == shown
    assert json.loads(quizzer("deck", "lint", "--json")[1])["faults"][0]["path"] == shown
    assert list(json.loads(quizzer("deck", "lint", "--fix", "--json")[1])["fixed"]) == [shown]


def test_no_escape_of_a_deck_reaches_the_terminal(
    quizzer: Callable[..., tuple[int, str, str]], write_own: WriteDeck, roots: ContentRoots
) -> None:
    """Titles, fields, tags and file names that hold escapes are printed without them."""
    write_own("a.yaml", 'deck: a\ntitle: "T\\u202e x"\nnotes: []\n')
    write_own(
        "b.yaml",
        'deck: b\nnotes:\n  - {id: n, q: Q, a: A, "x\\e[31m": y, tags: ["t\\e]0;x\\a", z\u202e, z\u202e]}\n',
    )
    write_own("\x1b[31mc.yaml", "deck: c\nnotes: [{id: m}]\n")
    for arguments in (("deck", "list"), ("deck", "lint")):
        _, output, messages = quizzer(*arguments)
        assert output
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", output + messages)


def test_a_syllabus_elsewhere_is_read_as_a_syllabus(roots: ContentRoots, tmp_path: Path) -> None:
    """A syllabus that is named outside the roots is checked by the rules of a syllabus."""
    path = tmp_path / "_syllabus.yaml"
    path.write_text("areas: [{id: a, title: A, topics: [], requires: [b]}]\n", encoding="utf-8")
    report = lint_decks(load_library(roots, None), roots, [path])
    assert (report.decks, report.notes) == (0, 0)
    assert [fault.message.partition(",")[0] for fault in report.faults] == ["there is no area 'b'"]


def test_an_empty_shipped_deck_is_not_yours(
    roots: ContentRoots, write_shipped: WriteDeck, write_own: WriteDeck
) -> None:
    """Whose a deck is depends on its files, not on its notes."""
    write_shipped("a.yaml", "deck: a\nnotes: []\n")
    write_shipped("b.yaml", "deck: b\nnotes: []\n")
    write_own("b.yaml", "deck: b\ntitle: Mine\nnotes: []\n")
    assert [summary.owner for summary in list_decks(load_library(roots, None))] == ["quizzer", "both"]
