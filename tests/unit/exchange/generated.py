"""Notes as hypothesis draws them: every kind and field, with what formats are broken by."""

from __future__ import annotations

from hypothesis import strategies as st

from quizzer.core.cloze import ClozeError, cloze_numbers
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source

# Where files break: separators, quotes, marks of Markdown and HTML, comments, other scripts, other spaces.
_WORDS = r"""
a B é 中 " "" , ; | # ## - -- --> <!-- <b> &lt; & \ \n [ ] [x](y) - ** * _ ` ``` $x$ $$ {{ }} :: ::: Q: A: ==
~~~ 1. > = +1 @ --- \!-- <\!-- <!--x-->
"""
_LINES = ("?", "```", "---", "# x", "### x", "**Answer**", "- [x] y", "<!-- id: x -->", "x <!-- answer -->")
_SPACES = (" ", "  ", "\t", "\n", "\n\n", "\n ", "\u00a0", "\u2003", "\u0301", " <!-- id: x -->\n")
_PIECES = st.sampled_from([*_WORDS.split(), *_SPACES, *(f"\n{line}\n" for line in _LINES)])


def _text(most: int) -> st.SearchStrategy[str]:
    return (
        st.lists(_PIECES, min_size=1, max_size=most)
        .map(lambda pieces: "".join(pieces).strip("\r\n").rstrip())
        .filter(lambda text: bool(text.strip()))
    )


def _line(most: int = 4) -> st.SearchStrategy[str]:
    return _text(most).map(lambda text: " ".join(text.split("\n")).strip()).filter(bool)


TEXTS = _text(12)
LINES = _line()
IDS = st.sampled_from(["x", "y2", "some-note", "a-b-c-1", "kv-cache", "0", "q", "answer", "id"])
ID_LISTS = st.lists(IDS, max_size=3, unique=True).map(tuple)
TEXT_LISTS = st.lists(TEXTS, max_size=3, unique=True).map(tuple)
LINE_LISTS = st.lists(LINES, max_size=3, unique=True).map(tuple)


@st.composite
def clozes(draw: st.DrawFn) -> str:
    """Return a text with at least one deletion."""
    parts = []
    for number in draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)):
        hint = draw(st.sampled_from(["", "::hint"]))
        parts.append(f"{draw(TEXTS | st.just(''))}{{{{c{number}::{draw(_text(3))}{hint}}}}}")
    return "".join(parts).strip("\n").rstrip()


def _is_cloze(text: str) -> bool:
    try:
        return bool(cloze_numbers(text))
    except ClozeError:
        return False


@st.composite
def _choices(draw: st.DrawFn) -> Choices:
    answers = draw(st.lists(TEXTS, min_size=2, max_size=5, unique_by=lambda text: tuple(text.split())))
    return Choices(answers[0], tuple(answers[1:]))


ACCEPTS = st.one_of(
    st.lists(LINES, min_size=1, max_size=3, unique=True).map(lambda texts: Accept(texts=tuple(texts))),
    st.just(Accept(regex=r"log-?sum,\s\"exp|x")),
    st.builds(
        Accept,
        number=st.sampled_from(["0.5", "1e-3", "-7"]),
        unit=LINES | st.just(""),
        tolerance=st.sampled_from(["", "1%", "0.05"]),
    ),
)


@st.composite
def notes(draw: st.DrawFn, note_id: str | None = None) -> Note:
    """Return a note as a deck could hold it."""
    kind = draw(st.sampled_from(NoteKind))
    question = draw(clozes().filter(_is_cloze)) if kind is NoteKind.CLOZE else draw(TEXTS)
    cite = draw(TEXTS | st.just(""))
    return Note(
        id=note_id or draw(IDS),
        kind=kind,
        question=question,
        answer=draw(TEXTS if kind is NoteKind.BASIC else TEXTS | st.just("")),
        reverse=kind is NoteKind.BASIC and draw(st.booleans()),
        choices=draw(_choices()) if kind is NoteKind.CHOICES else None,
        accept=draw(ACCEPTS) if kind is NoteKind.ACCEPT else None,
        level=draw(st.none() | st.sampled_from(Level)),
        topics=draw(ID_LISTS),
        tags=draw(LINE_LISTS),
        points=draw(TEXT_LISTS),
        pitfall=draw(TEXTS | st.just("")),
        source=Source(cite, draw(st.none() | st.sampled_from(Checked))) if cite else None,
        kata=draw(IDS | st.just("")),
        wants_kata=draw(IDS | st.just("")),
        was=draw(ID_LISTS),
    )


NOTE_LISTS = st.lists(IDS, min_size=1, max_size=4, unique=True).flatmap(
    lambda ids: st.tuples(*(notes(note_id) for note_id in ids))
)
