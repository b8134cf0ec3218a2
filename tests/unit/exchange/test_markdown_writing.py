from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source
from quizzer.exchange.markdown_files.shown_cloze import show_cloze
from quizzer.exchange.markdown_files.writing import write_markdown

DATA = Path(__file__).parents[2] / "data" / "exchange"

NOTES = (
    Note(
        "attention-scale",
        NoteKind.BASIC,
        "Why are attention scores\ndivided by $\\sqrt{d_k}$?",
        "They would grow with $d_k$ and saturate the softmax.",
        level=Level.MID,
        topics=("scaled-dot-product-attention",),
        tags=("transformers",),
        points=("variance $d_k$", "softmax saturates:\n\n- gradients vanish"),
        pitfall="Not to keep numbers small for FP16.",
        source=Source("Vaswani et al., 2017", Checked.OPENED),
    ),
    Note(
        "attention-cost",
        NoteKind.CLOZE,
        "Self-attention costs {{c1::$O(T^2 d)$::order}} time; $x_{ {{c2::i}} }$ and\n\n"
        "```python\n{{c3::softmax}}(x)\n```",
        "Per layer.",
    ),
    Note(
        "layernorm-axis",
        NoteKind.CHOICES,
        "Over which axis?\n\n```python\nLayerNorm(64)\n```",
        "Each token by itself.",
        choices=Choices("the features", ("the batch", "the sequence", "all")),
    ),
    Note(
        "kv-bytes",
        NoteKind.ACCEPT,
        "1. How many\n2. MiB?",
        accept=Accept(number="0.5", unit="MiB", tolerance="1%"),
    ),
    Note("gpu", NoteKind.BASIC, "GPU", "graphics processor", reverse=True),
)


def test_a_document_is_what_it_was() -> None:
    """Every kind of note is written as in the document that people have read."""
    deck = Deck("attention", "Attention", "attention.yaml", NOTES, "From dot products on.", ("ml",))
    titles = {"scaled-dot-product-attention": "Explain scaled dot-product attention"}
    text = write_markdown([deck], titles, [note.id for note in NOTES])
    assert text == (DATA / "document.md").read_text(encoding="utf-8")


def test_no_text_ends_a_comment() -> None:
    """What a comment keeps ends where the comment does, so that no reader of HTML shows the rest of it."""
    note = Note("n", NoteKind.CLOZE, "{{c1::a --> b --!> c}}", tags=("a --> b",))
    text = write_markdown([Deck("d", "D", "d.yaml", (note,))], {}, ["n"])
    about = text.partition("<!-- about: ")[2].partition("\n")[0]
    cloze = text.partition("<!-- cloze\n")[2].partition("\n-->")[0]
    assert about.count("-->") == 1
    assert cloze == r"{{c1::a --\> b --\!> c}}"


@pytest.mark.parametrize(
    ("cloze", "shown"),
    [
        ("a {{c1::b}} c", "a **b** c"),
        ("{{c1::$\\sqrt{d_{k}}$}}", "**$\\sqrt{d_{k}}$**"),
        ("$x^{{c1::2}}$", "$x^{\\boxed{2}}$"),
        ("`{{c1::x}}`", "`x`\n\nHidden:\n\n- x"),
        ("{{c1::a **b**}}", "a **b**\n\nHidden:\n\n- a **b**"),
        ("{{c1::one\ntwo}}", "**one\ntwo**"),
        ("{{c1::one\n- two}}", "one\n- two\n\nHidden:\n\n- one\n  - two"),
    ],
)
def test_what_a_cloze_hides_is_marked(cloze: str, shown: str) -> None:
    """An answer is bold in text, boxed in math, and listed where it can be neither."""
    assert show_cloze(cloze) == shown
