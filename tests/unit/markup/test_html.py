from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.markup.html import plain_text, render_html, render_html_inline

MARKDOWN = st.lists(
    st.sampled_from(
        [
            *("a", " ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "```python\n", "|a|\n|-|\n", "**", "`", "$x$"),
            *("$$", "~~", "<b>", "&lt;", "[a](http://x)", "\\(", "]", "\x1b", "é", "{{c1::", "}}"),
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("plain text, as it is.", "<p>plain text, as it is.</p>"),
        ("**b** *i* ~~s~~ `c<d`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c&lt;d</code></p>"),
        ("# Title\ntext", "<h3>Title</h3>\n<p>text</p>"),
        ("- a\n- b", "<ul><li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li>\n<li>b</li>\n</ol>'),
        ("> q", "<blockquote><p>q</p>\n</blockquote>"),
        ("a  \nb\nc", "<p>a<br>\nb\nc</p>"),
        ("a\n\n---", "<p>a</p>\n<hr>"),
        ("[t](http://a/?b&c)", '<p><a href="http://a/?b&amp;c">t</a></p>'),
        ('[t](http://a/"onclick)', '<p><a href="http://a/%22onclick">t</a></p>'),
        ("[t](javascript:x)", "<p>[t](javascript:x)</p>"),
        ("![plot](http://x/y.png)", "<p>[image: plot]</p>"),
        (r"![a &#93; *b* & \<c>](x.png)", "<p>[image: a ] b &amp; &lt;c&gt;]</p>"),
        ("|a|b|\n|:-:|-|\n|1|$p(x|y)$|", None),
        ("is $a < b_{c_{d}}$", r"<p>is \(a &lt; b_{c_{d} }\)</p>"),
        ("$$\na\n$$", r"<p>\[a\]</p>"),
        ("costs $5 or $6", "<p>costs $5 or $6</p>"),
        ("&#8238;&lt;x", "<p>&lt;x</p>"),
        ("a\u202e\x1b[31mb", "<p>ab</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(markdown: str, expected: str | None) -> None:
    """Each construct has its tags; math keeps its TeX; tags and controls of the text are no markup."""
    html = render_html(markdown)
    if expected is None:
        assert '<th style="text-align:center">a</th>' in html
        assert r"<td>\(p(x|y)\)</td>" in html
    else:
        assert html == expected


def test_inline_markdown_has_no_blocks() -> None:
    """A choice such as "- 1" or "1986." is text."""
    assert render_html_inline("- 1") == "- 1"
    assert render_html_inline("1986.") == "1986."
    assert render_html_inline("a\n\n*b* $c$") == r"a <em>b</em> \(c\)"


def test_a_written_delimiter_starts_no_formula() -> None:
    """A backslash before a bracket is shown as it was written, and no search for delimiters meets it."""
    for markdown in (r"a \\(x\\)", r"`\(x\)`", "```python\nr'\\(x\\]'\n```", r"\\[x\\]"):
        html = render_html(markdown)
        assert not re.search(r"\\[()\[\]]", html)
        assert re.search(r"\\[(\[]x\\[)\]]", plain_text(html))


def test_code_is_coloured_by_its_own_styles() -> None:
    """Code in a known language has colours and loses no character; other code is plain."""
    code = "@f\ndef g(x):\n    # <why>\n    return 'a' + 1.5  if x else None\n\n\tpass"
    html = render_html(f"```python\n{code}\n```")
    colours = set(re.findall(r"var\(--quizzer-(\w+),#[0-9a-f]{6}\)", html))
    assert {"keyword", "string", "number", "comment", "name"} <= colours
    assert _Text(html).text == code
    assert "<span" not in render_html("```nosuchlanguage\nx = 1\n```")
    assert "<span" not in render_html("```\nx = 1\n```")


@given(MARKDOWN)
def test_tags_pair_whatever_the_text(markdown: str) -> None:
    """All that is opened is closed in order, only our own tags occur, and no control is left."""
    for html in (render_html(markdown), render_html_inline(markdown)):
        reader = _Text(html)
        assert reader.open == []
        assert "\x1b" not in html
        assert "<b>" not in html


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
