"""The cells of one row as the fields of a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quizzer.exchange.anki.reading.cloze_text import DeletionError, cloze_from_anki
from quizzer.exchange.anki.reading.tags import read_labels
from quizzer.exchange.csv_files.columns import CHOICES, NOTE_TYPE, TAGS
from quizzer.exchange.draft import LIST_FIELDS, TEXT_FIELDS, Draft, DraftError, has_deletions
from quizzer.exchange.list_cell import read_list, split_words
from quizzer.markup.from_html import from_html, from_html_line, plain_from_html

REVERSED_TYPE = "basic (and reversed card)"
TYPED_TYPE = "basic (type in the answer)"
"""Anki's own note types in English, whose names say what their fields do not."""

MOST_TYPED = 500

_WORDS = frozenset({"topics", "was"})
_NO_TEXT = frozenset({"level", "checked", "kata", "wants_kata", "unit", "number", "tolerance", "regex"})
_ASKING = frozenset({"question", "cloze"})
_OCCLUSION = "image-occlusion:"


def own_draft(cells: Mapping[str, str]) -> Draft:
    """Return the fields of a row of our own export, in which nothing is converted."""
    texts = {name: cells[name] for name in TEXT_FIELDS if cells.get(name)}
    lists = {name: read_list(cells[name]) for name in LIST_FIELDS if cells.get(name)}
    return Draft(texts, lists, cells.get("reverse", ""))


def foreign_draft(cells: Mapping[str, str], *, is_html: bool, tags: Sequence[str]) -> Draft:
    """Return the fields of a row of somebody else's; `tags` are those of the whole file.

    Raises:
        DraftError: If the row is of a kind that is not ours.
    """
    draft = Draft(reverse=cells.get("reverse", ""))
    for name in TEXT_FIELDS:
        text = cells.get(name, "")
        if not text.strip():
            continue
        if is_html and name not in _NO_TEXT:
            text = _markdown(text) if name in _ASKING else from_html(text)
        draft.texts[name] = text
    for name in LIST_FIELDS:
        items = (split_words if name in _WORDS else read_list)(cells.get(name, ""))
        if name != TAGS and items:
            draft.lists[name] = tuple(map(from_html_line, items)) if is_html else items
    _add_choices(draft, cells.get(CHOICES, ""), is_html=is_html)
    _add_tags(draft, [*split_words(cells.get(TAGS, "")), *tags])
    _follow_type(draft, cells.get(NOTE_TYPE, "").strip().lower())
    if is_html and draft.lists.get("accept"):
        draft.lists["accept"] = tuple(map(plain_from_html, draft.lists["accept"]))
    return draft


def _add_choices(draft: Draft, text: str, *, is_html: bool) -> None:
    right, *wrong = read_list(text) or ("",)
    if right:
        convert = from_html_line if is_html else str
        draft.texts.setdefault("right", convert(right))
        draft.lists.setdefault("wrong", tuple(map(convert, wrong)))


def _add_tags(draft: Draft, tags: Sequence[str]) -> None:
    """Add tags; those that our exports to Anki write for level and topics become these again."""
    labels = read_labels(tags)
    if labels.level:
        draft.texts.setdefault("level", labels.level.value)
    if labels.topics:
        draft.lists.setdefault("topics", labels.topics)
    draft.lists[TAGS] = labels.tags


def _markdown(html: str) -> str:
    """Return a text of HTML, which may be a cloze, as Markdown."""
    if not has_deletions(html) or _OCCLUSION in html:
        return from_html(html)
    try:
        return cloze_from_anki(html)
    except DeletionError as error:
        raise DraftError(str(error)) from error


def _follow_type(draft: Draft, note_type: str) -> None:
    """Make of question and answer what the marks in them, or the name of the note type, say."""
    question = draft.text("question")
    if _OCCLUSION in question and has_deletions(question):
        raise DraftError("an image occlusion, expected text: quizzer asks no parts of images; leave it out")
    if has_deletions(question) and not draft.text("cloze"):
        draft.texts["cloze"] = draft.texts.pop("question")
    elif note_type == REVERSED_TYPE:
        draft.reverse = draft.reverse or "true"
    elif note_type == TYPED_TYPE:
        answer = draft.text("answer").strip()
        if answer and "\n" not in answer and len(answer) <= MOST_TYPED:
            draft.lists["accept"] = (answer,)
            del draft.texts["answer"]
