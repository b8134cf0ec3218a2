"""Anki's deletions in HTML as ours in Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.cloze import parse_cloze
from quizzer.exchange.anki.cloze import cloze_to_anki
from quizzer.exchange.anki.reading.cloze_text import DeletionError, cloze_from_anki

PIECES = [
    "{{c1::", "{{c2::", "}}", "::", "}", "{", "a", " ", "<b>", "</b>", "<div>", "</div>", "<br>", r"\(",
    r"\)", "<code>", "</code>", "&nbsp;", "&#123;", r"\frac{a}{b}", "$", "*", "-", "`", "\n", "\\",
    "<!-- -->", "\ufdd6",
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a {{c1::b}} c {{c2::d::hint}}", "a {{c1::b}} c {{c2::d::hint}}"),
        ("{{c1::a::b::c}}", "{{c1::a::b:&#58;c}}"),
        ("{{c1::a::{b}} {{c2::a::<b>h</b>}}", "{{c1::a::&#123;b}} {{c2::a::**h**}}"),
        (r"{{c1::a::\(\frac{a}{b} \)}}", r"{{c1::a::$\frac{a}{b}$}}"),
        ("{{c1::<b>a</b> * b}}", "{{c1::**a** * b}}"),
        ("<b>{{c1::a}}</b>", "**{{c1::a}}**"),
        (r"{{c1::\(x_{i}\)}} b", "{{c1::$x_{i}$}} b"),
        (r"\(x^{ {{c1::\frac{a}{b} }} }\)", r"$x^{ {{c1::\frac{a}{b}}} }$"),
        (r"{{c1::\(\frac{a}{b}\)}}", r"{{c1::$\frac{a}{b}$}}"),
        (r"\({{c1::\frac{a}{b}}}\)", r"${{c1::\frac{a}{b}}}$"),
        ("f{x} {{c1::{y}}} {{c2::z{}}", "f{x} {{c1::&#123;y&#125;}} {{c2::z&#123;}}"),
        ("{{c1::a&#58;:b}}", "{{c1::a::b::}}"),
        ("<code>f{{{c1::x}}}</code>", "`f{{{c1::x}}}`"),
        ("<code>{{c1::f{x}}}</code> <code>{{c2::a}}</code>", "`{{c1::f{x}}}` `{{c2::a}}`"),
        ("<pre>def f():\n    {{c1::return {1: 2}}}</pre>", "```\ndef f():\n    {{c1::return {1: 2}}}\n```"),
        ("{{c1::<ul><li>a</li><li>b</li></ul>}}", "{{c1::- a\n- b}}"),
        ("x<br>{{c1::a<br>b}}", "x\\\n{{c1::a\\\nb}}"),
        ("{{c1::- a}} {{c1::# b}}", "{{c1::\\- a}} {{c1::# b}}"),
        ("<b>a {{c1::b</b> c}} d", "**a {{c1::b c}}** d"),
        ("{{c1::a <i>b <b>c</b>}} d</i>", "*{{c1::a b **c**}} d*"),
        ("<a href=http://a.b>c {{c1::d</a> e}}", "[c {{c1::d e}}](http://a.b)"),
        ("<math><mi>x{</mi></math> {{c1::<math><mi>y}</mi></math>}}", r"$x\{$ {{c1::$y\}$}}"),
        ('{{c1::<img src="a.png">}}', "{{c1::![](media/a.png)}}"),
        ("{{c1::a}} {{c2::b", "{{c1::a}} &#123;{c2::b"),
        ("{{c1::a}} {&#123;c2::b}}", "{{c1::a}} &#123;{c2::b}}"),
    ],
)
def test_deletions_become_ours(html: str, expected: str) -> None:
    """Where Anki ends one and parts its hint, so do we, whatever braces and colons stand in it."""
    assert cloze_from_anki(html) == expected


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("nothing", "hides nothing"),
        ("{{c1::a {{c2::b}} }}", "holds another one"),
        ("{{c1,2::a}}", "two numbers"),
        ("{{c0::a}}", "the number 0"),
        ("{{c500::a}}", "the number 500"),
        ("{{c1:: }}", "is empty"),
        ("<style>{{c1::y}}</style>", "cut through"),
        ("{{c1::a}}" * 501, "more than 500"),
    ],
)
def test_what_ours_cannot_be_is_told(html: str, said: str) -> None:
    """The sentence says what is wrong and what to do in Anki."""
    with pytest.raises(DeletionError, match=said) as told:
        cloze_from_anki(html)
    assert "Anki" in str(told.value) or "expected" in str(told.value)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_read_or_told(html: str) -> None:
    """Whatever comes out has the deletions that Anki sees, in their order."""
    try:
        markdown = cloze_from_anki(html)
    except DeletionError:
        return
    anki = [int(number) for number in re.findall(r"\{\{c(\d+)::(?=.*?\}\})", html, re.DOTALL)]
    assert [each.number for each in parse_cloze(markdown)] == anki[: len(parse_cloze(markdown))]
    assert parse_cloze(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "Costs {{c1::$O(T^2 d)$}} time and {{c2::$O(T^2)$::how much?}} memory.",
        "**{{c1::a}}** *b {{c2::c}}* {{c1::`f(x)`}}",
        "- {{c1::a}}\n- b {{c2::c}}",
        r"$x^{{c1::2}}$ and {{c2::$\frac{a}{b}$}}",
        "| a | {{c1::b}} |\n| --- | --- |\n| {{c2::c}} | d |",
    ],
)
def test_a_cloze_that_was_exported_means_the_same_when_it_comes_back(markdown: str) -> None:
    """What an export writes of it is read as deletions that are written as the same HTML."""
    html = cloze_to_anki(markdown)
    assert cloze_to_anki(cloze_from_anki(html)) == html
