"""Writing notes as one document that reads well and that `own_reading` takes back without loss.

A note is a section: its question is the heading, comments at the ends of lines say what follows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Choices, Note, NoteKind
from quizzer.exchange.markdown_files.marks import VERSION, escape_comment, escape_marks
from quizzer.exchange.markdown_files.shown_cloze import show_cloze
from quizzer.markup.clean import clean_line

RIGHT, WRONG = "- [x] ", "- [ ] "

# What would be no text at the start of a line below a heading's.
_BLOCK_START = re.compile(r"\s|```|~~~|\$\$|\\\[|[-*+]\s|\d{1,9}[.)]\s|[>#|=]|[-*_=]{3}")
_FIRST_BLOCK = re.compile(r"\s|```|~~~|\$\$|\\\[")


def write_markdown(decks: Sequence[Deck], topic_titles: Mapping[str, str], chosen: Iterable[str]) -> str:
    """Return the notes whose ids are `chosen`, deck by deck in their order, as a document."""
    wanted = frozenset(chosen)
    used = [deck for deck in decks if any(note.id in wanted for note in deck.notes)]
    title = clean_line(used[0].title) if len(used) == 1 else "Notes"
    blocks = [f"<!-- quizzer: {VERSION} -->", f"# {title}"]
    for deck in used:
        blocks += _deck_blocks(deck)
        for note in deck.notes:
            if note.id in wanted:
                blocks += _note_blocks(note, topic_titles)
    return "\n\n".join(blocks) + "\n"


def _deck_blocks(deck: Deck) -> Iterator[str]:
    yield f"## {escape_marks(deck.title)} <!-- deck: {deck.id} -->"
    if deck.tags:
        yield f"{escape_marks(', '.join(deck.tags))} {_about({'tags': deck.tags})}"
    if deck.description.strip():
        yield escape_marks(deck.description)


def _note_blocks(note: Note, topic_titles: Mapping[str, str]) -> Iterator[str]:
    heading, rest = _heading(note)
    yield f"### {escape_marks(heading)} <!-- id: {note.id} -->"
    about = _about_note(note)
    if about:
        yield f"{escape_marks(_told(note, topic_titles))} {_about(about)}".lstrip()
    if note.kind is NoteKind.CLOZE:
        yield escape_marks(show_cloze(note.question))
        yield f"<!-- cloze\n{escape_comment(escape_marks(note.question))}\n-->"
    elif heading == _words(note.id) and rest == note.question:
        yield f"<!-- question -->\n\n{escape_marks(rest)}"
    elif rest:
        yield escape_marks(rest)
    if note.choices:
        yield f"**Choices** <!-- choices -->\n\n{_choices(note.choices, note.id)}"
    if note.accept:
        yield f"**Expected:** {_expected(note.accept)} <!-- accept: {_json(_accept(note.accept))} -->"
    if note.answer:
        needs_mark = rest or note.kind is not NoteKind.BASIC
        yield (
            f"**Answer** <!-- answer -->\n\n{escape_marks(note.answer)}"
            if needs_mark
            else escape_marks(note.answer)
        )
    yield from _foot(note)


def _foot(note: Note) -> Iterator[str]:
    if note.points:
        items = "\n".join(_item("- ", point) for point in note.points)
        yield f"**Points** <!-- points -->\n\n{items}"
    if note.pitfall:
        yield f"**Pitfall** <!-- pitfall -->\n\n{escape_marks(note.pitfall)}"
    if note.source:
        checked = note.source.checked
        told, value = (f" ({checked.value})", f": {checked.value}") if checked else ("", "")
        yield f"**Source**{told} <!-- source{value} -->\n\n{escape_marks(note.source.cite)}"


def _heading(note: Note) -> tuple[str, str]:
    """Return what stands in the heading, and what of the question comes below it.

    Two spaces in the heading stand for a new line of the question.
    """
    if note.kind is NoteKind.CLOZE:
        return _words(note.id), ""
    first, _, rest = note.question.partition("\n\n")
    lines = first.split("\n")
    is_heading = (
        not _FIRST_BLOCK.match(lines[0])
        and not any(_BLOCK_START.match(line) for line in lines[1:])
        and all(line and line == line.strip() and "  " not in line for line in lines)
        and rest == rest.strip("\n")
        and "\u2028" not in first
    )
    heading = "  ".join(lines)
    # A heading of the id's words says that the question stands below.
    return (heading, rest) if is_heading and heading != _words(note.id) else (_words(note.id), note.question)


def _words(note_id: str) -> str:
    return note_id.replace("-", " ")


def _about_note(note: Note) -> dict[str, object]:
    about: dict[str, object] = {
        "level": note.level.value if note.level else "",
        "topics": note.topics,
        "tags": note.tags,
        "reverse": note.reverse,
        "kata": note.kata,
        "wants_kata": note.wants_kata,
        "was": note.was,
    }
    return {name: value for name, value in about.items() if value}


def _told(note: Note, topic_titles: Mapping[str, str]) -> str:
    """Return what a reader sees of level, topics and tags."""
    words = [note.level.value] if note.level else []
    words += [topic_titles.get(topic, topic) for topic in note.topics]
    words += ["both directions"] if note.reverse else []
    return clean_line(" · ".join((*words, *(f"#{tag}" for tag in note.tags))))


def _about(about: Mapping[str, object]) -> str:
    return f"<!-- about: {_json(about)} -->"


def _json(value: Mapping[str, object]) -> str:
    """Return JSON that ends no comment."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def _choices(choices: Choices, note_id: str) -> str:
    items = [_item(WRONG, text) for text in choices.wrong]
    # The right one stands where an edit of the others does not move it.
    place = hashlib.sha256(note_id.encode()).digest()[0] % (len(items) + 1)
    items.insert(place, _item(RIGHT, choices.right))
    return "\n".join(items)


def _item(bullet: str, text: str) -> str:
    first, *others = escape_marks(text).split("\n")
    return "\n".join((f"{bullet}{first}", *(f"  {line}" if line else "" for line in others)))


def _accept(accept: Accept) -> dict[str, object]:
    fields: dict[str, object] = {
        "accept": accept.texts,
        "regex": accept.regex,
        "number": accept.number,
        "unit": accept.unit,
        "tolerance": accept.tolerance,
    }
    return {name: value for name, value in fields.items() if value}


def _expected(accept: Accept) -> str:
    if accept.regex:
        told = f"a text like `{accept.regex}`"
    elif accept.number:
        within = f" (within {accept.tolerance})" if accept.tolerance else ""
        told = f"{accept.number} {accept.unit}".strip() + within
    else:
        told = " or ".join(accept.texts)
    return escape_marks(clean_line(told))
