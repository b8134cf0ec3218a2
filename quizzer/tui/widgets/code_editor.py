"""An editor of Python code, coloured by Pygments in the colours of the theme."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.color import Color, ColorParseError
from textual.widgets import TextArea

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

LARGEST = 30_000
"""Characters of code that are coloured at every key."""

# Pygments' kinds of words, the first that holds; a colour of the theme, and how it differs without colours.
STYLES = (
    ("Comment", "text-muted", Style(italic=True)),
    ("Literal.String.Doc", "text-muted", Style(italic=True)),
    ("Literal.String", "text-success", Style()),
    ("Literal.Number", "text-warning", Style()),
    ("Keyword", "text-accent", Style(bold=True)),
    ("Operator.Word", "text-accent", Style(bold=True)),
    ("Name.Function", "text-primary", Style(bold=True)),
    ("Name.Class", "text-primary", Style(bold=True)),
    ("Name.Builtin", "text-secondary", Style()),
    ("Name.Decorator", "text-secondary", Style()),
)
_UNSEEN = {code: "\ufffd" for code in (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))}

Span = tuple[int, int, str]


class CodeEditor(TextArea):
    """A text area for code: line numbers, Tab indents, no wrapping."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 (Textual's own name for it)
        super().__init__(
            id=id,
            theme="css",
            soft_wrap=False,
            tab_behavior="indent",
            show_line_numbers=True,
            highlight_cursor_line=True,
        )
        self._coloured: tuple[str, ...] | None = None
        self._spans: dict[int, list[Span]] = {}

    def get_line(self, line_index: int) -> Text:
        """Return a line with its colours; what no terminal should be sent is replaced."""
        lines = tuple(self.document.lines)
        if lines != self._coloured:
            self._coloured, self._spans = lines, _spans(lines)
        line = Text(lines[line_index].translate(_UNSEEN), end="", no_wrap=True)
        for start, end, kind in self._spans.get(line_index, ()):
            line.stylize(self._style(kind), start, end)
        return line

    def _style(self, kind: str) -> Style:
        _, name, style = next(entry for entry in STYLES if entry[0] == kind)
        try:
            colour = Color.parse(self.app.theme_variables[name])
        except (ColorParseError, KeyError):
            return style
        # "auto 87%" is a share of whatever stands out: the editor's own colour will do.
        return style if colour.auto else style + Style(color=colour.rich_color)


def _spans(lines: tuple[str, ...]) -> dict[int, list[Span]]:
    """Return what is coloured in each line: start, end and kind."""
    code = "\n".join(lines)
    if len(code) > LARGEST:
        return {}
    spans: dict[int, list[Span]] = {}
    row = column = 0
    for token, text in _lexer().get_tokens(code):
        kind = _kind(token)
        for number, part in enumerate(text.split("\n")):
            if number:
                row, column = row + 1, 0
            if part and kind:
                spans.setdefault(row, []).append((column, column + len(part), kind))
            column += len(part)
    return spans


@cache
def _kind(token: _TokenType) -> str:
    name = str(token).removeprefix("Token.")
    return next((kind for kind, _, _ in STYLES if f"{name}.".startswith(f"{kind}.")), "")


@cache
def _lexer() -> Lexer:
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)
