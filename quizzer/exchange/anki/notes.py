"""Our notes as Anki's: fields of HTML, tags, and which of its templates make cards."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from quizzer.core.card import cards_of
from quizzer.core.deck import Deck
from quizzer.core.note import Accept, Choices, Note, NoteKind
from quizzer.exchange.anki.cloze import cloze_to_anki
from quizzer.exchange.anki.identity import deck_id, deck_titles, guid_of, oldest_ids
from quizzer.exchange.anki.models import CLOZE_FIELDS, QUESTION_FIELDS
from quizzer.markup.clean import clean_line
from quizzer.markup.html import escape_code, escape_text, render_html, render_html_inline

MOST_VARIANTS = 3
"""How many further ways to write an answer are shown."""

# What Anki takes for a sound, speech, an image by LaTeX or a box to type in, wherever it stands in a field.
_ANKI_TAG = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$\$?\]|\[?type:)", re.IGNORECASE)
_NO_TAG = re.compile(r"[\s\"'<>&\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class AnkiDeck:
    """A deck in Anki; `description` is HTML."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A note as it stands in a package.

    `other_guid` is the GUID that it had if it has become a cloze, or has been one; `ordinals` are the
    templates (or clozes) that make its cards.
    """

    note_id: str
    guid: str
    other_guid: str
    deck_id: int
    is_cloze: bool
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    ordinals: tuple[int, ...]

    @property
    def content_hash(self) -> str:
        """A digest of all that an import brings to a note that is there already."""
        parts = ("cloze" if self.is_cloze else "question", *self.fields, *self.tags)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def to_anki_decks(decks: Sequence[Deck]) -> tuple[AnkiDeck, ...]:
    """Return the decks under the names they have in Anki."""
    names = deck_titles(decks, {deck.id: clean_line(deck.title) for deck in decks})
    return tuple(AnkiDeck(deck_id(deck.id), names[deck.id], _block(deck.description)) for deck in decks)


def to_anki_notes(
    decks: Sequence[Deck], topic_titles: Mapping[str, str], chosen: Iterable[str]
) -> tuple[AnkiNote, ...]:
    """Return the notes whose ids are `chosen`, deck by deck in their order.

    Args:
        decks: All decks, those without a chosen note too: GUIDs follow from the whole.
        topic_titles: The title of each topic of the syllabus by its id.
        chosen: Ids of notes.
    """
    oldest = oldest_ids(decks)
    wanted = frozenset(chosen)
    return tuple(
        AnkiNote(
            note_id=note.id,
            guid=guid_of(oldest[note.id], is_cloze=note.kind is NoteKind.CLOZE),
            other_guid=guid_of(oldest[note.id], is_cloze=note.kind is not NoteKind.CLOZE),
            deck_id=deck_id(deck.id),
            is_cloze=note.kind is NoteKind.CLOZE,
            fields=_fields(note, topic_titles),
            tags=_tags(note, deck),
            ordinals=_ordinals(note),
        )
        for deck in decks
        for note in deck.notes
        if note.id in wanted
    )


def _fields(note: Note, topic_titles: Mapping[str, str]) -> tuple[str, ...]:
    is_cloze = note.kind is NoteKind.CLOZE
    values = {
        "Id": escape_text(note.id),
        "Back": _back(note),
        "Points": _list("ul", note.points),
        "Pitfall": _block(note.pitfall),
        "Source": _source(note),
        "Level": note.level.value if note.level else "",
        "Topics": escape_text(
            " · ".join(clean_line(topic_titles.get(topic, topic)) for topic in note.topics)
        ),
        "Kata": escape_text(note.kata),
    }
    if is_cloze:
        values["Text"] = cloze_to_anki(note.question)
    else:
        values |= {
            "Front": render_html(note.question),
            "Reverse": "1" if note.reverse else "",
            "Choices": _list("ol", _ordered(note.choices, note.id)) if note.choices else "",
        }
    if note.accept:
        values |= {"Typed": _typed(note.accept), "Unit": escape_text(clean_line(note.accept.unit))}
    names = CLOZE_FIELDS if is_cloze else QUESTION_FIELDS
    return tuple(_safe(values.get(name, "")) for name in names)


def _ordinals(note: Note) -> tuple[int, ...]:
    if note.kind is NoteKind.CLOZE:
        return tuple(int(card.face[1:]) - 1 for card in cards_of(note))
    return tuple(range(len(cards_of(note))))


def _back(note: Note) -> str:
    return "\n".join(part for part in (_expected(note), _block(note.answer)) if part)


def _expected(note: Note) -> str:
    """Return what a choice or a typed answer had to be."""
    if note.choices:
        letter = chr(ord("A") + _ordered(note.choices, note.id).index(note.choices.right))
        return f'<p class="right">{letter}. {render_html_inline(note.choices.right)}</p>'
    if note.accept is None:
        return ""
    if note.accept.regex:
        return (
            f'<p class="expected">A text like <code>{escape_code(clean_line(note.accept.regex))}</code></p>'
        )
    if note.accept.number:
        within = f" (within {note.accept.tolerance})" if note.accept.tolerance else ""
        return f'<p class="expected">{escape_text(clean_line(_number(note.accept) + within))}</p>'
    first, *others = (escape_text(clean_line(text)) for text in note.accept.texts)
    also = f'<div class="unit">also {" · ".join(others[:MOST_VARIANTS])}</div>' if others else ""
    return f'<p class="expected">{first}</p>{also}'


def _number(accept: Accept) -> str:
    return f"{accept.number} {accept.unit}".strip()


def _typed(accept: Accept) -> str:
    """Return what Anki compares the typed answer with; for a pattern there is no such text."""
    return escape(clean_line(accept.number or (accept.texts[0] if accept.texts else "")), quote=False)


def _ordered(choices: Choices, note_id: str) -> list[str]:
    """Return the choices in an order that shows nothing and that an edit of one does not change."""
    options = [choices.right, *choices.wrong]
    return sorted(options, key=lambda text: hashlib.sha256(f"{note_id}\0{text}".encode()).digest())


def _source(note: Note) -> str:
    if note.source is None:
        return ""
    checked = f" ({note.source.checked.value})" if note.source.checked else ""
    return escape_text(clean_line(note.source.cite) + checked)


def _list(name: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{render_html_inline(text)}</li>" for text in texts)
    return f"<{name}>{items}</{name}>" if items else ""


def _block(markdown: str) -> str:
    return render_html(markdown) if markdown else ""


def _tags(note: Note, deck: Deck) -> tuple[str, ...]:
    return tuple(sorted({_tag(tag) for tag in _all_tags(note, deck)}))


def _all_tags(note: Note, deck: Deck) -> Iterator[str]:
    yield from note.tags
    yield from deck.tags
    if note.level:
        yield f"level::{note.level.value}"
    for topic in note.topics:
        yield f"topic::{topic}"


def _tag(text: str) -> str:
    """Return a tag as Anki keeps it: spaces would part it."""
    return unicodedata.normalize("NFC", _NO_TAG.sub("-", clean_line(text))).strip("-:") or "tag"


def _safe(html: str) -> str:
    # Anki normalises what it imports; a text that differs from ours would be another.
    return unicodedata.normalize("NFC", _ANKI_TAG.sub("&#91;", html))
