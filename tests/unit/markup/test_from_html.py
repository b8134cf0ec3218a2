r"""HTML of other programs as Markdown: it shows the same, and runs nothing."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizzer.markup.from_html import from_html, from_html_line, plain_from_html
from quizzer.markup.html import render_html
from quizzer.markup.html_tree import MAX_LENGTH
from quizzer.markup.media_links import media_of
from quizzer.markup.prices import find_prices

# Words and signs that mean something in Markdown, and what parts them.
SIGNS = r"""
a b1 x_y 5 $5 * ** _ ` `` [ ] ( ) ]( ! <b> &amp; & # - + 1. 2) > | ~~ ~ \ \( $x$ $x^2$ {{c1::z}} === --- ***
: http://a.b/c_d <http://a.b> [t](http://u.v/w) **q** *w* `k` é — :: \* \$ ]: $ [x]: {{ }}
"""
WORDS = st.sampled_from(SIGNS.split())
GAPS = st.sampled_from(["", " ", "\n", "\n\n", "\n- ", "\n  ", "\n\n- ", "\n> ", "\\\n"])
markdown = st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=10).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
# What Markdown has, and no text needs: empty blocks, breaks at an edge, the same mark twice.
UNUSUAL = re.compile(
    r"<(li|blockquote|h3|code|strong|em|s|a)\b[^>]*>\s*</|<(p|em|strong|s|li|td|th|a)\b[^>]*>\s*<br>|<br>\s*(?:<br>|</)"
    r"|(?s:<h3>(?:(?!</h3>).)*<br>)|<a href=\"(?!http)|</a><a|</em></em>|<code>\s|\s</code>"
)
TAGS = """
b i u div p br ul li ol table tr td th pre code a img span script style iframe sub sup blockquote h1 hr
anki-mathjax font svg math
"""
PIECES = [
    "x", " ", "\n", "&lt;", "&amp;", "&#60;script&#62;", r"\(a\)", r"\[b\]", "[sound:q.mp3]", "$", "*", "`",
    "[latex]x[/latex]", "$5", "5", "<!--", "-->", "<", '"', "'", "javascript:", "{{c1::a}}", "&nbsp;",
    "&#27;[31m", "\x1b[31m", "&#8238;", "&#99999999999999999999;", "<![CDATA[", "\ufdd6", "&#xfdd6;",
]  # fmt: skip
ATTRIBUTES = [
    "", " onclick='x'", " src=y.png", " href='javascript:alert(1)'", " href=http://a.b", " '", ' "', " /",
    " class='language-x'", " style='font-weight:bold'",
]  # fmt: skip
fragments = st.one_of(
    st.sampled_from(PIECES),
    st.builds(lambda tag, more: f"<{tag}{more}>", st.sampled_from(TAGS.split()), st.sampled_from(ATTRIBUTES)),
    st.sampled_from(TAGS.split()).map(lambda tag: f"</{tag}>"),
    st.text(max_size=5),
)
RUNS = re.compile(
    r"<(?:script|iframe|style|object|svg|img|embed)\b|\son\w+=|href=\"(?!https?:|ftp:|mailto:)", re.IGNORECASE
)


@given(markdown)
@example("1. é\n- ---")
@example("*a* *b* **c**_d_ ***e***")
@example("**_e_** **_f_ g** _**h** i_")
@example("- a\n\n  b\n- c\n  1. d\n     - e")
@example("| a | b |\n|---|:-:|\n| `x\\|y` | $p(x|y)$ \\| $5 \\| 6 |")
@example("$$\na\n= b\n$$\n\n```\n  code *x*\n\n```\n\n### h #\\#")
@example("$5 $*$$y$$")
@example("\\\\$")
def test_markdown_that_became_html_means_the_same_when_it_comes_back(text: str) -> None:
    """Whatever an export writes of a note, a reading gives Markdown that is written as the same HTML."""
    html = render_html(text)
    if not UNUSUAL.search(html) and not is_marked_twice(html):
        assert meaning(render_html(from_html(html))) == meaning(html)


@given(st.lists(fragments, max_size=25).map("".join))
@example("&#8238;&#xfdd6;&#27;[31m&#155;")
def test_nothing_of_foreign_html_runs(html: str) -> None:
    """Any HTML is read, and what comes of it holds no tag, handler or escape that would do anything."""
    text = from_html(html)
    assert not RUNS.search(re.sub(">[^<]*<", "><", f">{render_html(text)}<"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ufdd0-\ufdef]", text)
    assert "\n" not in from_html_line(html)
    assert find_prices(text) == ()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<div>b</div><div>c<br></div><div><b>x </b>y</div>", "a\n\nb\n\nc\n\n**x** y"),
        ("a<br><br>b<br>c", "a\n\nb\\\nc"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ('<ol start="3"><li>a<li>b</ol>', "3. a\n4. b"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
        ("<b><div>a</div><div>b</div></b>", "**a**\n\n**b**"),
        ("<span style='font-weight: 700'>a</span><font color=red>b</font>", "**a**b"),
        ("<b>(</b>x", "**(**&#120;"),
        ("x<b>(y)</b>", "&#120;**(y)**"),
        ("x<i>y</i>z", "x*y*z"),
        ("~~a~~", "\\~\\~a\\~\\~"),
        ("&nbsp;a&nbsp;&nbsp;b &lt;script&gt; {{x}} $5", "a b \\<script> {{x}} \\$5"),
        ("a $ b", "a $ b"),
        ("$5 to $6", "\\$5 to \\$6"),
        ("- a", "\\- a"),
        ("1. a<br># b", "1\\. a\\\n\\# b"),
        ("[a](b) [c]: d", "[a&#93;(b) [c&#93;: d"),
        (r"C:\dir \* \alpha", r"C:\dir \\\* \alpha"),
        ("<a href='http://a.b/(c)'>t</a>!<a href='https://a.b'>u</a>", "[t](<http://a.b/(c)>)\\![u](https://a.b)"),
        ("<a href='javascript:x'>t</a><a href=' JAVASCRIPT:x'>u</a>", "tu"),
        ("<pre><code class='language-python'>a\n  b\n</code></pre>", "```python\na\n  b\n```"),
        ("<pre>a<br>```<div>b</div></pre>", "````\na\n```\nb\n````"),
        ("<code>x<b>`</b></code> <kbd>y</kbd>", "`` x` `` `y`"),
        ("<table><tr><td>1<td>2|3<tr><td>4</table>", "|  |  |\n| --- | --- |\n| 1 | 2\\|3 |\n| 4 |  |"),
        (
            "<table><tr><th>a<th colspan=2>b<th>c<tr><td>1<td>2<td>3<td>4</table>",
            "| a | b |  | c |\n| --- | --- | --- | --- |\n| 1 | 2 | 3 | 4 |",
        ),
        (
            "<table><tr><th>a<th>b<tr><td rowspan='2'>1<td>2<tr><td>3<tr><td>4<td rowspan=x>5</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |\n| 4 | 5 |",
        ),
        ("<table><tr><th>a<th>b<tr><td>1<td rowspan=9 colspan=0>2<tr><td>3</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |"),
        ("<table><tr><th><ul><li>x<li><b>y</b></ul><th><div><ol><li>p<li>q</ol></div>z</table>",
            "| • x • **y** | 1. p 2. q z |\n| --- | --- |"),
        ("<table><caption><b>t</b></caption><tr><th>a</table>", "**t**\n\n| a |\n| --- |"),
        ("<code>a<div>b*</div></code>", "```\na\nb*\n```"),
        ("<a href=http://a.b><div>t</div></a><sub><div>1</div></sub>", "[t](http://a.b)\n\n₁"),
        ("<blockquote>a<p>b</blockquote>c", "> a\n>\n> b\n\nc"),
        ("<h2>a<br>b</h2>c<hr>d", "## a b\n\nc\n\n___\n\nd"),
        (r"\(a &lt; b\) t \[x_<b>1</b>\] y", "$a < b$ t\n\n$$x_1$$\n\ny"),
        (r"<span class='tex2jax_ignore'>&#92;</span>(x\)", r"\\(x\\)"),
        (r"<code>\(x\)</code>", r"`\(x\)`"),
        ("<anki-mathjax>a^2</anki-mathjax><anki-mathjax block='true'>b</anki-mathjax>", "$a^2$\n\n$$b$$"),
        ("[$]x^2[/$] [$$]y[/$$] [latex]$z$[/latex]", "$x^2$\n\n$$y$$\n\n$z$"),
        (r"[latex]\begin{align*}x&=1\end{align*}[/latex]", r"$$\begin{aligned}x&=1\end{aligned}$$"),
        ("[latex]Let $x$ be $$y$$ \\$5 \\[z\\].[/latex]", "Let $x$ be\n\n$$y$$\n\n\\$5\n\n$$z$$\n\n."),
        ("[latex]$z$ text $w$[/latex] [latex]only words[/latex]", "$z$ text $w$ only words"),
        ("[latex]a $b[/latex] [latex]\\begin{tabular}{c} a \\end{tabular}[/latex]",
            "a $b `\\begin{tabular}{c} a \\end{tabular}`"),
        (r"<i>[latex]\textbf{Def.} \emph{a} \texttt{b}\\$c$ \foo{d}[/latex]</i>",
            "_**Def.** a `b`\\\n$c$ \\foo{d}_"),
        (r"3\(x\)4 \(5 per h\) \([0,1)\)", r"3\(x\)4 \(5 per h\) $[0,1)$"),
        ("H<sub>2</sub>O 10<sup>-3</sup> x<sub>ab</sub>", "H₂O 10⁻³ x$_{\\text{ab}}$"),
        ("<img src='a%20b.png' alt='[q]'>[sound:c.mp3]", "![&#91;q&#93;](<media/a b.png>)![](media/c.mp3)"),
        ("<img src='../x.png' alt='up'><img src='data:x'><img src=http://a.b/c.png>", "[image: up&#93;[image]![](http://a.b/c.png)"),
        ("<img src='a%2520b.png'><img src='a&amp;amp;b'>", "![](media/a%2520b.png)![](media/a%26amp;b)"),
        ("<ruby>漢字<rt>かんじ</rt></ruby> <ruby>漢<rp>[<rt>かん<rp>]</ruby>", "漢字(かんじ) 漢[かん]"),
        ("<ruby>漢<rt>かん<rb>字<rt>じ</ruby>", "漢(かん)字(じ)"),
        ("<audio><source src=a.ogg></audio>", "![](media/a.ogg)"),
        ("<script>a</script><style>b</style><!-- c --><iframe>d</iframe><svg><text>e</text></svg>f", "f"),
        ("<script>a", ""),
        ("a <img src='data:image/png;base64," + "A" * 400_000 + "' alt=b> c", "a [image: b] c"),
        ("<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math> d", "$E=mc^{2}$ d"),
        ("<math display=block><mfrac><mi>sin</mi><msqrt><mn>2</mn><mi>x</mi></msqrt></mfrac></math>",
            r"$$\frac{\mathrm{sin}}{\sqrt{2x}}$$"),
        ("<math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover></math>",
            "$∑_{i=1}^{n}$"),
        ("<math></math>a<math><mtext>5% {b}</mtext></math>", r"a$\text{5\% \{b\}}$"),
        ("<span class=katex><math><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></math>"
            "<span class=katex-html>x2</span></span>", "$x^2$"),
        (r"<math alttext='{\displaystyle x^{2}}'><mi>y</mi></math>"
            r"<img src=http://a.b/c alt='{\displaystyle x^{2}}'>",
            "$x^{2}$"),
        (r"<img src=http://a.b/c alt='{\displaystyle x^{2}}'>", "$x^{2}$"),
        ("a < b > c <", "a < b > c <"),
        ("</div></b>a</p>", "a"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(html: str, expected: str) -> None:
    """Each kind of element has its Markdown; text that looks like Markdown stays text."""
    assert from_html(html) == expected


def test_no_cell_of_a_large_table_is_lost() -> None:
    """Rows go on, and what would be one column too many stands in the last one."""
    text = from_html("<table>" + "".join(f"<tr><td>r{i}" for i in range(3_000)) + "</table>")
    assert text.endswith("| r2999 |")
    wide = from_html("<table><tr><th>" + "<th>".join(f"c{i}" for i in range(45)) + "</table>")
    assert wide.startswith("| c0 | c1 |")
    assert "| c39 c40 c41 c42 c43 c44 |" in wide


def test_the_files_that_a_text_refers_to_are_found() -> None:
    """Each once, names with spaces too, those of the web not."""
    text = from_html(
        "[sound:a b.mp3]<img src='c(1).png'><img src=d.png><img src=d.png><img src=http://e.f/g.png>"
    )
    assert media_of(text) == ("a b.mp3", "c(1).png", "d.png")


def test_plain_text_is_what_is_read() -> None:
    """Where a text must be plain, as a typed answer, tags and entities are gone."""
    assert plain_from_html("a&lt;<b>b</b><div>c*</div>") == "a<b c*"


@pytest.mark.parametrize(
    "html",
    [
        *(
            "<div>",
            "<b>",
            "<ul><li>",
            "<table><tr><td>",
            "<blockquote>",
            "<",
            "<!--",
            "<a ",
            "\\(",
            "[latex]",
        ),
        *("&#x41;", "<b>a</b><i>b</i>", "<b>(</b>x", "*", "\\", "$", "[", "<script>", "<sub>"),
    ],
)
def test_much_of_anything_is_read(html: str) -> None:
    """No depth is too much and no text too long: at worst what is deep is flat, and the end is cut."""
    assert from_html(html * (MAX_LENGTH // (10 * len(html)))) is not None


def test_depth_costs_nothing_more() -> None:
    """Within many elements a text takes the steps that it takes alone, not as many again at each level."""
    flat = "<i>x</i><p>y</p>" * 200
    assert steps(f"{'<b>' * 50}{flat}") < 2 * steps(flat)
    assert steps(f"{'<table><tr><td>' * 15}{flat}") < 2 * steps(f"<table><tr><td>{flat}")


def steps(html: str) -> int:
    """Return how many functions are called to read HTML."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        from_html(html)
    finally:
        sys.setprofile(None)
    return count


def is_marked_twice(html: str) -> bool:
    """Say whether a mark stands within itself, which shows no more than one."""
    is_open: list[str] = []
    for end, name in re.findall(r"<(/?)(em|strong|s)>", html):
        if end:
            is_open.remove(name)
        elif name in is_open:
            return True
        else:
            is_open.append(name)
    return False


def meaning(html: str) -> str:
    """Return HTML without the whitespace that no reader sees."""
    parts = re.split(r"(<pre>.*?</pre>)", html, flags=re.DOTALL)
    for i in range(0, len(parts), 2):
        text = re.sub(r"\s+", " ", parts[i])
        parts[i] = re.sub(
            r" ?(</?(?:p|h3|li|ul|ol|blockquote|table|tr|td|th|thead|tbody|br|hr)\b[^>]*>) ?", r"\1", text
        )
    return "".join(parts).strip()
