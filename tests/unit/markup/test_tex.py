from __future__ import annotations

from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.tex import inline_math, is_whole, math_rows

PIECES = st.lists(
    st.sampled_from(
        [
            "\\frac", "{", "}", "^", "_", "\\sqrt", "[", "]", "\\left(", "\\right)", "\\sum", "x", "ж",
            "1", " ", "&", "\\\\", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{cases}",
            "\\end{cases}", "'", "~", "%", "$", "\\text{a b}", "\\hat", "\\mathbf", "\\", "\\alpha", "|",
            "\\|", "\\bigl", "\\not", "é", "你", "\x1b[1m", "\\left.", "\\middle|", "\\begin{array}{cc}",
            "\\end{array}", "\\binom", "\\pmod", "?", "-", "=", "(",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


class Golden(Protocol):
    """What the conftest reads from the file of formulas."""

    tex: str
    line: str | None
    rows: tuple[str, ...] | None


def test_a_formula_on_a_line_is_as_it_was_checked(golden: Golden) -> None:
    """The line of a golden formula is the one that was compared with its TeX by eye."""
    assert inline_math(golden.tex) == golden.line


def test_a_drawn_formula_is_as_it_was_checked(golden: Golden) -> None:
    """The rows of a golden formula are those that were compared with its TeX by eye."""
    assert math_rows(golden.tex) == golden.rows


@given(PIECES)
def test_no_tex_raises_on_a_line(tex: str) -> None:
    """Whatever stands between dollars gives one clean line or nothing."""
    line = inline_math(tex)
    assert line is None or (line.isprintable() and "\\" not in line.replace("\\backslash", ""))


@given(PIECES)
def test_no_tex_raises_in_rows(tex: str) -> None:
    """Whatever stands between dollars gives clean rows or nothing."""
    rows = math_rows(tex)
    assert rows is None or all(row.isprintable() for row in rows)


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    """Text that is no TeX gives a line and rows, or nothing."""
    inline_math(text)
    math_rows(text)


@given(PIECES)
def test_the_rows_hold_every_letter(tex: str) -> None:
    """A letter of the TeX stands in the drawn rows as often as there."""
    rows = math_rows(tex)
    if rows is not None:
        assert "".join(rows).count("ж") == tex.count("ж")


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\frac{a}{bc}", "a/(bc)"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{a}{\frac{b}{c}}", "a/(b/c)"),
        (r"x \frac{a}{b}", "x (a/b)"),
        (r"\frac{a}{b} x", "(a/b) x"),
        (r"\log \frac{a}{b}", "log (a/b)"),
        (r"\sum_i \frac{a}{b}", "∑ᵢ (a/b)"),
        (r"\frac{a}{b} + \frac{c}{d}", "a/b + c/d"),
        (r"\frac{a}{b} \cdot \frac{c}{d}", "(a/b) · (c/d)"),
        (r"\frac{-1}{2}", "(−1)/2"),
        (r"\frac{(a)(b)}{c}", "((a)(b))/c"),
        (r"\frac{(a+b)}{c}", "(a + b)/c"),
        (r"\sqrt{ab}", "√(ab)"),
        (r"\sqrt{a} b", "√(a) b"),
        (r"\sqrt{d_k}", "√dₖ"),
        (r"\sqrt{\sqrt{x}}", "√(√x)"),
        (r"x^{n+1}", "xⁿ⁺¹"),
        (r"x^{n+q}", "x^(n+q)"),
        (r"x_{(i)}", "x₍ᵢ₎"),
        (r"PE_{(pos,q)}", "PE_(pos,q)"),
        (r"e^{\frac{a}{b}}", "e^(a/b)"),
        (r"{x_i}^2", "(xᵢ)²"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\log x y", "log x y"),
        (r"2\log n", "2 log n"),
        (r"d_{\text{model}} h", "d_model h"),
        (r"W_QK", "W_Q K"),
        (r"\mathrm{KL}A", "KL A"),
        (r"a-b", "a − b"),
        (r"|-x|", "|−x|"),
        (r"|x|-|-y|", "|x| − |−y|"),
        (r"||x|-|y||", "||x| − |y||"),
        (r"p(x|-y) - z", "p(x|−y) − z"),
        (r"\|-x\|_2 - 1", "‖−x‖₂ − 1"),
        (r"|x|^2 - y", "|x|² − y"),
        (r"(1, 0, \ldots, 0)", "(1, 0, …, 0)"),
        (r"\max(m, \max_j s_j)", "max(m, maxⱼ sⱼ)"),
        (r"f(x,y)", "f(x,y)"),
        (r"=-b", "= −b"),
        (r"f: X \to Y", "f : X → Y"),
        (r"α × β", "α × β"),
    ],
)
def test_a_line_means_what_the_tex_means(tex: str, line: str) -> None:
    """Parentheses and blanks keep the meaning that the layout had."""
    assert inline_math(tex) == line


@pytest.mark.parametrize(
    "tex",
    [
        "", " ", "{}", "^2", "x^", "x^{}", "x__i", r"\frac{a}", r"\frac{}{b}", r"\left( x",
        r"x \right)", "{", "}", r"\begin{pmatrix} a", r"\begin{foo} a \end{foo}",
        r"\begin{cases} a \end{pmatrix}", r"\label{x}", r"\tag{1}", r"\text{a $b$ c}",
        r"\overline{ab}", r"\widehat{xy}", r"\substack{a \\ b}", r"\xrightarrow{f}", r"f'^2",
        r"\mathrm{a b}", r"\mathbf{a+b}", r"\cancel{x}", r"\operatorname{a_b}", "a # b", "a $ b",
        r"\unknown", "a\\", r"\left\foo x \right)", r"\begin{array}{c|c} a & b \end{array}",
        r"\\[2pt]", "你",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(tex: str) -> None:
    """Unknown or malformed TeX gives neither a line nor rows."""
    assert inline_math(tex) is None
    assert math_rows(tex) is None


@pytest.mark.parametrize("unit", ["{", "\\frac{", "x^{", "\\left(", "\\sqrt{", "\\hat", "\\begin{matrix}"])
def test_deep_nesting_is_refused(unit: str) -> None:
    """Nesting beyond the limit gives nothing instead of exhausting the stack."""
    assert inline_math(unit * 100) is None
    assert math_rows(unit * 100) is None


def test_a_long_formula_is_refused() -> None:
    """More than two thousand characters are no formula."""
    assert inline_math("x" * 2_000) == "x" * 2_000
    assert inline_math("x" * 2_001) is None
    assert math_rows("x" * 2_001) is None


def test_wide_letters_are_not_drawn() -> None:
    """A letter of two cells would push the columns apart, so rows are refused and a line is not."""
    assert inline_math(r"\text{注意} + x") == "注意 + x"
    assert math_rows(r"\frac{\text{注意}}{x}") is None


def test_what_the_library_draws_wrong_is_drawn_right() -> None:
    """An exponent without an index form stays beside an index, and a group keeps its parentheses."""
    assert math_rows("x_i^T") == ("xᵢᵀ",)
    assert math_rows("{a+b}^2") == ("(a + b)²",)
    assert math_rows(r"\acute{x}") == ("x\u0301",)


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1}", ("     −1", "⎛a b⎞", "⎝c d⎠")),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}^T_k", ("     T", "⎛a b⎞", "⎝c d⎠", "     k")),
        (r"\begin{pmatrix}a\\b\\c\end{pmatrix}^T", ("   T", "⎛a⎞", "⎜b⎟", "⎝c⎠")),
        (r"\begin{pmatrix}a&b\end{pmatrix}^\top", ("     T", "(a b)")),
        (r"\begin{cases}a\\b\end{cases}^2", None),
        (r"\begin{matrix}a\\b\end{matrix}_k", None),
    ],
)
def test_an_exponent_of_a_matrix_has_its_own_row(tex: str, rows: tuple[str, ...] | None) -> None:
    """Beside the first row of two it would read as an operand; without a delimiter it is refused."""
    assert math_rows(tex) == rows


def test_a_quad_parts_what_stands_on_a_row() -> None:
    """A `quad` is three blanks in rows, and one on a line."""
    assert math_rows(r"a, \quad b \qquad c \, d") == ("a,   b   c d",)
    assert inline_math(r"a, \quad b") == "a, b"


def test_a_lost_letter_is_noticed() -> None:
    """A drawing that lost a placeholder, or has one twice, is not whole."""
    first, second = "\u3400", "\u3401"
    assert is_whole([f" {first}─", second], 2)
    assert not is_whole([first], 2)
    assert not is_whole([first, second, second], 2)


def test_a_question_mark_of_the_source_is_shown() -> None:
    """A question mark is no sign of an unknown macro when the source has it."""
    assert math_rows(r"x = ?") == ("x = ?",)
