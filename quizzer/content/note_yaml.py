"""Writes notes as YAML that the loader reads as the same notes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from quizzer.core.note import Note
from quizzer.core.note_fields import as_stored, fields_of

STEP = "  "
HASH_DIGITS = 16
# What cannot stand unquoted: a sign at the start, and what begins a comment, a mapping or another node.
_SIGNS = re.compile(r"\A[^\w(]|\A_|:(?:\s|\Z)|\s#|[\t\n]|\s\Z")
_SIGNS_IN_LIST = re.compile(r"[\[\]{},:#\"']")
# What YAML's own schemas take for something else than text; ours does not, but editors go by theirs.
_OTHER = re.compile(r"(?i)true|false|yes|no|on|off|y|n|null|[-+.\d][-+.:_\da-z]*")
_NO_CONTENT = frozenset(("id", "was", "original"))
_NUMBER_FIELDS = ("number", "tolerance")
_UNPRINTED = re.compile("[\ufeff\ufffe\uffff\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
MAX_QUOTED = 80
MAX_FLOW = 90


def write_note(note: Note) -> str:
    """Return the YAML of a note, without indentation and without a line end behind it."""
    return "\n".join(_mapping(fields_of(note)))


def hash_note(note: Note) -> str:
    """Return what tells one content of a note from another; its ids, old ones too, are no content."""
    return hash_stored(as_stored(note))


def hash_stored(note: Note) -> str:
    """Return the hash of a note whose texts are as a deck file gives them back."""
    fields = fields_of(note)
    content = "\n".join(_mapping({name: fields[name] for name in fields if name not in _NO_CONTENT}))
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()[:HASH_DIGITS]


def write_scalar(text: str, *, in_list: bool = False) -> str:
    """Return `text` on one line as a value; `in_list` within brackets."""
    return text if _is_plain(text, in_list=in_list) else _quoted(text)


def _is_plain(text: str, *, in_list: bool) -> bool:
    if not text or _SIGNS.search(text) or _OTHER.fullmatch(text) or _UNPRINTED.search(text):
        return False
    return not (in_list and _SIGNS_IN_LIST.search(text))


def _mapping(fields: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, value in fields.items():
        lines += _field(name, value)
    return lines


def _field(name: str, value: Any) -> list[str]:
    if value is True:
        return [f"{name}: true"]
    if name in _NUMBER_FIELDS and _OTHER.fullmatch(value.removesuffix("%")):
        return [f"{name}: {value}"]
    if isinstance(value, str):
        return _text(f"{name}:", value)
    if isinstance(value, Mapping):
        return [f"{name}:", *_indent(_mapping(value))]
    if not any("\n" in item for item in value):
        written = ", ".join(write_scalar(item, in_list=True) for item in value)
        if len(written) <= MAX_FLOW:
            return [f"{name}: [{written}]"]
    return [f"{name}:", *_indent([line for item in value for line in _text("-", item)])]


def _text(head: str, text: str) -> list[str]:
    """Return the lines of a text behind `head`: on one line, else as a block, indented by one step."""
    is_line = "\n" not in text and (len(text) <= MAX_QUOTED or _is_plain(text, in_list=False))
    if is_line or _UNPRINTED.search(text):
        return [f"{head} {write_scalar(text)}"]
    # Where the first line begins with a space, YAML has to be told how deep the block is indented.
    depth = len(STEP) if text[0] in " \t" else ""
    return [f"{head} |{depth}", *_indent(text.split("\n"))]


def _indent(lines: Iterable[str]) -> list[str]:
    return [STEP + line if line else line for line in lines]


def _quoted(text: str) -> str:
    escaped = re.sub(r'[\\"\n\t]', lambda match: _ESCAPES[match[0]], text)
    coded = _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped)
    return f'"{coded}"'
