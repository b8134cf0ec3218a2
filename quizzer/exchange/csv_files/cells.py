"""The cells of one row as the fields of a note."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from quizzer.exchange.anki.reading.tags import read_labels
from quizzer.exchange.csv_files.columns import CHOICES, NOTE_TYPE, TAGS
from quizzer.exchange.csv_files.content import OCCLUSION, Content
from quizzer.exchange.draft import LIST_FIELDS, TEXT_FIELDS, Draft, DraftError, has_deletions
from quizzer.exchange.list_cell import read_list, split_words

CLOZE_TYPE = "cloze"
REVERSED_TYPE = "basic (and reversed card)"
TYPED_TYPE = "basic (type in the answer)"
"""Anki's own note types in English, whose names say what their fields do not."""

MOST_TYPED = 500

_WORDS = frozenset({"topics", "was"})
_NO_TEXT = frozenset({"level", "checked", "kata", "wants_kata", "unit", "number", "tolerance", "regex"})
_ASKING = frozenset({"question", "cloze"})
_SEVERAL_NUMBERS = re.compile(r"\{\{c\d+(?:,\d+)+::")


def own_draft(cells: Mapping[str, str]) -> Draft:
    """Return the fields of a row of our own export, in which nothing is converted."""
    texts = {name: cells[name] for name in TEXT_FIELDS if cells.get(name)}
    lists = {name: read_list(cells[name]) for name in LIST_FIELDS if cells.get(name)}
    return Draft(texts, lists, cells.get("reverse", ""))


def foreign_draft(cells: Mapping[str, str], *, content: Content, tags: Sequence[str]) -> Draft:
    """Return the fields of a row of somebody else's; `tags` are those of the whole file.

    Raises:
        DraftError: If the row is of a kind that is not ours.
    """
    draft = Draft(reverse=cells.get("reverse", ""))
    for name in TEXT_FIELDS:
        if (text := cells.get(name, "")).strip():
            draft.texts[name] = text if name in _NO_TEXT else content.markdown(text, asks=name in _ASKING)
    for name in LIST_FIELDS:
        items = (split_words if name in _WORDS else read_list)(cells.get(name, ""))
        if name != TAGS and items:
            draft.lists[name] = tuple(_convert_item(name, content)(item) for item in items)
    _add_choices(draft, cells.get(CHOICES, ""), content)
    _add_tags(draft, [*split_words(cells.get(TAGS, "")), *tags])
    _follow_type(draft, cells, content)
    return draft


def _convert_item(name: str, content: Content) -> Callable[[str], str]:
    if name in _WORDS:
        return str
    return content.plain if name == "accept" else content.line


def _add_choices(draft: Draft, text: str, content: Content) -> None:
    right, *wrong = read_list(text) or ("",)
    if right:
        draft.texts.setdefault("right", content.line(right))
        draft.lists.setdefault("wrong", tuple(map(content.line, wrong)))


def _add_tags(draft: Draft, tags: Sequence[str]) -> None:
    """Add tags; those that our exports to Anki write for level and topics become these again."""
    labels = read_labels(tags)
    if labels.level:
        draft.texts.setdefault("level", labels.level.value)
    if labels.topics:
        draft.lists.setdefault("topics", labels.topics)
    draft.lists[TAGS] = labels.tags


def _follow_type(draft: Draft, cells: Mapping[str, str], content: Content) -> None:
    """Make of question and answer what the marks in them, or the name of the note type, say."""
    question, note_type = draft.text("question"), cells.get(NOTE_TYPE, "").strip().lower()
    if OCCLUSION in question and has_deletions(question):
        raise DraftError("an image occlusion, expected text: quizzer asks no parts of images; leave it out")
    if several := _SEVERAL_NUMBERS.search(cells.get("question", "")):
        raise DraftError(
            f"a deletion {several[0]} of several numbers, expected one: make several deletions of it"
        )
    if has_deletions(question) and not draft.text("cloze"):
        draft.texts["cloze"] = draft.texts.pop("question")
    elif note_type == CLOZE_TYPE and not draft.text("cloze"):
        raise DraftError("a cloze that hides nothing, expected {{c1::answer}}: mark what is to be recalled")
    elif note_type == REVERSED_TYPE:
        draft.reverse = draft.reverse or "true"
    elif note_type == TYPED_TYPE:
        answer = content.plain(cells.get("answer", "")).strip()
        if answer and "\n" not in answer and len(answer) <= MOST_TYPED:
            draft.lists["accept"] = (answer,)
            del draft.texts["answer"]
