"""New deck files for the learner, with two notes to start from."""

from __future__ import annotations

import json
from pathlib import Path

from quizzer.content.decoding import CONTROL
from quizzer.content.files import UnreadableError, deck_paths
from quizzer.content.scalar_rules import IS_ID
from quizzer.content.schema import deck_schema
from quizzer.content.shapes import MAX_ID, MAX_LINE
from quizzer.content.slugs import slug
from quizzer.content.writing import replace_file
from quizzer.errors import ContentError

SCHEMA_NAME = "deck.schema.json"
TEMPLATE = r"""# yaml-language-server: $schema=deck.schema.json
# Your own deck. 'quizzer deck lint' says what is wrong in it, with line and column.
deck: @NAME@
title: @TITLE@
notes:
  # A question and its answer. The id is permanent, your history hangs on it: give each note one,
  # or leave it out and let 'quizzer deck lint --fix' write it. Replace both notes by your own.
  - id: @NAME@-first
    q: Why are attention scores divided by $\sqrt{d_k}$?
    a: |
      Markdown, code fences, tables and $math$, on as many lines as you like.
      The variance of a dot product grows with $d_k$, and a softmax over large scores saturates.
    # What a good interview answer says; you tick it after the reveal.
    points: [the variance grows with the width, the softmax saturates, gradients vanish]

  # A text with deletions, each asked on its own. Quote a text that holds ': ' or starts with '{'.
  - id: @NAME@-second
    cloze: "Self-attention over $T$ tokens of width $d$ costs {{c1::$O(T^2 d)$}} time."
    tags: [complexity]
"""


def scaffold_deck(folder: Path, name: str, title: str | None = None) -> Path:
    """Write a new deck file into `folder` and the schema beside it; return the file's path.

    Raises:
        ContentError: If the name or title cannot be one, the file exists or cannot be written.
    """
    _check_name(name)
    shown = _checked_title(title) if title is not None else name.replace("-", " ").capitalize()
    path = folder / f"{name}.yaml"
    text = TEMPLATE.replace("@NAME@", name).replace("@TITLE@", json.dumps(shown, ensure_ascii=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = [other for other in deck_paths(folder) if other.stem == name]
        if taken:
            raise FileExistsError
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        write_schema(folder)
    except FileExistsError:
        raise ContentError(
            f"there is a deck {name!r} in {folder} already, expected a new name: edit it, or choose another"
        ) from None
    except (OSError, UnreadableError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ContentError(
            f"{folder} cannot be written to ({reason}), expected the right to: change its permissions"
        ) from None
    return path


def write_schema(folder: Path) -> None:
    """Write the schema that deck files in `folder` name in their first line."""
    text = json.dumps(deck_schema(), indent=2, ensure_ascii=False) + "\n"
    replace_file(folder / SCHEMA_NAME, text.encode(), 0o644)


def _check_name(name: str) -> None:
    if IS_ID.fullmatch(name) and len(name) <= MAX_ID - len("-second"):
        return
    proposal = slug(name)
    step = f"try {proposal!r}" if proposal else "use Latin letters"
    raise ContentError(
        f"{name!r} is no name for a deck, expected lower-case letters, digits and single hyphens: {step}"
    )


def _checked_title(title: str) -> str:
    if title.strip() and "\n" not in title and len(title) <= MAX_LINE and not CONTROL.search(title):
        return title.strip()
    raise ContentError(f"{title[:80]!r} is no title, expected one line of text: write another")
