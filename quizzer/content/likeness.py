"""Which notes ask nearly the same: by the words of their questions, or of questions and answers together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from quizzer.core.cloze import show_deletions
from quizzer.core.note import Note, NoteKind

ALIKE = 0.65
"""The share of common words (Jaccard index) from which two questions are one."""

_WORD = re.compile(r"[^\W_]+")
_FEW_WORDS = 3
_COMMON = frozenset(
    word
    for line in (
        "a an the is are was be been of in to and or for with on by at as from into than then",
        "that this these those it its what why how which when where who do does did not no if",
        "can could would should you your one say give name",
    )
    for word in line.split()
)


class _Words(NamedTuple):
    asked: frozenset[str]
    all: frozenset[str]


def like_pairs(notes: Sequence[Note]) -> Iterator[tuple[Note, Note]]:
    """Yield pairs that ask nearly the same, the later one first."""
    words = [_words(note) for note in notes]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, note_words in enumerate(words):
        common = Counter(earlier for word in note_words.asked for earlier in holders[word])
        for earlier, count in sorted(common.items()):
            # Of two sets with Jaccard index j the smaller shares at least j of its words.
            smaller = min(len(note_words.asked), len(words[earlier].asked))
            if count >= ALIKE * smaller and _are_alike(note_words, words[earlier]):
                yield notes[index], notes[earlier]
        for word in note_words.asked:
            holders[word].append(index)


def _are_alike(one: _Words, other: _Words) -> bool:
    if _likeness(one.all, other.all) >= ALIKE:
        return True
    few = min(len(one.asked), len(other.asked)) < _FEW_WORDS
    return not few and _likeness(one.asked, other.asked) >= ALIKE


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _words(note: Note) -> _Words:
    question = show_deletions(note.question, 0) if note.kind is NoteKind.CLOZE else note.question
    asked = _of(question)
    return _Words(asked, asked | _of(note.answer))


def _of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON
