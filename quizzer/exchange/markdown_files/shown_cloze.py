"""A cloze as Markdown to be read: in full, with what is hidden on the cards in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzer.core.cloze import Deletion, parse_cloze
from quizzer.exchange.markdown_files.protected import Protected

_LISTED = "Hidden:"
# What bold cannot go over: its own marks, an escape at the end, a blank line, a line that starts a block.
_NOT_IN_LINE = re.compile(r"\*\*|\\$|\n(?![A-Za-z0-9$`])|\n\d+[.)]")


def show_cloze(text: str) -> str:
    """Return the text without its marks, each answer in bold, or in a box within math.

    What can be neither, such as a part of a block of code, is listed below the text.
    """
    protected = Protected(text)
    parts: list[str] = []
    listed: list[Deletion] = []
    position = 0
    for deletion in parse_cloze(text):
        shown = _shown(text, deletion, protected)
        if shown is None:
            listed.append(deletion)
        parts += text[position : deletion.start], deletion.answer if shown is None else shown
        position = deletion.end
    return "".join((*parts, text[position:])).strip("\n") + "".join(_list(listed))


def is_shown(text: str, shown: str) -> bool:
    """Say whether `shown` has the words of the cloze `text`, however they are marked."""
    plain = "".join(_without_marks(text))
    return _letters(plain) == _letters(shown)


def _without_marks(text: str) -> Iterator[str]:
    position = 0
    for deletion in parse_cloze(text):
        yield text[position : deletion.start]
        yield deletion.answer
        position = deletion.end
    yield text[position:]


def _letters(text: str) -> str:
    text = text.partition(f"\n\n{_LISTED}\n")[0].replace("\\boxed", "")
    return "".join(re.findall(r"\w+", text))


def _shown(text: str, deletion: Deletion, protected: Protected) -> str | None:
    answer = deletion.answer
    if deletion.start in protected:
        return f"{{\\boxed{{{answer}}}}}" if protected.is_math(text, deletion.start) else None
    is_in_line = answer == answer.strip() and not _NOT_IN_LINE.search(answer)
    return f"**{answer}**" if is_in_line else None


def _list(deletions: list[Deletion]) -> Iterator[str]:
    if deletions:
        yield f"\n\n{_LISTED}\n"
    for deletion in deletions:
        lines = deletion.answer.strip("\n").split("\n")
        yield "\n- " + "\n  ".join(lines)
