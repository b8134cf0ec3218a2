"""What the cells of a file hold: Markdown, HTML, or text in which nothing is a mark."""

from __future__ import annotations

import html
from enum import StrEnum

from quizzer.exchange.anki.reading.cloze_text import DeletionError, cloze_from_anki
from quizzer.exchange.draft import DraftError, has_deletions
from quizzer.markup.from_html import from_html, from_html_line, plain_from_html

OCCLUSION = "image-occlusion:"
"""What a deletion of Anki's begins with that hides a part of an image."""


class Content(StrEnum):
    """Anki's header `#html:` says HTML or plain text, which shows as it stands; without it is Markdown."""

    MARKDOWN = "markdown"
    HTML = "html"
    PLAIN = "plain"

    def markdown(self, text: str, *, asks: bool = False) -> str:
        """Return a text as Markdown; one that `asks` may be a cloze.

        Raises:
            DraftError: If its deletions cannot be ours.
        """
        if self is Content.MARKDOWN:
            return text
        source = self._html(text)
        if not asks or not has_deletions(source) or OCCLUSION in source:
            return from_html(source)
        try:
            return cloze_from_anki(source)
        except DeletionError as error:
            raise DraftError(str(error)) from error

    def line(self, text: str) -> str:
        """Return a text as Markdown on one line."""
        return text if self is Content.MARKDOWN else from_html_line(self._html(text))

    def plain(self, text: str) -> str:
        """Return a text as it is typed."""
        return text if self is Content.MARKDOWN else plain_from_html(self._html(text))

    def _html(self, text: str) -> str:
        """Return what Anki makes of the text."""
        return text if self is Content.HTML else html.escape(text, quote=False).replace("\n", "<br>")
