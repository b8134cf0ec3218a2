"""What makes a shipped note good to learn from, as far as a program can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzer.content.note_places import Keys
from quizzer.core.cloze import show_deletions
from quizzer.core.note import Checked, Level, Note, NoteKind
from quizzer.markup.prose import (
    broken_links,
    count_questions,
    count_words,
    has_loose_dollar,
    undrawn_math,
    wide_lines,
)

WORDS_AT_MOST = 130
"""Of prose in an answer: about 120 can be remembered, the rest is what a sentence needs to end."""

POINTS = range(3, 6)
"""How many an interviewer expects of a good answer."""

_DATE = re.compile(r"\b(?:1[6-9]|20)\d\d\b|\b\d+\.\d+|\b(?:issue|pull request) #?\d+")
"""A year, a version, or the number of a thread: what tells one state of a source from the next."""

_OWN = "own "
"""How a source begins that is ours."""

_NUMBERED_PLACE = re.compile(
    r"(?i)(?:\b(?:section|sect?\.|chapter|ch\.|equation|eqn?\.|theorem|figure|fig\.|table|algorithm)|§)\s*\(?\d"
)


def quality_findings(note: Note) -> Iterator[tuple[Keys, str]]:
    """Yield what a shipped note may not have."""
    yield from _shape_findings(note)
    yield from _source_findings(note)
    for keys, text in texts_of(note):
        for tex in undrawn_math(text):
            yield keys, f"the formula {tex!r} cannot be drawn, expected simple TeX: write it in other words"
        for target in broken_links(text):
            yield keys, f"the link {target!r} leads nowhere, expected [text](https://...): correct it"
        if has_loose_dollar(text):
            yield keys, r"'$' that is no math, expected $...$ on one line or an amount: write \$ or close it"
        for line in wide_lines(text):
            yield (
                keys,
                f"the line {line.strip()!r} is too wide for 80 columns, expected a shorter one: break it",
            )


def _shape_findings(note: Note) -> Iterator[tuple[Keys, str]]:
    asked = count_questions(note.question) if note.kind is not NoteKind.CLOZE else 0
    if asked > 1:
        yield ("q",), f"{asked} questions are asked, expected one a note: ask one thing or make two notes"
    words = count_words(note.answer)
    if words > WORDS_AT_MOST:
        yield (
            ("a",),
            f"the answer has {words} words of prose, expected at most {WORDS_AT_MOST}: cut or split it",
        )
    if note.points and len(note.points) not in POINTS:
        yield ("points",), f"found {len(note.points)} points, expected 3 to 5: join or split them"
    if note.kind is NoteKind.BASIC and note.level in (Level.SENIOR, Level.PRINCIPAL) and not note.points:
        yield (
            ("id",),
            f"a question of level {note.level} has no points, expected 3 to 5: add what a good answer says",
        )


def _source_findings(note: Note) -> Iterator[tuple[Keys, str]]:
    if note.source is None:
        return
    is_own = note.source.checked is Checked.COMPUTED or note.source.cite.startswith(_OWN)
    if not is_own and not _DATE.search(note.source.cite):
        yield ("source", "cite"), "the source has no date, expected author, title and year or version: add it"
    if note.source.checked is not Checked.OPENED and (place := _NUMBERED_PLACE.search(note.source.cite)):
        message = f"{place[0]!r} was not looked up, expected such a number where checked is opened: remove it"
        yield ("source", "cite"), message


def texts_of(note: Note) -> Iterator[tuple[Keys, str]]:
    """Yield the texts that are shown, with the fields they stand in; a cloze without its marks."""
    if note.kind is NoteKind.CLOZE:
        yield ("cloze",), show_deletions(note.question, 0)
    else:
        yield ("q",), note.question
    yield ("a",), note.answer
    yield ("pitfall",), note.pitfall
    yield from ((("points", i), text) for i, text in enumerate(note.points))
    if note.choices:
        yield ("choices", "right"), note.choices.right
        yield from ((("choices", "wrong", i), text) for i, text in enumerate(note.choices.wrong))
