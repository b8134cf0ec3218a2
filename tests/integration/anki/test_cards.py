from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.card import cards_of
from tests.integration.anki.client import Client, Export, Log
from tests.support import WriteDeck

NoteYaml = Callable[[str, str], str]
Sides = Callable[..., list[tuple[str, str]]]
RAW = re.compile(r"\*\*|^ *```|^\|.*\|$|^#+ |\]\(http|\{\{c?\d*|\$(?!\d)[^$\s][^$]*\$", re.MULTILINE)
"""Markdown, dollars of math and deletions that were left as they are; a dollar before a digit is a price."""

TAGS = "a b blockquote br code div em h3 hr li ol p pre s span strong table tbody td th thead tr ul"
KNOWN_TAGS = frozenset(re.findall(r"\w+", TAGS))
SHOWN_AS_SUCH = re.compile(r"<(pre|code)\b.*?</\1>|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


@pytest.fixture
def sides(write_deck: WriteDeck, note: NoteYaml, export: Export, client: Client, package: Path) -> Sides:
    """Export one note of the given YAML and return the sides of its cards as the client renders them."""

    def shown(body: str) -> list[tuple[str, str]]:
        write_deck("one", notes=note("it", body.strip().replace("\n", "\n    ")))
        assert export().notes == 1
        assert client.take(package) == Log(new=1)
        client.check()
        return client.sides("it")

    return shown


def test_a_question_shows_its_answer_and_all_that_belongs_to_it(sides: Sides) -> None:
    """Question, then the answer with points, pitfall, source and level, each as HTML."""
    ((question, answer),) = sides("""
q: Why **scale** by $\\sqrt{d_k}$?
a: |
  Because `a < b`.

  | x | y |
  |---|---|
  | 1 | $p(x|y)$ |
points: [the *variance* grows, "$a<b$"]
pitfall: Not to be **faster**.
""")
    assert r"<p>Why <strong>scale</strong> by \(\sqrt{d_k}\)?</p>" in question
    assert "Because" not in question
    for part in (
        r"by \(\sqrt{d_k}\)?",
        "<p>Because <code>a &lt; b</code>.</p>",
        r"<td>\(p(x|y)\)</td>",
        "<li>the <em>variance</em> grows</li>",
        r"<li>\(a&lt;b\)</li>",
        "<p>Not to be <strong>faster</strong>.</p>",
        "Source: A book 2017 (recalled)",
        '<span class="level">mid</span> it-topic',
    ):
        assert part in answer
    assert_clean(question, answer)


def test_a_reversed_question_makes_two_cards(sides: Sides) -> None:
    """The second card asks for the question by its answer."""
    forth, back = sides("q: KV cache\na: Keys and values of **past** tokens\nreverse: true")

    assert "KV cache" in forth[0]
    assert "past" not in forth[0]
    assert "<strong>past</strong> tokens" in forth[1]
    assert "KV cache" not in back[0]
    assert "<strong>past</strong> tokens" in back[0]
    assert back[1].index("past") < back[1].index("KV cache")
    assert_clean(*forth, *back)


def test_choices_are_lettered_and_the_right_one_is_named(sides: Sides) -> None:
    """The question lists all choices, the answer says which letter is right, and why."""
    ((question, answer),) = sides(
        "q: Which axis?\na: By token.\n"
        "choices: {right: 'the $d$ features', wrong: [the <batch>, '**all**', 1986.]}"
    )
    listed = re.findall(r"<li>(.*?)</li>", question)
    assert sorted(listed) == [r"1986.", "<strong>all</strong>", "the &lt;batch&gt;", r"the \(d\) features"]
    letter = "ABCD"[listed.index(r"the \(d\) features")]
    assert 'class="right"' not in question
    assert rf'<p class="right">{letter}. the \(d\) features</p>' in answer
    assert "By token." in answer
    assert_clean(question, answer)


def test_a_typed_text_is_compared_by_the_client(sides: Sides) -> None:
    """The client has a box for the answer, and shows the accepted ways to write it."""
    ((question, answer),) = sides(
        "q: Which sum?\naccept: {text: [log-sum-exp, 'a < b', LSE]}\na: Of the row."
    )

    assert "[[type:Typed]]" in question
    assert "log-sum-exp" not in question
    assert "[[type:Typed]]" in answer
    assert '<p class="expected">log-sum-exp</p>' in answer
    assert "also a &lt; b · LSE" in answer
    assert_clean(question, answer)


def test_a_typed_number_says_its_unit_first_and_its_tolerance_after(sides: Sides) -> None:
    """The question asks for the unit, so that what is typed can be the number alone."""
    ((question, answer),) = sides("q: How much?\naccept: {number: 0.50, unit: MiB, tolerance: 1%}")

    assert "Answer in MiB" in question
    assert "0.50" not in question
    assert "0.50 MiB (within 1%)" in answer
    assert_clean(question, answer)


def test_a_pattern_is_shown_and_not_compared(sides: Sides, client: Client) -> None:
    """No text is right alone, so the client has no box to type in."""
    ((question, answer),) = sides('q: Which call?\naccept: {regex: "log-?sum(<x>)?"}\na: Like this.')

    assert "[[type:" not in question
    assert "<code>log-?sum(&lt;x&gt;)?</code>" in answer
    assert_clean(question, answer)


def test_a_cloze_hides_one_deletion_and_reveals_it(sides: Sides) -> None:
    """Each number makes a card: its deletion is hidden, with its hint, the others are shown."""
    first, second = sides(
        'cloze: "Costs {{c1::$O(T^{2^{d}})$}} {{c2::**time** `a::b`::what?}} < all."\na: Why.'
    )

    assert "[...]" in first[0]
    assert shown(first[0]) == "Costs [...] time a::b &lt; all."
    assert shown(second[0]) == r"Costs \(O(T^{2^{d} })\) [what?] &lt; all."
    for question, answer in (first, second):
        assert shown(answer) == r"Costs \(O(T^{2^{d} })\) time a::b &lt; all."
        assert "<p>Why.</p>" in answer
        assert "Why." not in question
        assert_clean(question, answer)


def test_a_deletion_within_math_stays_in_the_formula(sides: Sides) -> None:
    """The delimiters of the formula stand, its braces pair up, and the deletion is hidden inside."""
    first, second = sides(
        r"cloze: '$x^{{c1::2}} = \frac{{{c2::a_{b_{c}}::the top}}}{b}$ and $$y = {{c1::\text{x::y}}}$$'"
    )

    assert shown(first[0]).startswith(r"\(x^{ [...] } = \frac{ a_{b_{c} } }{b}\) and \(y = [...]")
    assert shown(second[0]).startswith(r"\(x^{ 2 } = \frac{ [\text{the top} ]}{b}\)")
    for _, answer in (first, second):
        assert shown(answer).startswith(r"\(x^{ 2 } = \frac{ a_{b_{c} } }{b}\) and \(y = \text{x:{:}y} \)")
        assert_clean(answer)


def test_deletions_within_code_are_hidden_there(sides: Sides) -> None:
    """Code keeps its lines, braces and colours around what is hidden."""
    ((question, answer),) = sides("""
cloze: |
  ```python
  def f(x):  # {x: {1}}
      return {{c1::pair({"a::b": {2: {}}})}} + 1
  ```
""")
    assert "return [...] + 1" in text(question)
    assert 'return pair({"a::b": {2: {}}}) + 1' in text(answer)
    assert "# {x: {1}}" in text(question)
    assert '<span style="color:var(--quizzer-keyword,' in question


def test_a_deletion_that_cuts_through_markdown_is_listed_below(sides: Sides) -> None:
    """What HTML cannot enclose is asked for all the same: a gap in the text, the answer below it."""
    ((question, answer),) = sides('cloze: "see [here](http://x.org/{{c1::path}}) and {{c1::more}}"')

    assert "path" not in text(question)
    assert "and [...]" in text(question)
    assert "path" in text(answer)
    assert "and more" in text(answer)
    assert_clean(question, answer)


def test_nothing_of_a_deck_becomes_a_tag_or_a_command(sides: Sides) -> None:
    """Tags, entities, LaTeX delimiters and Anki's own brackets are shown as they were written."""
    ((question, answer),) = sides(r"""
q: >-
  <script>alert(1)</script> <img src=x onerror=y> &lt;b&gt;
  [sound:x.mp3] [latex]x[/latex] \\(x\\) {{Front}} [[type:Back]]
a: "[a](javascript:alert) &#8238;red `<b>` ![i](http://x/y.png)"
""")
    assert "<script>alert(1)</script> <img src=x onerror=y> <b>" in text(question)
    assert r"[sound:x.mp3] [latex]x[/latex] \(x\) {{Front}} [[type:Back]]" in text(question)
    assert r"\(" not in question
    assert "[[type:" not in question
    assert "\u202e" not in answer
    assert "[image: i]" in text(answer)
    assert "<a" not in answer
    assert {tag for side in (question, answer) for tag in tags(side)} <= KNOWN_TAGS


def test_the_shipped_decks_arrive_whole(shipped: Path, export: Export, client: Client, package: Path) -> None:
    """Every shipped note is new, its cards are there, and no side shows Markdown or an unknown tag."""
    root = locate_content(None, Path("none")).shipped
    shipped.joinpath("decks").rmdir()
    shipped.joinpath("decks").symlink_to(root / "decks")
    library = load_library(ContentRoots(root, root / "none"), None)
    notes = [note for deck in library.decks for note in deck.notes]

    exported = export()

    assert exported.notes == len(notes) > 150
    assert client.take(package) == Log(new=len(notes))
    client.check()
    for note in notes:
        sides = client.sides(note.id)
        assert len(sides) == len(cards_of(note)), note.id
        for question, answer in sides:
            assert text(question).strip(), note.id
            assert len(text(answer)) > len(text(question)), note.id
            assert_clean(question, answer)


def assert_clean(*sides: str) -> None:
    """Fail on Markdown that was left, on tags that are not ours and on tags that do not pair."""
    for side in sides:
        assert not RAW.search(text(SHOWN_AS_SUCH.sub("", side))), side
        assert set(tags(side)) <= KNOWN_TAGS, side
        assert side.count(r"\(") == side.count(r"\)"), side


def shown(side: str) -> str:
    """Return the text of a side's first part, with entities as they are."""
    front = side.split('<div class="front">')[1].split("</div>")[0]
    return " ".join(re.sub(r"<!-- -->|<[^>]*>", "", front).split())


def text(html: str) -> str:
    """Return what a browser shows of the HTML."""
    return _Reader(html).text


def tags(html: str) -> list[str]:
    """Return the names of the tags, which have to pair."""
    reader = _Reader(html)
    assert reader.open == [], html
    return reader.names


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.names: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
