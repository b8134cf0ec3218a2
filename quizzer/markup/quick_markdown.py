"""Plain HTML as Markdown without a tree: most fields of a collection are a sentence and a bold word at most.

It takes a tenth of the time. Whatever Markdown could read in two ways is left to `from_html`; the tests hold
both to one result.
"""

from __future__ import annotations

import re

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
# No mark of Markdown, entity or formula; a letter comes first, so that no line starts a block.
_TEXT = r"[\w ,.;:!?'\"()/%@^{}|=+#>-]"
_PLAIN = re.compile(rf"(?=[^\W\d_]|<)(?:{_TEXT}++|<(b|strong|i|em)>(?=\w){_TEXT}++(?<=\w)</\1>(?!<))++(?<! )")
_LEFT = re.compile("_|  ")
_TAG = re.compile(r"</?(\w+)>")


def quick_markdown(html: str) -> str:
    """Return cleaned HTML as Markdown, "" where it is not plain enough."""
    if _LEFT.search(html) or not _PLAIN.fullmatch(html):
        return ""
    return _TAG.sub(lambda match: _MARKS[match[1]], html) if "<" in html else html
