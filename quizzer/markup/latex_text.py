"""LaTeX as text, which says itself where its math starts; in Anki it stands in `[latex]…[/latex]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzer.markup.runs import EMPHASIS, STRONG, Kind, Run

_OPENER = re.compile(
    r"""
      \\begin\{(?P<environment>
        (?:equation|align|gather|displaymath|math)\*?
      | tabular|tikzpicture|verbatim|lstlisting|algorithm|algorithmic|array|itemize|enumerate|center)\}
    | \$\$? | \\\( | \\\[
    | \\(?P<sign>[%$&_#{}])
    | (?P<line>\\\\)
    """,
    re.VERBOSE,
)
_COMMAND = re.compile(
    r"\\(?P<name>textbf|textit|emph|texttt|textrm|underline|mbox)\{(?P<content>[^{}\\]{1,1000})\}|\\\\"
)
_STYLES = {"textbf": (STRONG,), "textit": (EMPHASIS,), "emph": (EMPHASIS,)}
_CLOSERS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_INLINE = frozenset(("$", "\\(", "math"))
_MATH = frozenset(("equation", "align", "gather", "displaymath", "math"))


def read_latex(source: str) -> tuple[Run, ...]:
    """Return the runs of a piece of LaTeX: text, its math, and as code what is neither."""
    return tuple(run for run in _runs(source.strip()) if run.text)


def _runs(source: str) -> Iterator[Run]:
    position = 0
    missing: set[str] = set()
    text: list[str] = []
    while match := _OPENER.search(source, position):
        text.append(source[position : match.start()])
        position = match.end()
        if match["sign"] or match["line"]:
            text.append(match["sign"] or match["line"])
            continue
        name = match["environment"] or ""
        closer = f"\\end{{{name}}}" if name else _CLOSERS[match[0]]
        end = -1 if closer in missing else _find(source, closer, position)
        if end < 0:
            missing.add(closer)
            text.append(match[0])
            continue
        yield from _text("".join(text))
        text = []
        yield _run(name or match[0], source[position:end], source[match.start() : end + len(closer)])
        position = end + len(closer)
    yield from _text("".join((*text, source[position:])))


def _text(source: str) -> Iterator[Run]:
    """Yield text with its commands for styles and line ends; what else there is stays as it stands."""
    position = 0
    for match in _COMMAND.finditer(source):
        yield Run(Kind.TEXT, source[position : match.start()])
        position = match.end()
        name, content = match["name"], match["content"]
        if name is None:
            yield Run(Kind.BREAK, "\n")
        elif name == "texttt":
            yield Run(Kind.CODE, content)
        else:
            yield Run(Kind.TEXT, content, _STYLES.get(name, ()))
    yield Run(Kind.TEXT, source[position:])


def _run(opener: str, content: str, whole: str) -> Run:
    name = opener.removesuffix("*")
    if opener not in _CLOSERS and name not in _MATH:
        return Run(Kind.CODE, whole)
    if name == "align":
        content = f"\\begin{{aligned}}{content}\\end{{aligned}}"
    return Run(Kind.MATH if name in _INLINE else Kind.DISPLAY, content)


def _find(source: str, closer: str, position: int) -> int:
    r"""Return where the closer stands that is not escaped, as `\$` is; -1 without."""
    end = source.find(closer, position)
    while end > 0 and closer[0] == "$" and source[end - 1] == "\\":
        end = source.find(closer, end + 1)
    return end
