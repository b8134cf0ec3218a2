r"""Amounts in Markdown that others wrote: a dollar before a digit that is no math is written `\$`."""

from __future__ import annotations

from dataclasses import replace

from quizzer.core.note import Choices, Note
from quizzer.markup.prices import escape_prices


def with_escaped_amounts(note: Note) -> Note:
    """Return the note with a backslash before the dollars of its amounts, as `deck lint` asks for."""
    if not any("$" in text for text in _texts(note)):
        return note
    choices = note.choices
    return replace(
        note,
        question=escape_prices(note.question),
        answer=escape_prices(note.answer),
        pitfall=escape_prices(note.pitfall),
        points=tuple(escape_prices(point, inline=True) for point in note.points),
        choices=choices
        and Choices(
            escape_prices(choices.right, inline=True),
            tuple(escape_prices(wrong, inline=True) for wrong in choices.wrong),
        ),
    )


def _texts(note: Note) -> tuple[str, ...]:
    choices = (note.choices.right, *note.choices.wrong) if note.choices else ()
    return (note.question, note.answer, note.pitfall, *note.points, *choices)
