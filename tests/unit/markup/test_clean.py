from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizzer.markup.clean import MARKS_LIMIT, clean, clean_line, prepare, shorten

HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "\x1b[31m", "\x1b[", "\x1b]0;title\x07", "\x1b]52;c;", "\x1b\\", "\x07", "\x9b1m", "\x9d",
                "\x9c", "\x1bP", "\x1b(B", "\x1b", "\r\n", "\r", "\u2028", "\x85", "\u202e", "\ufeff",
                "\U000e0041", "\ud800", "\udc00", "a\u0301", "\u0301" * 7, "\u200d", "\x00", "\ufdd0",
            ]
        ),
    )
).map("".join)  # fmt: skip
FORBIDDEN = {"Cc", "Cs"}
DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@given(HOSTILE)
def test_nothing_that_controls_a_terminal_survives(text: str) -> None:
    """Cleaned text has no control but newline and tab, no bidi control, no tag, no surrogate."""
    for character in clean(text):
        assert character in "\n\t" or unicodedata.category(character) not in FORBIDDEN
        assert character not in DIRECTIONS
        assert not 0xE0000 <= ord(character) <= 0xE007F
        assert character not in "\u2028\u2029"


@given(HOSTILE)
@example("a" + "\u0301" * 5 + "\x00" + "\u0301" * 5)
@example("\x1b\x1b[31m[31m")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """Cleaning is idempotent."""
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Sm", "So", "Po", "Zs"])))
def test_ordinary_letters_stay(text: str) -> None:
    """Letters, digits, signs, emoji and blanks of all scripts are left as they are."""
    assert clean(text) == text


@given(HOSTILE)
def test_marks_are_capped(text: str) -> None:
    """No run of combining marks is longer than the cap."""
    run = 0
    for character in clean(text):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert run <= MARKS_LIMIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b[?25lhid\x1b[2 qe", "hide"),
        ("\x1b]0;owned\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d52;c;cm0=\x9cafter", "after"),
        ("\x1bPq#0\x1b\\after", "after"),
        ("\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\after", "after"),
        ("\x1b(Bx\x1b7y\x1bcz", "xyz"),
        ("\x1b]0;never closed and then the rest", "0;never closed and then the rest"),
        ("\x1b]0;title\nnext line\x07", "0;title\nnext line"),
        ("a\x00b\x7fc\x08d", "abcd"),
        ("one\r\ntwo\rthree\u2028four\x85five\x0bsix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("abc\u202edef\u2066g\u200f", "abcdefg"),
        ("\ufeffx\U000e0041y", "xy"),
        ("a\ud800b", "a\ufffdb"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 8),
        ("👩\u200d👩\u200d👧 مرحبا שלום 你好 é नमस्ते", "👩\u200d👩\u200d👧 مرحبا שלום 你好 é नमस्ते"),
        ("[/foo] [bold]x[/bold]", "[/foo] [bold]x[/bold]"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_sequences_go_whole_and_text_stays(text: str, expected: str) -> None:
    """A terminal sequence goes with its payload; what is no sequence stays."""
    assert clean(text) == expected


@pytest.mark.parametrize("unit", ["\x1b]", "\x1b[0;", "\x9d", "\x1bP0", "\u0301", "\x1b", "\ud800"])
def test_much_of_one_thing_is_cleaned(unit: str) -> None:
    """A hundred thousand characters of a hostile unit are cleaned, and the text after them stays."""
    assert clean(unit * (100_000 // len(unit)) + "\nafter").endswith("\nafter")


def test_one_line_is_made_of_many() -> None:
    """Runs of whitespace become one blank, and none stands at the ends."""
    assert clean_line("  a\x1b[1m\n\n b\t c\u2028d ") == "a b c d"


@given(st.text(max_size=400), st.integers(100, 200))
def test_a_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    """The result, its notice included, is at most as long as the limit."""
    assert len(shorten(text, limit)) <= limit


@given(st.text(max_size=100))
def test_a_short_text_stays(text: str) -> None:
    """What fits is returned as it is."""
    assert shorten(text, 100) == text


def test_a_long_text_is_cut_at_a_line_and_says_what_is_missing() -> None:
    """The cut is at the end of a line, and the last line counts what was left out."""
    lines = [f"line {i}" for i in range(1_000)]
    kept, notice = shorten("\n".join(lines), 500).rsplit("\n\n", 1)
    assert kept.split("\n") == lines[: kept.count("\n") + 1]
    assert notice == f"… {len(chr(10).join(lines)) - len(kept):,} more characters are left out."


def test_a_long_line_is_cut_at_a_word() -> None:
    """Where no line ends, the cut is between words."""
    assert shorten("word " * 1_000, 200).split("\n")[0].endswith("word")


def test_a_cut_fence_is_closed() -> None:
    """A code fence that the cut leaves open is closed with as many marks."""
    text = "````python\n" + "x = 1\n" * 1_000
    assert "\nx = 1\n````\n\n… " in shorten(text, 500)


def test_a_closed_fence_is_not_closed_again() -> None:
    """A fence that ends before the cut is left alone."""
    text = "```\ncode\n```\n" + "word " * 1_000
    assert shorten(text, 500).count("```") == 2


def test_a_cut_does_not_part_a_letter_from_its_marks() -> None:
    """The cut stands before a letter, not between it and its accents."""
    kept = shorten("e\u0301" * 1_000, 201).split("\n")[0]
    assert kept.endswith("\u0301")


def test_preparing_cleans_before_it_counts() -> None:
    """What is removed does not count against the limit."""
    assert prepare("\x1b[0m" * 1_000 + "text", 100) == "text"


def test_the_cleaner_needs_only_the_standard_library() -> None:
    """Importing the cleaner loads neither the parser nor the math library."""
    code = (
        "import sys, quizzer.markup.clean; print({'markdown_it', 'texicode', 'textual'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
