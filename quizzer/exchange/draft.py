"""A note put together from texts by the names of its fields, as rows and documents hold them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from quizzer.core.cloze import ClozeError, cloze_numbers
from quizzer.core.note import Accept, Checked, Choices, Level, Note, NoteKind, Source

TEXT_FIELDS = (
    "question",
    "answer",
    "cloze",
    "right",
    "regex",
    "number",
    "unit",
    "tolerance",
    "level",
    "pitfall",
    "source",
    "checked",
    "kata",
    "wants_kata",
)
LIST_FIELDS = ("wrong", "accept", "topics", "tags", "points", "was")
FLAG_FIELDS = ("reverse",)

MAX_TEXT = 100_000
MAX_CLOZE_NUMBER = 499
MOST_WRONG = 8

_IS_ID = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_ID = 100
_HASH_DIGITS = 12
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_TRUE = frozenset({"true", "yes", "y", "1", "x"})
_FALSE = frozenset({"false", "no", "n", "0", ""})
_KINDS = "question and answer, cloze, question with right and wrong, question with accept, regex or number"


class DraftError(ValueError):
    """The fields make no note; the text says what was found, what was expected and what to do."""


@dataclass(slots=True)
class Draft:
    """The fields of a note as text; what is missing is empty. `reverse` is a word such as "yes"."""

    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reverse: str = ""

    def text(self, name: str) -> str:
        """Return a text without line breaks around it and spaces behind it, as a deck file's are."""
        return self.texts.get(name, "").strip("\r\n").rstrip()

    def items(self, name: str) -> tuple[str, ...]:
        """Return the items of a list, each once, without empty ones."""
        items = (item.strip("\r\n").rstrip() for item in self.lists.get(name, ()))
        return tuple(dict.fromkeys(item for item in items if item.strip()))


def id_of(key: str, prefix: str) -> str:
    """Return the id of a note that its source knows by `key`: the key itself where it can be an id."""
    if _IS_ID.fullmatch(key) and len(key) <= _MAX_ID and key != "kata":
        return key
    return hashed_id(key, prefix)


def hashed_id(key: str, prefix: str) -> str:
    """Return an id made of a digest of `key`, the same for the same key."""
    return f"{prefix}-{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:_HASH_DIGITS]}"


def build_note(note_id: str, draft: Draft) -> Note:
    """Return the note that the fields make.

    Raises:
        DraftError: If they make none.
    """
    _check_texts(draft)
    kind = _kind(draft)
    return Note(
        id=note_id,
        kind=kind,
        question=_cloze(draft.text("cloze")) if kind is NoteKind.CLOZE else draft.text("question"),
        answer=draft.text("answer"),
        reverse=_reverse(draft, kind),
        choices=_choices(draft) if kind is NoteKind.CHOICES else None,
        accept=_accept(draft) if kind is NoteKind.ACCEPT else None,
        level=_level(draft.text("level").strip().lower()),
        topics=draft.items("topics"),
        tags=tuple(tag.strip() for tag in draft.items("tags")),
        points=draft.items("points"),
        pitfall=draft.text("pitfall"),
        source=_source(draft),
        kata=draft.text("kata").strip(),
        wants_kata=draft.text("wants_kata").strip(),
        was=draft.items("was"),
    )


def has_deletions(text: str) -> bool:
    """Say whether a text has marks such as `{{c1::` in it."""
    return re.search(r"\{\{c\d+::", text) is not None


def _check_texts(draft: Draft) -> None:
    texts: Mapping[str, str] = draft.texts | {name: "\n".join(items) for name, items in draft.lists.items()}
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            found = f"{name} has {len(text):,} characters"
            raise DraftError(f"{found}, expected at most {MAX_TEXT:,}: shorten it")
        if control := _CONTROL.search(text):
            code = f"U+{ord(control[0]):04X}"
            raise DraftError(f"{name} holds the control character {code}, expected text: remove it")


def _kind(draft: Draft) -> NoteKind:
    found = [name for name in ("cloze", "right", "accept") if draft.text(name) or draft.items(name)]
    if "accept" not in found and (draft.text("regex") or draft.text("number")):
        found.append("accept")
    if "right" not in found and draft.items("wrong"):
        raise DraftError("wrong stands without right, expected the right answer too: add it")
    if len(found) > 1:
        raise DraftError(f"{found[0]} and {found[1]} stand in one note, expected one of them: make two notes")
    if found == ["cloze"]:
        if draft.text("question"):
            raise DraftError(
                "cloze and question stand in one note, expected one of them: empty the other one"
            )
        return NoteKind.CLOZE
    if not draft.text("question"):
        raise DraftError(f"a note without a question, expected {_KINDS}: write what it asks")
    if found:
        return NoteKind.CHOICES if found == ["right"] else NoteKind.ACCEPT
    if not draft.text("answer"):
        raise DraftError("a question without an answer, expected both: write the answer")
    return NoteKind.BASIC


def _cloze(text: str) -> str:
    try:
        numbers = cloze_numbers(text)
    except ClozeError as error:
        raise DraftError(f"{error}, expected deletions such as {{{{c1::answer}}}}: correct it") from None
    except ValueError:
        # Python refuses to read an integer of thousands of digits.
        numbers = (MAX_CLOZE_NUMBER + 1,)
    if not numbers:
        raise DraftError("cloze hides nothing, expected a deletion such as {{c1::answer}}: mark one")
    if numbers[-1] > MAX_CLOZE_NUMBER:
        raise DraftError(
            f"a deletion has a number over {MAX_CLOZE_NUMBER}, expected c1, c2, ...: give it a smaller one"
        )
    return text


def _reverse(draft: Draft, kind: NoteKind) -> bool:
    word = draft.reverse.strip().lower()
    if word not in _TRUE | _FALSE:
        raise DraftError(
            f"reverse is {draft.reverse.strip()[:40]!r}, expected true or false: write one of them"
        )
    if word in _TRUE and kind is not NoteKind.BASIC:
        raise DraftError("reverse stands beside another kind of note than question and answer: remove it")
    return word in _TRUE


def _choices(draft: Draft) -> Choices:
    right, wrong = draft.text("right"), draft.items("wrong")
    if not wrong:
        raise DraftError("right stands without wrong, expected wrong answers too: add one")
    if len(wrong) > MOST_WRONG:
        raise DraftError(f"wrong has {len(wrong)} answers, expected at most {MOST_WRONG}: remove some")
    if any(text.split() == right.split() for text in wrong):
        raise DraftError("one answer is right and wrong, expected another wrong answer: change it")
    return Choices(right, wrong)


def _accept(draft: Draft) -> Accept:
    texts = tuple(text.strip() for text in draft.items("accept"))
    regex, number = draft.text("regex").strip(), draft.text("number").strip()
    if sum(map(bool, (texts, regex, number))) > 1:
        raise DraftError("more than one of accept, regex and number, expected one of them: empty the others")
    unit, tolerance = draft.text("unit").strip(), draft.text("tolerance").strip()
    if (unit or tolerance) and not number:
        raise DraftError("unit or tolerance without number, expected number: add it or empty them")
    return Accept(texts=texts, regex=regex, number=number, unit=unit, tolerance=tolerance)


def _level(word: str) -> Level | None:
    if not word:
        return None
    if word not in {level.value for level in Level}:
        known = ", ".join(level.value for level in Level)
        raise DraftError(f"level is {word[:40]!r}, expected one of {known}: write one of them or nothing")
    return Level(word)


def _source(draft: Draft) -> Source | None:
    cite, checked = draft.text("source"), draft.text("checked").strip().lower()
    if checked and not cite:
        raise DraftError("checked stands without source, expected the source too: add it or empty checked")
    if checked and checked not in {word.value for word in Checked}:
        known = ", ".join(word.value for word in Checked)
        raise DraftError(
            f"checked is {checked[:40]!r}, expected one of {known}: write one of them or nothing"
        )
    return Source(cite, Checked(checked) if checked else None) if cite else None
