"""Ids for notes that have none, made of what they ask."""

from __future__ import annotations

import hashlib
import re

from quizzer.content.slugs import slug
from quizzer.content.yaml_tree import ListNode, MapNode, Node, TextNode

# Words that most questions share and that tell no note from another.
COMMON_WORDS = """
a an and are as at be by can do does for from give has have how in is it its of on one or say so than that the
their then there these this to what when where which who why will with would you your
"""
COMMON = frozenset(COMMON_WORDS.split())
WORDS_IN_ID = 5
ID_WIDTH = 50

# 16 million hashes: enough that no note of a learner's gets the id of one that is gone.
HASH_BYTES = 3
# `kata/...` are the keys of katas.
RESERVED = "kata"


def new_id(note: MapNode, deck_id: str, used: set[str]) -> str:
    """Return an id for `note` that is not in `used`, and add it there.

    Where the words of the note make none, it ends with a hash of the note: a number that counts up
    would be given again, and with it the history of a note that is gone.
    """
    words = words_of(note)
    name = words or (f"{deck_id}-note" if deck_id else "note")
    candidate, salt = words, 0
    while not candidate or candidate in used or candidate == RESERVED:
        candidate = f"{name}-{_hash(note, salt)}"
        salt += 1
    used.add(candidate)
    return candidate


def _hash(note: MapNode, salt: int) -> str:
    text = repr((salt, plain(note)))
    return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).hexdigest()


def words_of(note: MapNode) -> str:
    """Return the telling words of what the note asks, as a kebab-case name, "" where there are none."""
    node = note.values.get("cloze") or note.values.get("q")
    if not isinstance(node, TextNode):
        return ""
    shown = re.sub(r"\{\{c\d+::|\}\}|```\w*", " ", node.value)
    plain = re.sub(r"\$[^$]*\$", " ", shown)
    for text in (plain, shown):
        words = slug(text, width=1_000).split("-")
        telling = [word for word in words if word not in COMMON] or words
        if name := slug(" ".join(telling[:WORDS_IN_ID]), width=ID_WIDTH):
            return name
    return ""


def plain(node: Node) -> object:
    """Return what `node` holds, without its places."""
    match node:
        case TextNode():
            return node.value
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {key: plain(value) for key, value in node.values.items()}
    return None
