from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzer.core.cloze import ClozeError, cloze_numbers
from quizzer.exchange.anki.cloze import cloze_to_anki

# As Anki reads it: the first `}}` ends a deletion, the first `::` in it starts the hint.
ANKI = re.compile(r"\{\{c(\d+)::(.*?)\}\}", re.DOTALL)
PIECES = st.sampled_from(
    [
        *(
            "::",
            "a",
            "b c",
            "{}}",
            " ",
            "\n",
            "\n\n",
            "- ",
            "**",
            "`",
            "$",
            "$$",
            "```python\n",
            "\n```\n",
            "{",
            "}",
        ),
        *("x_{1}", "\\frac", "(", ")", "[l](http://x)", "1986.", "|", "<b>", ":"),
    ]
)
TEXT = st.lists(PIECES, max_size=5).map("".join)
CLOZES = st.lists(st.tuples(TEXT, st.integers(1, 3), TEXT), min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("{{c1::one}} {{c2::two::hint}}", "<p>{{c1::one}} {{c2::two::hint}}</p>"),
        (r"{{c1::$\frac{a}{b_{c}}$}}", r"<p>{{c1::\(\frac{a}{b_{c} }\)}}</p>"),
        ("$x^{{c1::2}}$", r"<p>\(x^{ {{c1::2}} }\)</p>"),
        (r"$${{c1::a::b_{c}}}$$", r"<p>\[{{c1::a::b_{c} }}\]</p>"),
        (r"$$a {{c1::::}}$$", None),
        ("{{c1::a\nb::h}}", "<p>{{c1::a\nb::h}}</p>"),
        ("- {{c1::a}}\n- {{c2::b}}", "<ul><li>{{c1::a}}</li>\n<li>{{c2::b}}</li>\n</ul>"),
        ("{{c1::- a\n- b}}", "<ul><li>{{c1::a}}</li>\n<li>{{c1::b}}</li>\n</ul>"),
        ("{{c1::**a** (b)}}", "<p>{{c1::<strong>a</strong> (b)}}</p>"),
        ("**{{c1::a}}**", "<p><strong>{{c1::a}}</strong></p>"),
        ("`{{c1::a}} b`", "<p><code>{{c1::a}} b</code></p>"),
        ("{{c1::`{}` is {x: {1}}}}", "<p>{{c1::<code>{}</code> is {x: {1}<!-- -->}<!-- -->}}</p>"),
        ("{{c1::1986.}}", "<p>{{c1::1986.}}</p>"),
        ("{{c1::<b>}} &amp;", "<p>{{c1::&lt;b&gt;}} &amp;</p>"),
        ("{{{c1::a}}", "<p>{<!-- -->{{c1::a}}</p>"),
        (
            "[t](http://x/{{c1::y}})",
            '<p><a href="http://x/%5B...%5D">t</a></p><ul class="deletions"><li>{{c1::<p>y</p>}}</li></ul>',
        ),
    ],
)
def test_deletions_are_written_as_anki_reads_them(markdown: str, expected: str | None) -> None:
    """Deletions stay in text, math, code, lists and marks; what HTML cannot enclose is listed below."""
    if expected is None:
        with pytest.raises(ClozeError):
            cloze_to_anki(markdown)
    else:
        assert cloze_to_anki(markdown) == expected


def test_code_is_coloured_around_a_deletion() -> None:
    """A deletion in a block of code stands between the spans of the colours, never within a tag."""
    html = cloze_to_anki("```python\ndef {{c1::f(x)}}: return 'a{{c2::b}}c'\n```")
    assert "{{c1::" in html
    assert re.sub(r"<[^>]*>", "", html) == "def {{c1::f(x)}}: return 'a{{c2::b}}c'"
    assert all("{{" not in tag for tag in re.findall(r"<[^>]*>", html))
    assert html.count("<span") == html.count("</span>")
    assert "--quizzer-string" in html


def test_marks_of_a_foreign_text_are_no_deletions() -> None:
    """Characters that this program marks with are taken out of the text first."""
    html = cloze_to_anki("\U0010ff00\U0010ff10a\U0010ff11 \ufde0\ufdd3b\ufdd4 {{c1::c\U0010ff11}}")
    assert html == "<p>a b {{c1::c}}</p>"


def test_a_deletion_that_cleaning_would_make_is_none() -> None:
    """Text that turns into a deletion only when it is cleaned stays text."""
    html = cloze_to_anki("{\u202e{c7::x}} {{c1::a}}")
    assert numbers(html) == [1]
    assert "c7::x" in html


@given(CLOZES, TEXT)
def test_anki_finds_the_same_numbers(parts: list[tuple[str, int, str]], end: str) -> None:
    """Whatever Markdown surrounds them: each number is there, none is added, and no mark is left."""
    markdown = "".join(f"{before}{{{{c{number}::{answer}}}}}" for before, number, answer in parts) + end
    try:
        expected = cloze_numbers(markdown)
    except ClozeError:
        assume(False)
    html = cloze_to_anki(markdown)
    assert sorted(set(numbers(html))) == list(expected)
    assert not re.search("[\ufdd0-\ufdef\U0010ff00-\U0010ff1f]", html)
    for _, answer in ANKI.findall(html):
        assert answer.count("::") <= 1
        assert re.sub(r"<[^>]*>", "", answer.partition("::")[0]).strip()


def numbers(html: str) -> list[int]:
    """Return the numbers of the deletions that Anki reads."""
    return [int(number) for number, _ in ANKI.findall(html)]
