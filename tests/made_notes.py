"""Notes of every kind that hypothesis makes, as a deck file can hold them."""

from __future__ import annotations

from hypothesis import strategies as st

from quizzer.content.decoding import CONTROL
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.core.note_fields import as_stored

WORDS = st.sampled_from(
    ["no", "12:30", "null", "~", ": ", " #", "- ", "? ", "'", '"', "{{c1::", "}}", "\\", "%", "@", "`", "---"]
)
CHARACTERS = st.characters(exclude_categories=["Cs"]).filter(lambda sign: not CONTROL.match(sign))
PIECES = st.one_of(
    WORDS,
    st.sampled_from(["\n", "\n\n", " ", "   ", "\t", "a", "b c", "$x^2$"]),
    st.text(CHARACTERS, max_size=5),
)


def texts() -> st.SearchStrategy[str]:
    """Return texts of several lines with all that means something to YAML."""
    return st.lists(PIECES, min_size=1, max_size=12).map(lambda p: as_text("".join(p))).filter(bool)


def as_text(text: str) -> str:
    """Return a text as a file keeps it."""
    return as_stored(Note("x", NoteKind.BASIC, text)).question


def lines() -> st.SearchStrategy[str]:
    """Return texts of one line."""
    return texts().map(lambda text: " ".join(text.split())).filter(bool)


def ids() -> st.SearchStrategy[str]:
    """Return ids of notes."""
    return st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True).filter(lambda i: i != "kata")


def _unique(items: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, unique=True, max_size=most).map(tuple)


ACCEPTS = st.one_of(
    st.builds(Accept, texts=st.lists(lines(), unique=True, min_size=1, max_size=3).map(tuple)),
    st.builds(Accept, regex=st.sampled_from(["a+b", r"log-?sum-?exp", r"^\s*x: y #z$"])),
    st.builds(
        Accept,
        number=st.sampled_from(["0.5", "-3", "1e-3", "+.5", "007"]),
        unit=st.one_of(st.just(""), lines()),
        tolerance=st.sampled_from(["", "1%", "0.05"]),
    ),
)


@st.composite
def notes(draw: st.DrawFn, names: st.SearchStrategy[str] | None = None) -> Note:
    """Draw a note of any kind; `names` are its ids."""
    kind = draw(st.sampled_from(list(NoteKind)))
    note_id = draw(names or ids())
    question, answer = draw(texts()), draw(texts())
    choices, accept, reverse = None, None, False
    match kind:
        case NoteKind.BASIC:
            reverse = draw(st.booleans())
        case NoteKind.CLOZE:
            plain = question.replace("{{", "((").replace("}}", "))")
            question = as_text(f"{plain} {{{{c1::a}}}} {{{{c{draw(st.integers(1, 499))}::b}}}}")
        case NoteKind.CHOICES:
            right, *wrong = draw(
                st.lists(texts(), min_size=2, max_size=4, unique_by=lambda text: tuple(text.split()))
            )
            choices = Choices(right, tuple(wrong))
        case NoteKind.ACCEPT:
            accept = draw(ACCEPTS)
    if kind is not NoteKind.BASIC and draw(st.booleans()):
        answer = ""
    source = st.builds(Source, texts(), st.one_of(st.none(), st.sampled_from(list(Checked))))
    return Note(
        note_id,
        kind,
        question,
        answer,
        reverse,
        choices,
        accept,
        level=draw(st.one_of(st.none(), st.sampled_from(list(Level)))),
        topics=draw(_unique(ids())),
        tags=draw(_unique(lines())),
        points=draw(_unique(texts())),
        pitfall=draw(st.one_of(st.just(""), texts())),
        source=draw(st.one_of(st.none(), source)),
        kata=draw(st.one_of(st.just(""), ids())),
        wants_kata=draw(st.one_of(st.just(""), ids())),
        was=draw(_unique(ids().filter(lambda old: old != note_id), most=2)),
    )
