from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.errors import QuizzerError
from quizzer.exchange.csv_files.reading import read_csv
from quizzer.exchange.incoming import Incoming
from quizzer.exchange.markdown_files.dialects import Dialect
from quizzer.exchange.markdown_files.reading import MarkdownFile, read_markdown
from tests.unit.exchange.generated import TEXTS

DATA = Path(__file__).parents[2] / "data" / "exchange"
HEADERS = (
    "",
    "#separator:comma\n#html:true\n",
    "#quizzer:1\n#columns:id,cloze,wrong\n",
    "<!-- quizzer: 1 -->\n",
)


def take(data: bytes) -> list[Incoming]:
    """Read the data in every way; a sentence of ours is a good end."""
    readers: tuple[Callable[[], Incoming], ...] = (
        lambda: read_csv(data, "n.csv"),
        lambda: read_markdown([MarkdownFile("n.md", data)], Dialect(headings=True, highlights=True)),
    )
    taken = []
    for read in readers:
        with suppress(QuizzerError):
            taken.append(read())
    return taken


@given(st.sampled_from(HEADERS), st.lists(TEXTS, max_size=6))
def test_any_text_is_read_or_told(header: str, texts: list[str]) -> None:
    """Each note that comes of a file asks something, and all that does not come has place and reason."""
    for incoming in take((header + "\n".join(texts)).encode()):
        assert all(each.note.question.strip() for each in incoming.notes)
        assert all(each.where.startswith("n.") and each.reason for each in incoming.refused)


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_damaged_files_are_read_or_told(path: Path) -> None:
    """Bytes that are changed, lost or doubled cost what they are in, and end in no other error than ours."""
    chance = random.Random(11)
    whole = path.read_bytes()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(data))
            end = start + chance.choice((0, 1, 1, 8, 60))
            other = bytes([chance.randrange(256)])
            data[start:end] = chance.choice((b"", other, data[start:end] * 2, b'"', b"`", b"\n"))
            data = data or bytearray(b"x")
        take(bytes(data))
