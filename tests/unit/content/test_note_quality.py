from __future__ import annotations

from dataclasses import replace

import pytest

from quizzer.content.note_quality import WORDS_AT_MOST, quality_findings
from quizzer.core.note import Checked, Level, Note, NoteKind, Source

GOOD = Note(
    "one",
    NoteKind.BASIC,
    "Why is it so?",
    "Because of that.",
    level=Level.SENIOR,
    topics=("t",),
    points=("a", "b", "c"),
    source=Source("Author, Title, 2017", Checked.RECALLED),
)


def found(note: Note) -> list[str]:
    """Return the findings, each with the field it stands at."""
    return [
        f"{'.'.join(map(str, keys))}: {message.split(',')[0]}" for keys, message in quality_findings(note)
    ]


def test_a_good_note_has_no_findings() -> None:
    """A question with a dated source, points and a short answer is right as it is."""
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"question": "Why? How?"}, "q: 2 questions are asked"),
        ({"answer": "word " * (WORDS_AT_MOST + 1)}, f"a: the answer has {WORDS_AT_MOST + 1} words of prose"),
        ({"points": ()}, "id: a question of level senior has no points"),
        ({"points": ("a", "b")}, "points: found 2 points"),
        ({"points": ("a",) * 6}, "points: found 6 points"),
        ({"source": Source("Author, Title", Checked.OPENED)}, "source.cite: the source has no date"),
        (
            {"source": Source("Author, Title, 2017, sec. 3.2", Checked.RECALLED)},
            "source.cite: 'sec. 3' was not looked up",
        ),
        ({"pitfall": "It is $\\xymatrix{a}$."}, "pitfall: the formula '\\\\xymatrix{a}' cannot be drawn"),
        ({"points": ("a", "b", "a $x")}, "points.2: '$' that is no math"),
        ({"answer": "[a](b)"}, "a: the link 'b' leads nowhere"),
        ({"answer": f"```\n{'x' * 71}\n```"}, f"a: the line '{'x' * 71}' is too wide for 80 columns"),
    ],
)
def test_what_a_shipped_note_may_not_have_is_found(changed: dict[str, object], finding: str) -> None:
    """Each rule names its field."""
    assert found(replace(GOOD, **changed)) == [finding]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"level": Level.MID, "points": ()},
        {"kind": NoteKind.CLOZE, "question": "It is {{c1::so::so or so?}}, {{c2::x::why?}}.", "points": ()},
        {"source": Source("own calculation", Checked.COMPUTED)},
        {"source": Source("Author, Title, 2017, section 3", Checked.OPENED)},
        {"source": Source("PyTorch documentation, 2.13", Checked.OPENED)},
        {"source": Source("own comparison of published methods", Checked.RECALLED)},
        {"answer": "word " * WORDS_AT_MOST},
        {"points": ("a",) * 5},
    ],
)
def test_what_is_allowed_is_not_found(changed: dict[str, object]) -> None:
    """A mid question needs no points, hints ask nothing, a version dates a source, ours has no date."""
    assert found(replace(GOOD, **changed)) == []  # type: ignore[arg-type]
