from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizzer.content.deck_file import parse_deck
from quizzer.content.faults import FaultList
from quizzer.content.fields import ACCEPT, CHOICES, DECK, NOTE, SOURCE
from quizzer.content.syllabus_file import parse_syllabus
from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode, read_tree
from quizzer.core.card import back, cards_of, front

NAMES = [field.name for record in (DECK, NOTE, ACCEPT, CHOICES, SOURCE) for field in record.fields]
WORDS = st.sampled_from(
    [
        "x",
        "a-b",
        "{{c1::",
        "::}}",
        "{{c2::y}}",
        "true",
        "mid",
        "opened",
        "0.5",
        "1%",
        "[",
        "{",
        "*a",
        "&a",
        "!!x",
        "|",
        ">-",
        "'",
        '"',
        "#",
        ": ",
        "- ",
        "\t",
        "\n",
        "\n  ",
        "---",
        "<<",
        "$5",
        "é",
        "\x07",
        "\u2028",
    ]
)
LINES = st.builds(
    lambda indent, name, words: f"{' ' * indent}{name}: {' '.join(words)}",
    st.integers(0, 6),
    st.sampled_from([*NAMES, "- id", "- q", "notes"]),
    st.lists(WORDS, max_size=4),
)
DECKS = st.lists(LINES, max_size=12).map(lambda lines: "deck: d\nnotes:\n" + "\n".join(lines))
LEAVES = st.text(max_size=20) | st.sampled_from(["x", "true", "mid", "{{c1::y}}", "{{c0::y}}", "1%", "3"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


def _load(data: bytes) -> None:
    """Load a deck as both kinds and show every card of it."""
    for is_shipped in (False, True):
        file = parse_deck(data, "x.yaml", is_shipped=is_shipped)
        assert file.deck is not None or file.faults
        for note in file.deck.notes if file.deck else ():
            for card in cards_of(note):
                front(card)
                back(card)
    parse_syllabus(data, "x.yaml")


@given(st.binary(max_size=300))
def test_random_bytes_never_crash_the_loader(data: bytes) -> None:
    """Any bytes give a deck or faults."""
    _load(data)


@given(DECKS)
@settings(max_examples=300)
def test_random_decks_never_crash_the_loader(text: str) -> None:
    """Any text of YAML's marks and known fields gives a deck or faults, and each loaded note has cards."""
    _load(text.encode())


@given(st.dictionaries(st.sampled_from(NAMES), TREES, max_size=6))
@settings(max_examples=200)
def test_random_trees_never_crash_the_loader(note: dict[str, object]) -> None:
    """Any tree under the known fields gives a deck or faults."""
    _load(json.dumps({"deck": "d", "notes": [note]}).encode())


def _plain(node: Node | None) -> object:
    match node:
        case TextNode():
            return node.line, node.column, node.value
        case ListNode():
            return [_plain(item) for item in node.items]
        case MapNode():
            return {key: _plain(value) for key, value in node.values.items()}
    return None


@given(DECKS)
@example("deck: d\nnotes:\n  - id: 'a'\n    q: |\n      x\n\n    a: [b, {c: d}]\n")
def test_both_parsers_give_the_same_tree(text: str) -> None:
    """A text that libyaml and the parser in Python both read has the same texts at the same places."""
    trees = [read_tree(text, FaultList("x"), uses_libyaml=uses_libyaml) for uses_libyaml in (True, False)]
    if None not in trees:
        assert _plain(trees[0]) == _plain(trees[1])
