"""What the learner says of note types that quizzer does not know: a file of TOML.

["Vocabulary"]                  # the note type, as Anki calls it
q = "{{Word}}"                  # a field, or Markdown with fields in it
a = "{{Meaning}} ({{Example}})"
reverse = true                  # ask the other way round, too

["My gaps"]
cloze = "{{Text}}"
a = "{{Extra}}"

["Spelling"]
q = "{{Sound}}"
accept = "{{Word}}"             # what is typed

["Pictures"]
skip = true                     # leave its notes out
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from quizzer.errors import ExchangeError

MAX_BYTES = 1_000_000
_FIELD = re.compile(r"\{\{([^{}]+)\}\}")
_TEXTS = ("q", "a", "cloze", "accept")
_FLAGS = ("reverse", "skip")
_MOST_TOLD = 20
_LONGEST_COMPARED = 80
_STEP = "See 'quizzer import anki --help'."


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """What stands where in a note; the texts are Markdown with `{{Field}}` in it."""

    q: str = ""
    a: str = ""
    cloze: str = ""
    accept: str = ""
    reverse: bool = False
    skip: bool = False

    def fields(self) -> Iterator[str]:
        """Yield the names of the fields that are asked for."""
        for template in (self.q, self.a, self.cloze, self.accept):
            yield from (name.strip() for name in _FIELD.findall(template))


def read_mapping(path: Path) -> dict[str, TypeMapping]:
    """Return the mapping of each note type that the file names.

    Raises:
        ExchangeError: If the file cannot be read, or says what is no mapping.
    """
    import tomllib

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ExchangeError(f"{path}: the file is larger than 1 MB, a mapping was expected. {_STEP}")
        found = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise ExchangeError(f"{path}: the file cannot be read ({error.strerror}). Check its name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ExchangeError(f"{path}: this is no TOML ({error}). {_STEP}") from error
    return {name: _mapping(path, name, entry) for name, entry in found.items()}


def fill_template(template: str, values: dict[str, str]) -> str:
    """Return the template with fields in their places."""
    return _FIELD.sub(lambda match: values.get(match[1].strip(), ""), template).strip()


def unknown_types(mapping: Iterable[str], names: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each note type of a mapping that is none of `names`, the first ones."""
    import difflib

    folded = {name.casefold(): name for name in names if len(name) <= _LONGEST_COMPARED}
    for name in islice((name for name in mapping if name not in names), _MOST_TOLD):
        shown = name[:_LONGEST_COMPARED]
        near = next(iter(difflib.get_close_matches(shown.casefold(), folded, n=1)), None)
        step = f"write '{folded[near]}'" if near else f"its note types are {', '.join(names[:_MOST_TOLD])}"
        yield f"the mapping names a note type '{shown}', which the package has not: {step}"


def _mapping(path: Path, name: str, entry: object) -> TypeMapping:
    where = f"{path}: '{name}'"
    if not isinstance(entry, dict):
        raise ExchangeError(f'{where} is no table, ["{name}"] with q and a below it was expected. {_STEP}')
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key in _TEXTS and isinstance(value, str):
            values[key] = value if _FIELD.search(value) else f"{{{{{value}}}}}"
        elif key in _FLAGS and isinstance(value, bool):
            values[key] = value
        elif key in (*_TEXTS, *_FLAGS):
            kind = "a text" if key in _TEXTS else "true or false"
            raise ExchangeError(f"{where}: {key} is {value!r:.40}, {kind} was expected. {_STEP}")
        else:
            raise ExchangeError(f"{where}: '{key}' is unknown, {', '.join((*_TEXTS, *_FLAGS))} are. {_STEP}")
    mapping = TypeMapping(**values)
    is_asked = bool(mapping.cloze) != bool(mapping.q) and (mapping.cloze or mapping.a or mapping.accept)
    if not mapping.skip and not is_asked:
        raise ExchangeError(f"{where} asks nothing: q with a, q with accept, or cloze was expected. {_STEP}")
    return mapping
