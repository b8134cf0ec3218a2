"""Which katas there are, told by their folders: nothing of a kata is parsed."""

from __future__ import annotations

import re
from pathlib import Path

from quizzer.content.files import UnreadableError, can_be_there, read_regular
from quizzer.content.locator import ContentRoots
from quizzer.core.kata import module_name
from quizzer.core.note import Level

KATA_FILE = "kata.yaml"
_FOLDER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_LEVEL = re.compile(rb"^level:[ \t]*[\"']?([a-z]+)", re.MULTILINE)
_TITLE = re.compile(rb"^title:[ \t]*([^\s|>&*!][^\r\n]*)", re.MULTILINE)
_LEVELS = [level.value.encode() for level in Level]


def list_slugs(roots: ContentRoots) -> tuple[str, ...]:
    """Return the slugs of the katas, in the order they are introduced: by level, then by name.

    The level is the line of `kata.yaml` that looks like it. That is quick enough for a shell
    prompt, and all that a wrong line could cost is the order.
    """
    try:
        folders = [path for path in roots.shipped_katas.iterdir() if _FOLDER.fullmatch(path.name)]
    except OSError:
        return ()  # a content root need not have katas
    found = [path for path in folders if can_be_there(path / KATA_FILE)]
    return tuple(slug_of(path) for path in sorted(found, key=lambda path: (_rank(path), path.name)))


def slug_of(folder: Path) -> str:
    """Return the slug of the kata in `folder`."""
    return folder.name.replace("_", "-")


def guess_title(roots: ContentRoots, slug: str) -> str:
    """Return the title of the kata: the line of `kata.yaml` that looks like it, else the words of the slug.

    Like the level it is quick enough for a shell prompt; a wrong line could cost a name in a list.
    """
    found = _TITLE.search(_read(kata_folder(roots, slug)))
    title = found[1].decode(errors="replace").strip() if found else ""
    is_quoted = len(title) > 1 and title[0] == title[-1] and title[0] in "\"'"
    return (title[1:-1] if is_quoted else title) or slug.replace("-", " ").capitalize()


def kata_folder(roots: ContentRoots, slug: str) -> Path:
    """Return where the kata `slug` lies."""
    return roots.shipped_katas / module_name(slug)


def reference_path(roots: ContentRoots, slug: str) -> Path:
    """Return where the reference of the kata `slug` lies."""
    return roots.shipped_references / f"{module_name(slug)}.py"


def _rank(folder: Path) -> int:
    found = _LEVEL.search(_read(folder))
    return _LEVELS.index(found[1]) if found and found[1] in _LEVELS else len(_LEVELS)


def _read(folder: Path) -> bytes:
    try:
        return read_regular(folder / KATA_FILE)
    except UnreadableError:
        return b""
