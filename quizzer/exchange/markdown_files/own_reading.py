"""Reading our own documents: sections by their marks, texts as they stand between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quizzer.core.cloze import ClozeError
from quizzer.exchange.draft import Draft, DraftError
from quizzer.exchange.incoming import IncomingDeck
from quizzer.exchange.markdown_files.marks import (
    VERSION,
    Mark,
    read_mark,
    starts_cloze,
    unescape_comment,
    unescape_marks,
)
from quizzer.exchange.markdown_files.shown_cloze import is_shown

MAX_ABOUT = 100_000

_BODY = "body"
_ITEM = re.compile(r"[-*+] (?:\[(?P<box>[ xX])\] )?")
_HEADING = re.compile(r"#{1,6} ?")
_ABOUT_LISTS = frozenset({"topics", "tags", "was", "accept"})
_ABOUT_TEXTS = frozenset({"level", "kata", "wants_kata", "regex", "number", "unit", "tolerance"})


@dataclass(slots=True)
class Section:
    """A note of a document as lines by part; `line` is where it starts, `fault` what is wrong with it."""

    line: int
    heading: str
    id: str
    deck: str
    parts: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(slots=True)
class Document:
    """What stands in a document: decks by their ids, and sections."""

    decks: dict[str, IncomingDeck]
    sections: list[Section]


def is_own(lines: Sequence[str]) -> bool:
    """Say whether the first line that says anything marks a document of ours."""
    first = next((line for line in lines if line.strip()), "")
    mark = read_mark(first)
    return mark is not None and mark.word == "quizzer"


def version_fault(lines: Sequence[str]) -> str:
    """Return what is wrong with the version of a document of ours, "" if nothing."""
    mark = next(mark for line in lines if (mark := read_mark(line)))
    if mark.value == str(VERSION):
        return ""
    return (
        f"the document is of version {mark.value[:20]!r}, expected {VERSION}: "
        "read it with the quizzer that wrote it, or a newer one"
    )


def read_document(lines: Sequence[str]) -> Document:
    """Return decks and sections of a document of ours."""
    document = Document({}, [])
    deck = Section(1, "", "", "")
    sections: list[Section] = []
    decks: list[Section] = []
    current: Section | None = None
    part = _BODY
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        mark = read_mark(line)
        if mark is not None and mark.word in ("deck", "id"):
            is_deck = mark.word == "deck"
            heading = unescape_marks(_HEADING.sub("", mark.label, count=1))
            current = Section(number, heading, mark.value.strip(), "" if is_deck else deck.id)
            (decks if is_deck else sections).append(current)
            deck, part = (current if is_deck else deck), _BODY
        elif current is None:
            continue
        elif starts_cloze(line):
            current.parts["cloze"] = list(_comment(numbered))
        elif mark is not None:
            part = _enter(current, mark, part)
        else:
            current.parts.setdefault(part, []).append(line)
    document.decks = {each.id: _deck(each) for each in decks}
    document.sections = sections
    return document


def _comment(numbered: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in numbered:
        if line.strip() == "-->":
            return
        yield unescape_comment(line)


def _enter(section: Section, mark: Mark, part: str) -> str:
    """Take the mark into the section, and return the part that the lines below it belong to."""
    name = mark.word
    if name in section.values:
        section.fault = section.fault or f"{name} stands twice, expected once: remove one"
    section.values[name] = mark.value
    if name == "accept":
        return "answer"
    return part if name in ("about", "quizzer") else name


def _deck(section: Section) -> IncomingDeck:
    try:
        about = _json(section.values.get("about", ""))
    except DraftError:
        about = {}  # what a deck is about is no reason to lose it
    tags = about.get("tags", ())
    return IncomingDeck(
        path=(section.id,),
        id=section.id,
        title=section.heading.strip() or section.id,
        description=_text(section.parts.get(_BODY, ())),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def draft_of(section: Section) -> Draft:
    """Return the fields of a section.

    Raises:
        DraftError: If they cannot be read.
    """
    if section.fault:
        raise DraftError(section.fault)
    draft = Draft()
    for name in ("about", "accept"):
        if name in section.values:
            _take_about(draft, section.values[name])
    texts = {name: _text(lines) for name, lines in section.parts.items()}
    body = texts.get(_BODY, "")
    draft.texts |= {
        name: text for name, text in texts.items() if name in ("answer", "pitfall", "source") and text
    }
    draft.lists["points"] = tuple(text for text, _ in _items(section.parts.get("points", ())))
    if "cloze" in section.parts:
        draft.texts["cloze"] = _cloze(texts["cloze"], body)
    else:
        _take_question(draft, section, texts)
    if checked := section.values.get("source", "").strip():
        draft.texts["checked"] = checked
    return draft


def _take_question(draft: Draft, section: Section, texts: dict[str, str]) -> None:
    body = texts.get(_BODY, "")
    heading = section.heading.replace("  ", "\n")
    if "question" in section.values:
        draft.texts["question"] = texts.get("question", "")
    elif {"answer", "choices", "accept"} & section.values.keys():
        draft.texts["question"] = f"{heading}\n\n{body}" if body else heading
    else:
        draft.texts["question"] = heading
        draft.texts["answer"] = body
    if "choices" in section.values:
        items = list(_items(section.parts.get("choices", ())))
        right = [text for text, is_right in items if is_right]
        if len(right) != 1:
            raise DraftError(f"{len(right)} choices are right, expected one '- [x] ...': mark the right one")
        draft.texts["right"] = right[0]
        draft.lists["wrong"] = tuple(text for text, is_right in items if not is_right)


def _cloze(text: str, shown: str) -> str:
    try:
        is_same = is_shown(text, shown)
    except ClozeError:
        return text  # what is wrong with it is told when the note is built
    if not is_same:
        raise DraftError(
            "the text and the cloze in the comment below it differ, expected the same words: "
            "edit both alike; the comment is what counts"
        )
    return text


def _take_about(draft: Draft, value: str) -> None:
    about = _json(value)
    for name, content in about.items():
        if name in _ABOUT_TEXTS and isinstance(content, str):
            draft.texts[name] = content
        elif name in _ABOUT_LISTS and isinstance(content, list) and all(isinstance(x, str) for x in content):
            draft.lists[name] = tuple(content)
        elif name == "reverse" and isinstance(content, bool):
            draft.reverse = "true" if content else ""
        else:
            raise DraftError(f"{name[:40]!r} is nothing that a comment says of a note: correct or remove it")


def _json(value: str) -> dict[str, object]:
    if not value:
        return {}
    try:
        about = json.loads(value) if len(value) <= MAX_ABOUT else None
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise DraftError('the comment is no JSON, expected {"level": "mid", ...}: correct or remove it')
    return about


def _text(lines: Sequence[str]) -> str:
    return unescape_marks("\n".join(lines)).strip("\n").rstrip()


def _items(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield the items of a list, and whether each is ticked."""
    item: list[str] = []
    is_ticked = False
    for line in [*lines, "- "]:
        match = _ITEM.match(line)
        if match is None:
            item.append(line.removeprefix("  "))
            continue
        if text := _text(item):
            yield text, is_ticked
        item, is_ticked = [line[match.end() :]], (match["box"] or " ") in "xX"
