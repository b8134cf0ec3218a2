from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from quizzer.core.deck import Deck
from quizzer.core.note import Note, NoteKind, Source
from quizzer.exchange.markdown_files.marks import (
    escape_comment,
    escape_marks,
    read_mark,
    unescape_comment,
    unescape_marks,
)
from quizzer.exchange.markdown_files.reading import MarkdownFile, read_markdown
from quizzer.exchange.markdown_files.writing import write_markdown
from tests.unit.exchange.generated import NOTE_LISTS, TEXTS


@given(NOTE_LISTS, TEXTS)
def test_what_is_written_comes_back(notes: tuple[Note, ...], description: str) -> None:
    """Notes of every kind and field come back from a document as they were, and so does their deck."""
    deck = Deck("some-deck", "Some <!-- id: x --> deck", "some-deck.yaml", notes, description, ("a", "<b>"))
    text = write_markdown([deck], {}, [note.id for note in notes])

    incoming = read_markdown([MarkdownFile("q.md", text.encode())])

    assert incoming.refused == ()
    assert tuple(each.note for each in incoming.notes) == notes
    (back,) = incoming.decks
    assert (back.path, back.id, back.title) == (("some-deck",), deck.id, deck.title)
    assert (back.description, back.tags) == (description, deck.tags)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "two  spaces"},
        {"question": "one\ntwo  spaces"},
        {"question": "a\n\n\n\nb"},
        {"question": "a\nb\n\nc"},
        {"question": "# a"},
        {"question": "n"},
        {"question": "a\n- b"},
        {"answer": "a <!-- id: x -->\n<!-- answer -->\n<\\!-- id: y -->"},
        {"tags": ("a --> b", "<!-- id: x -->")},
        {"points": ("a\n- b\n\n  c", "- [x] d", " e")},
        {"pitfall": "### x <!-- id: x -->", "source": Source("<!-- quizzer: 1 -->")},
    ],
)
def test_what_looks_like_the_documents_own(changes: dict[str, Any]) -> None:
    """Texts that a heading cannot hold, that look like marks or like lists come back as they are."""
    note = replace(Note("n", NoteKind.BASIC, "Q", "A"), **changes)
    text = write_markdown([Deck("d", "D", "d.yaml", (note,))], {}, ["n"])
    incoming = read_markdown([MarkdownFile("q.md", text.encode())])
    assert [each.note for each in incoming.notes] == [note]


@given(TEXTS)
def test_a_text_has_no_marks_and_ends_no_comment(text: str) -> None:
    """What a text holds is never read as a mark, and comes back as it was."""
    escaped = escape_marks(text)
    assert all(read_mark(line) is None for line in escaped.split("\n"))
    assert unescape_marks(escaped) == text
    assert "-->" not in escape_comment(text)
    assert unescape_comment(escape_comment(text)) == text
