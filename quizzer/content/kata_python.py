"""What a kata's Python files say without being run: definitions, and a mistake's docstring."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

from quizzer.content.decoding import decode
from quizzer.content.faults import FaultList, Place
from quizzer.content.files import UnreadableError, read_regular
from quizzer.content.scalar_rules import IS_ID
from quizzer.core.kata import Mistake

_NOTES = re.compile(r"Notes:(.*)", re.IGNORECASE)


def read_text(path: Path, faults: FaultList) -> str | None:
    """Return the text of a kata's file; None, with a fault, where there is none."""
    try:
        data = read_regular(path)
    except UnreadableError as error:
        faults.add(Place(), str(error))
        return None
    before = faults.count
    source = decode(data, faults)
    if source is None or faults.count > before:
        return None
    if not source.text.strip():
        faults.add(Place(), "the file is empty, expected its text: write it")
        return None
    return source.text


def parse_python(text: str, faults: FaultList) -> ast.Module | None:
    """Return the syntax tree of `text`; None, with a fault, where it is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        column = getattr(error, "offset", None) or 1
        found = getattr(error, "msg", None) or str(error)
        faults.add(Place(line, max(1, column)), f"not valid Python ({found}), expected Python: correct it")
        return None


def defined_names(tree: ast.Module) -> frozenset[str]:
    """Return the names of the functions and classes that a file defines."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def is_signature(signature: str) -> bool:
    """Say whether `signature` can follow a name in a definition."""
    try:
        ast.parse(f"def name{signature}: ...")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return signature.startswith("(")


def read_mistake(path: Path, faults: FaultList) -> Mistake | None:
    """Return the mistake in the file `path`: what its docstring tells the learner, and the notes it names."""
    text = read_text(path, faults)
    tree = None if text is None else parse_python(text, faults)
    if tree is None:
        return None
    docstring = ast.get_docstring(tree, clean=False)
    if not docstring or not docstring.strip():
        message = "a mistake without docstring, expected the misconception told to the learner: write it"
        faults.add(Place(), message)
        return None
    lines = inspect.cleandoc(docstring).rstrip().splitlines()
    notes = _notes(lines[-1], Place(_last_line(tree)), faults)
    explanation = _paragraphs(lines[:-1])
    if notes is None:
        return None
    if not explanation:
        faults.add(
            Place(), "the docstring holds notes alone, expected the misconception before them: write it"
        )
        return None
    return Mistake(path.stem.replace("_", "-"), explanation, notes)


def _last_line(tree: ast.Module) -> int:
    return tree.body[0].end_lineno or 1


def _notes(line: str, place: Place, faults: FaultList) -> tuple[str, ...] | None:
    match = _NOTES.fullmatch(line.strip())
    expected = "expected a last line such as 'Notes: attention-scale, softmax-shift'"
    if match is None:
        faults.add(place, f"the docstring names no notes, {expected}: add it")
        return None
    ids = tuple(word.strip() for word in match[1].split(",") if word.strip())
    wrong = [word for word in ids if not IS_ID.fullmatch(word)]
    if not ids or wrong:
        found = f"{wrong[0]!r} is no id of a note" if wrong else "no note follows 'Notes:'"
        faults.add(place, f"{found}, {expected}: correct it")
        return None
    return ids


def _paragraphs(lines: list[str]) -> str:
    paragraphs = "\n".join(lines).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())
