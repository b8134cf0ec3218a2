from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.cloze import (
    BOLD_END,
    BOLD_START,
    GUARD,
    ClozeError,
    cloze_numbers,
    embolden,
    hide_deletions,
    parse_cloze,
    show_deletions,
    strip_marks,
)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("{{c1::one}} and {{c2::two}}", [(1, "one", ""), (2, "two", "")]),
        (r"{{c1::$\sqrt{d_{k}}$}}", [(1, r"$\sqrt{d_{k}}$", "")]),
        (r"{{c1::$\frac{a}{b}$::a fraction}}", [(1, r"$\frac{a}{b}$", "a fraction")]),
        ("{{c3::std::vector::a class}}", [(3, "std::vector", "a class")]),
        (r"{{c1::a \} b}}", [(1, r"a \} b", "")]),
        (r"{{c1::{a::b}}}", [(1, "{a::b}", "")]),
        ("no deletion, {single} and {{double}}", []),
    ],
)
def test_deletions_are_found_by_their_braces(text: str, answers: list[tuple[int, str, str]]) -> None:
    """Braces inside a deletion, TeX or escaped, do not end it; the last `::` starts the hint."""
    assert [(d.number, d.answer, d.hint) for d in parse_cloze(text)] == answers


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("see {{c1::open", 4, "never closed"),
        ("{{c1::}}", 0, "empty"),
        ("{{c0::zero}}", 0, "numbered from c1"),
        ("{{c1::a {{c2::b}} c}}", 0, "holds another"),
    ],
)
def test_a_faulty_deletion_is_named_at_its_place(text: str, offset: int, message: str) -> None:
    """What cannot be read is an error with the offset of the deletion."""
    with pytest.raises(ClozeError, match=message) as error:
        parse_cloze(text)
    assert error.value.offset == offset


def test_only_the_asked_number_is_hidden() -> None:
    """A card hides its own deletions, with their hints, and shows the others."""
    text = "{{c1::a::first}} {{c2::b}} {{c1::c}}"
    assert hide_deletions(text, 1) == f"[first]{GUARD} b [...]{GUARD}"
    assert hide_deletions(text, 2) == f"a [...]{GUARD} c"


def test_the_asked_answer_is_marked() -> None:
    """The shown answer stands between the marks, wherever it is; another number's does not."""
    assert show_deletions("is {{c1::x}} or {{c2::y}}", 1) == f"is {BOLD_START}x{BOLD_END} or y"
    assert show_deletions("$O({{c1::n}})$", 1) == f"$O({BOLD_START}n{BOLD_END})$"


def test_each_line_is_marked() -> None:
    """A mark hugs the text of its line; a line without text has none, a bare number a guard."""
    assert embolden(" a b \n\n- c") == f" {BOLD_START}a b{BOLD_END} \n\n{BOLD_START}- c{BOLD_END}"
    assert embolden("a\\\nb\\\\\nc\\") == (
        f"{BOLD_START}a{BOLD_END}\\\n{BOLD_START}b\\\\{BOLD_END}\n{BOLD_START}c\\{BOLD_END}"
    )
    assert embolden("1986.") == f"{GUARD}{BOLD_START}1986.{BOLD_END}"


def test_marks_of_the_note_are_removed() -> None:
    """A note cannot bring marks of its own."""
    foreign = f"{BOLD_START}{{{{c1::a{GUARD}}}}} b{BOLD_END}"
    assert hide_deletions(foreign, 1) == f"[...]{GUARD} b"
    assert show_deletions(foreign, 2) == "a b"


def test_numbers_are_listed_once_in_order() -> None:
    """A number used twice is one card."""
    assert cloze_numbers("{{c2::a}} {{c1::b}} {{c2::c}}") == (1, 2)


plain = st.text(st.characters(exclude_characters="{}\\:", codec="utf-8"), min_size=1).filter(str.strip)


@given(before=plain, answer=plain, after=plain, number=st.integers(1, 99))
def test_what_is_hidden_comes_back(before: str, answer: str, after: str, number: int) -> None:
    """Hiding takes exactly the answer away, and parsing gives it back."""
    text = f"{before}{{{{c{number}::{answer}}}}}{after}"
    assert strip_marks(hide_deletions(text, number)) == strip_marks(f"{before}[...]{after}")
    assert [d.answer for d in parse_cloze(text)] == [answer]


@given(st.text("{}c1:\\$` x", max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No text of braces and colons makes the parser fail otherwise than by its own error."""
    with contextlib.suppress(ClozeError):
        assert all(text[d.start : d.start + 3] == "{{c" for d in parse_cloze(text))
