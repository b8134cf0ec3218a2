"""The fields of a deck file and of the syllabus, declared once: readers and the JSON Schema follow this."""

from __future__ import annotations

from dataclasses import dataclass

from quizzer.content.shapes import (
    Field,
    Flag,
    Id,
    Line,
    ListOf,
    MapOf,
    Need,
    Number,
    Record,
    Regex,
    Text,
    Word,
)
from quizzer.core.note import Checked, Level, NoteKind

LEVEL = Word(tuple(level.value for level in Level))
TOPIC_IDS = ListOf(Id(), "a list of topic ids")

SOURCE = Record(
    "a source",
    (
        Field(
            "cite",
            Text(),
            "Where the fact comes from.",
            '"Vaswani et al., 2017"',
            Need.ALWAYS,
            inside="source",
        ),
        Field(
            "checked",
            Word(tuple(checked.value for checked in Checked)),
            "How the fact was verified.",
            "opened",
            Need.SHIPPED,
            inside="source",
        ),
    ),
    short="cite",
)

CHOICES = Record(
    "the choices",
    (
        Field(
            "right", Text(), "The right answer.", "the features of one token", Need.ALWAYS, inside="choices"
        ),
        Field(
            "wrong",
            ListOf(Text(), "a list of wrong answers", at_least=1, at_most=8),
            "Wrong answers that one might give.",
            "[the batch, the sequence]",
            Need.ALWAYS,
            inside="choices",
        ),
    ),
)

ACCEPT = Record(
    "the accepted answer",
    (
        Field(
            "text",
            ListOf(Line(), "a list of accepted answers", at_least=1),
            "Answers that are right.",
            "[log-sum-exp, logsumexp]",
            inside="accept",
        ),
        Field(
            "regex",
            Regex(),
            "A regular expression that a right answer matches.",
            '"log-?sum-?exp"',
            inside="accept",
        ),
        Field("number", Number(), "The right number.", "0.5", inside="accept"),
        Field("unit", Line(), "The unit the number is asked in.", "MiB", inside="accept"),
        Field(
            "tolerance",
            Number("a distance such as 0.05 or a share such as 1%", is_tolerance=True),
            "How far off a number may be: a distance (0.05) or a share of the number (1%).",
            "1%",
            inside="accept",
        ),
    ),
)

NOTE = Record(
    "a note",
    (
        Field(
            "id",
            # A card's key is `id/face`, and `kata/...` are the keys of katas.
            Id(reserved=("kata",)),
            "The note's permanent name, unique over all decks; the history hangs on it.",
            "attention-scale",
            Need.ALWAYS,
            "or let 'quizzer deck lint --fix' write it",
        ),
        Field("q", Text(), "The question.", "Why are attention scores scaled?"),
        Field("a", Text(), "The answer; beside cloze, choices and accept the explanation.", "The scores ..."),
        Field("cloze", Text(), "A text with deletions.", '"Attention costs {{c1::$O(T^2 d)$}} time."'),
        Field("choices", CHOICES, "A multiple choice.", "{right: ..., wrong: [..., ...]}"),
        Field("accept", ACCEPT, "A typed answer that is checked.", "{number: 0.5, unit: MiB, tolerance: 1%}"),
        Field("reverse", Flag(), "Whether the answer is asked for its question too.", "true"),
        Field("level", LEVEL, "Who is expected to know it.", "mid", Need.SHIPPED),
        Field("topics", TOPIC_IDS, "Topics of the syllabus.", "[attention-mechanism]", Need.SHIPPED),
        Field("tags", ListOf(Line(), "a list of tags"), "Free words to filter by.", "[transformers]"),
        Field(
            "points",
            ListOf(Text(), "a list of points"),
            "What a good interview answer says; ticked after the reveal.",
            "[the first point, the second point]",
        ),
        Field("pitfall", Text(), "What is commonly said and wrong, with the correction.", "It is not ..."),
        Field(
            "source",
            SOURCE,
            "Where the fact comes from.",
            '{cite: "Vaswani et al., 2017", checked: opened}',
            Need.SHIPPED,
        ),
        Field("kata", Id(), "The kata that practises it.", "flash-attention"),
        Field("wants_kata", Id(), "A kata that would practise it and is yet to be written.", "beam-search"),
        Field(
            "was",
            ListOf(Id(), "a list of old ids"),
            "Old ids, whose history the note takes over.",
            "[old-id]",
        ),
        Field("original", Line(), "Of a copy: which wording of the shipped note it was made of.", "3f2a9c"),
    ),
)

DECK = Record(
    "a deck",
    (
        Field("deck", Id(), "The deck's name, unique among your decks.", "attention", Need.ALWAYS),
        Field("title", Line(), "The title that is shown; the name by default.", "Attention"),
        Field("description", Text(), "What the deck is about.", "From dot products to FlashAttention."),
        Field("tags", ListOf(Line(), "a list of tags"), "Free words to filter by.", "[transformers]"),
        Field(
            "notes",
            ListOf(NOTE, "a list of notes", at_most=None),
            "The notes, in the order they are introduced.",
            "[{id: attention-scale, q: ..., a: ...}]",
            Need.ALWAYS,
        ),
    ),
)

TOPIC = Record(
    "a topic",
    (
        Field("id", Id(), "The topic's permanent name.", "self-attention", Need.ALWAYS),
        Field("title", Line(), "What one is able to answer.", "Explain self-attention", Need.ALWAYS),
        Field("level", LEVEL, "Who is expected to know it.", "mid", Need.ALWAYS),
        Field("requires", TOPIC_IDS, "Topics that come first.", "[dot-product]"),
    ),
)

READING = Record(
    "something to read",
    (
        Field("title", Line(), "Author, title and year.", "Strang, Linear Algebra, 2016", Need.ALWAYS),
        Field("url", Line(), "Where it is found.", "https://www.deeplearningbook.org"),
    ),
)

AREA = Record(
    "an area",
    (
        Field("id", Id(), "The area's permanent name.", "attention", Need.ALWAYS),
        Field("title", Line(), "The area's title.", "Attention", Need.ALWAYS),
        Field("requires", ListOf(Id(), "a list of area ids"), "Areas that come first.", "[linear-algebra]"),
        Field(
            "reading",
            ListOf(READING, "a list of things to read"),
            "Books, papers and courses on the area.",
            "[{title: ..., url: ...}]",
        ),
        Field(
            "topics", ListOf(TOPIC, "a list of topics", at_most=1_000), "Its topics.", "[...]", Need.ALWAYS
        ),
    ),
)

SYLLABUS = Record(
    "a syllabus",
    (
        Field(
            "areas", ListOf(AREA, "a list of areas"), "The areas, in learning order.", "[...]", Need.ALWAYS
        ),
        Field(
            "merged", MapOf("a mapping of old topic ids to topics"), "Topics that are gone.", "{old: kept}"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note: the field that marks it and all that it needs."""

    kind: NoteKind
    marker: str
    needs: tuple[str, ...]


# The last is what a note is that has no other's marker.
KINDS = (
    Kind(NoteKind.CLOZE, "cloze", ("cloze",)),
    Kind(NoteKind.CHOICES, "choices", ("q", "choices")),
    Kind(NoteKind.ACCEPT, "accept", ("q", "accept")),
    Kind(NoteKind.BASIC, "a", ("q", "a")),
)
