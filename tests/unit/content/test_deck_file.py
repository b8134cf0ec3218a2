from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizzer.content import scalar_rules, tree_reader
from quizzer.content.deck_file import parse_deck, read_deck
from quizzer.content.faults import FAULTS_PER_FILE, Fault
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source

DATA = Path(__file__).parent / "data"


def faults_of(text: str, *, is_shipped: bool = False) -> list[str]:
    """Return the faults of a deck's text, without its path."""
    found = parse_deck(text.encode(), "x.yaml", is_shipped=is_shipped).faults
    return [f"{fault.line}:{fault.column}: {fault.message}" for fault in found]


def note_of(body: str, *, is_shipped: bool = False) -> Note:
    """Return the only note of a deck, given what follows its id."""
    text = f"deck: d\nnotes:\n  - id: n\n    {body}\n"
    file = parse_deck(text.encode(), "x.yaml", is_shipped=is_shipped)
    assert not file.faults
    assert file.deck is not None
    (note,) = file.deck.notes
    return note


def _fault_cases() -> list[object]:
    """Return the cases of data/faults.txt: a line with the name, the deck, a rule, its faults."""
    cases: list[object] = []
    for block in (DATA / "faults.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        head, _, rest = block.partition("\n")
        deck, _, expected = rest.rpartition("\n---\n")
        name, is_shipped = head.removesuffix(" (shipped)"), head.endswith(" (shipped)")
        cases.append(pytest.param(deck, is_shipped, expected.strip().split("\n"), id=name))
    return cases


@pytest.mark.parametrize(("deck", "is_shipped", "expected"), _fault_cases())
def test_each_fault_is_told_with_its_place_and_the_next_step(
    deck: str, is_shipped: bool, expected: list[str]
) -> None:
    """A faulty deck gives exactly the faults that the table has for it."""
    assert faults_of(deck, is_shipped=is_shipped) == expected


def test_all_faults_of_a_file_come_in_one_run_and_cost_only_their_notes() -> None:
    """A deck with more than twenty faults reports each of them and loads the one sound note."""
    path = DATA / "twenty_faults.yaml"
    file = read_deck(path, is_shipped=False)
    expected = (DATA / "twenty_faults.txt").read_text(encoding="utf-8").splitlines()
    assert [str(fault) for fault in file.faults] == [f"{path}:{line}" for line in expected]
    assert file.deck is not None
    assert [note.id for note in file.deck.notes] == ["sound"]


@pytest.mark.parametrize(
    "faulty",
    [
        "q: &x Q, a: A",
        "q: !!str Q, a: A",
        "q: Q, a: A, a: B",
        "q: Q, a: A, tags: [&x t]",
        "q: Q, a: A, <<: {}",
    ],
)
def test_a_note_with_what_only_yaml_allows_does_not_load(faulty: str) -> None:
    """An anchor, a tag or a key that stands twice costs the note, and only it."""
    text = f"deck: d\ntags: &y [t]\nnotes:\n  - {{id: one, {faulty}}}\n  - {{id: two, q: Q, a: A}}\n"
    file = parse_deck(text.encode(), "x.yaml", is_shipped=False)
    assert file.deck is not None
    assert [note.id for note in file.deck.notes] == ["two"]
    assert [fault.line for fault in file.faults] == [2, 4]


def test_a_note_keeps_all_that_its_file_says() -> None:
    """Every field of a question is in the note."""
    text = """\
deck: d
notes:
  # a comment
  - id: n
    level: senior
    topics: [gil]
    tags: [Two words]
    q: |
      Why?

          code
    a: Because.
    reverse: true
    points: [one, two]
    pitfall: Not so.
    source: {cite: "A, 2017", checked: computed}
    kata: flash-attention
    was: [m]
"""
    file = parse_deck(text.encode(), "x.yaml", is_shipped=True)
    assert file.deck is not None
    assert file.deck.notes == (
        Note(
            id="n",
            kind=NoteKind.BASIC,
            question="Why?\n\n    code",
            answer="Because.",
            reverse=True,
            level=Level.SENIOR,
            topics=("gil",),
            tags=("Two words",),
            points=("one", "two"),
            pitfall="Not so.",
            source=Source("A, 2017", Checked.COMPUTED),
            kata="flash-attention",
            was=("m",),
            line=4,
        ),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("cloze: '{{c1::x}}'", Note("n", NoteKind.CLOZE, "{{c1::x}}", line=3)),
        ("cloze: a {{c1::$\\sqrt{d_{k}}$}}", Note("n", NoteKind.CLOZE, "a {{c1::$\\sqrt{d_{k}}$}}", line=3)),
        ("cloze: a {{c1::x}}\n    a: More.", Note("n", NoteKind.CLOZE, "a {{c1::x}}", "More.", line=3)),
        (
            "q: Q\n    choices: {right: r, wrong: [s, t]}",
            Note("n", NoteKind.CHOICES, "Q", choices=Choices("r", ("s", "t")), line=3),
        ),
        (
            "q: Q\n    accept: {number: 1.50, unit: MiB, tolerance: 0.5%}",
            Note("n", NoteKind.ACCEPT, "Q", accept=Accept((), "", "1.50", "MiB", "0.5%"), line=3),
        ),
        (
            "q: Q\n    accept: {text: [a, B]}\n    a: A",
            Note("n", NoteKind.ACCEPT, "Q", "A", accept=Accept(("a", "B")), line=3),
        ),
        (
            "q: Q\n    accept: {regex: 'a[[b]?'}",
            Note("n", NoteKind.ACCEPT, "Q", accept=Accept(regex="a[[b]?"), line=3),
        ),
        (
            "q: Q\n    a: A\n    reverse: false\n    source: Smith, 2020",
            Note("n", NoteKind.BASIC, "Q", "A", source=Source("Smith, 2020"), line=3),
        ),
    ],
)
def test_each_kind_of_note_is_read(body: str, expected: Note) -> None:
    """A note becomes the value of its kind, numbers with the digits as authored."""
    assert note_of(body) == expected


@pytest.mark.parametrize("written", ["no", "12:30", "1_000", "0x1F", "null", "~", "2026-01-01", "1e3", "on"])
def test_scalars_are_text(written: str) -> None:
    """What YAML takes for a truth value, a time, a number or nothing is the text that stands there."""
    assert note_of(f"q: Q\n    a: {written}").answer == written


def test_a_missing_title_is_made_of_the_name() -> None:
    """A deck without a title has its name, with spaces and a capital."""
    file = parse_deck(b"deck: kv-cache\nnotes: []\n", "x.yaml", is_shipped=False)
    assert file.deck is not None
    assert (file.deck.title, file.has_title) == ("Kv cache", False)


def test_windows_files_load_with_the_same_places() -> None:
    """A byte order mark and CRLF line ends change neither text nor places."""
    text = "deck: d\r\nnotes:\r\n  - id: n\r\n    q: |\r\n      a\r\n      b\r\n    levl: x\r\n    a: A\r\n"
    faults = parse_deck(b"\xef\xbb\xbf" + text.encode(), "x.yaml", is_shipped=False).faults
    assert [(fault.line, fault.column) for fault in faults] == [(7, 5)]
    sound = parse_deck(
        b"\xef\xbb\xbf" + text.replace("levl", "tags").replace("x\r", "[x]\r").encode(), "x", is_shipped=False
    )
    assert sound.deck is not None
    assert sound.deck.notes[0].question == "a\nb"


def test_columns_count_characters() -> None:
    """A column is a number of characters, not of bytes or of UTF-16 units."""
    assert faults_of("deck: d\nnotes:\n  - {id: n, q: Ω🙂é, a: A, levl: x}\n")[0].startswith("3:27: ")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"deck: \xff\n", "1:7: found the byte 0xff, expected UTF-8: save the file as UTF-8"),
        (
            "deck: d\ntitle: Ω".encode() + b"\xe2\x28",
            "2:9: found the byte 0xe2, expected UTF-8: save the file as UTF-8",
        ),
        (
            b"\xef\xbb\xbfdeck: d\ntags: \xfe\xff\n",
            "2:7: found the byte 0xfe, expected UTF-8: save the file as UTF-8",
        ),
        (b"\xef\xbb\xbf\xffdeck: d\n", "1:1: found the byte 0xff, expected UTF-8: save the file as UTF-8"),
        ("deck: d\n".encode("utf-16"), "1:1: found the byte 0xff, expected UTF-8: save the file as UTF-8"),
        (b"", "1:1: the file is empty, expected YAML: write it or remove the file"),
    ],
)
def test_a_file_that_is_no_text_is_a_fault(data: bytes, expected: str) -> None:
    """Bytes that are not UTF-8 are told with their place."""
    faults = parse_deck(data, "x.yaml", is_shipped=False).faults
    assert f"x.yaml:{expected}" in map(str, faults)
    assert sum("0x" in fault.message for fault in faults) == ("0x" in expected)


def test_every_control_character_is_told_at_its_place() -> None:
    """Control characters, and separators that only YAML takes for line ends, are faults."""
    assert faults_of("deck: d\ntitle: a\x07b\u2028c\nnotes: []\x85\n") == [
        "2:9: found the control character U+0007, expected text: remove it",
        "2:11: found the control character U+2028, expected text: remove it",
        "3:10: found the control character U+0085, expected text: remove it",
    ]


@pytest.mark.parametrize(
    ("deck", "expected"),
    [
        (
            "deck: d\nnotes:\n  - {id: n, q: Q, a: " + "x" * 100_001 + "}\n",
            "3:22: a has 100,001 characters, expected at most 100,000: shorten it",
        ),
        (
            "deck: d\ntitle: " + "x" * 501 + "\nnotes: []\n",
            "2:8: title has 501 characters, at most 500 allowed, expected one line of text: shorten it",
        ),
        (
            "deck: " + "x" * 101 + "\nnotes: []\n",
            "1:7: deck has 101 characters, at most 100 allowed, "
            "expected an id of lower-case letters, digits and single hyphens: shorten it",
        ),
        (
            "deck: d\ntags: [" + ", ".join(map(str, range(101))) + "]\nnotes: []\n",
            "2:7: tags has 101 items, expected at most 100: remove some",
        ),
        (
            "deck: d\nnotes:\n  - {id: n, q: Q, accept: {regex: " + "a" * 1001 + "}}\n",
            "3:35: accept.regex has 1,001 characters, at most 1,000 allowed, "
            "expected a regular expression: shorten it",
        ),
        (
            "deck: d\nnotes:\n  - {id: n, cloze: 'a {{c" + "1" * 5_000 + "::x}}'}\n",
            "3:20: a deletion has a number over 499, expected c1, c2, ...: give it a smaller one",
        ),
    ],
    ids=["text", "line", "id", "list", "regex", "cloze"],
)
def test_sizes_have_limits(deck: str, expected: str) -> None:
    """What is too long is a fault that gives the limit."""
    assert faults_of(deck) == [expected]


def test_the_longest_text_loads() -> None:
    """A text of exactly 100,000 characters is taken whole."""
    assert len(note_of("q: Q\n    a: " + "x" * 100_000).answer) == 100_000


def test_a_file_over_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    """A file that is too large is one fault."""
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * 10_000_001)
    assert read_deck(path, is_shipped=False).faults == (
        Fault(str(path), 1, 1, "the file is larger than 10 MB, expected less: split it"),
    )


def test_a_fifo_is_a_fault(tmp_path: Path) -> None:
    """A named pipe does not make the reader wait for a writer."""
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    (fault,) = read_deck(path, is_shipped=False).faults
    assert fault.message == "found no regular file, expected one: remove or replace it"


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    """A path that leads nowhere is told with the next step."""
    (fault,) = read_deck(tmp_path / "none.yaml", is_shipped=False).faults
    assert fault.message == "the file does not exist, expected one: check its name"


def test_faults_beyond_a_thousand_are_counted() -> None:
    """A file with thousands of faults lists the first thousand and the number of the rest."""
    found = faults_of("deck: d\nnotes:\n" + "  - x\n" * (FAULTS_PER_FILE + 7))
    assert len(found) == FAULTS_PER_FILE + 1
    assert found[-1].endswith("the file has 7 more faults, expected none: mend these first and run again")


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "? " * 3_000,
        "{a: " * 100_000,
        "a: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a, *a]\n" for i in range(1_000)),
        "deck: d\nnotes: [" + "*a, " * 50_000 + "]",
        "!!python/object/apply:os.system ['exit 1']",
        "%TAG ! tag:example.com,2000:\n---\n!x y",
    ],
    ids=["lists", "mappings", "items", "keys", "pairs", "laughs", "aliases", "call", "tag"],
)
def test_yaml_bombs_are_faults(bomb: str) -> None:
    """Depth, aliases and tags end in faults, not in a crash or in their effect."""
    file = parse_deck(bomb.encode(), "x.yaml", is_shipped=False)
    assert file.deck is None or not file.deck.notes
    assert file.faults


def test_a_deletion_is_found_in_any_style_of_text() -> None:
    """The column of a faulty deletion is that of the file, folded, quoted or indented."""
    bodies = [
        "'a {{c1::b}} {{c2::}}'",
        '"a {{c1::b}} {{c2::}}"',
        ">-\n      a {{c1::b}}\n      {{c2::}}",
        "a {{c1::b}}\n      {{c2::}}",
    ]
    places = []
    for body in bodies:
        (fault,) = parse_deck(
            f"deck: d\nnotes:\n  - id: n\n    cloze: {body}\n".encode(), "x", is_shipped=False
        ).faults
        places.append((fault.line, fault.column))
    assert places == [(4, 25), (4, 25), (6, 7), (5, 7)]


@pytest.mark.parametrize("nearest_key", ["levl: mid", "level: mdi"])
def test_a_fault_that_is_only_counted_is_not_worded(
    nearest_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the cap no word like a wrong one is searched for."""
    asked: list[str] = []
    for module in (tree_reader, scalar_rules):
        monkeypatch.setattr(module, "nearest", lambda word, names: asked.append(word))
    note = f"  - {{id: n, q: Q, a: A, {nearest_key}}}\n"
    faults = faults_of("deck: d\nnotes:\n" + note * (FAULTS_PER_FILE + 50))
    assert len(asked) <= FAULTS_PER_FILE
    assert "more faults" in faults[-1]
