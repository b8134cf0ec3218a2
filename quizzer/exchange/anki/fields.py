"""What a note shows in Anki: fields of HTML, and the note itself in one that no template shows."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from html import escape

from quizzer.core.note import Accept, Choices, Note, NoteKind
from quizzer.exchange.anki.cloze import cloze_to_anki
from quizzer.exchange.anki.embedding import embed_note
from quizzer.exchange.anki.models import CLOZE_FIELDS, EMBEDDED, QUESTION_FIELDS
from quizzer.markup.clean import clean_line
from quizzer.markup.html import escape_code, escape_text, label_image, render_html, render_html_inline
from quizzer.markup.media_label import SOUNDS

MOST_VARIANTS = 3
"""How many further ways to write an answer are shown."""

# What Anki takes for a sound, speech, an image by LaTeX or a box to type in, wherever it stands in a field.
_ANKI_TAG = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$\$?\]|\[?type:)", re.IGNORECASE)
# No text can become this tag: it stands for a sound of our own until foreign brackets are gone.
_SOUND = re.compile(r"<sound ([\w.-]+)>")

# Marks of deletions, which would become one inside of a tag.
_MARKS = re.compile("[\ufdd0-\ufdef\U0010ff00-\U0010ff1f]")

NameMedia = Callable[[str], str | None]
"""Returns what the file of an address is called in the package, None for one that is not taken along."""


def render_fields(note: Note, topic_titles: Mapping[str, str], name_media: NameMedia) -> tuple[str, ...]:
    """Return the fields of the note's type, in its order."""
    renderer = _Renderer(name_media)
    is_cloze = note.kind is NoteKind.CLOZE
    values = {
        "Id": escape_text(note.id),
        "Back": renderer.back(note),
        "Points": renderer.listed("ul", note.points),
        "Pitfall": renderer.block(note.pitfall),
        "Source": _source(note),
        "Level": note.level.value if note.level else "",
        "Topics": escape_text(
            " · ".join(clean_line(topic_titles.get(topic, topic)) for topic in note.topics)
        ),
        "Kata": escape_text(note.kata),
    }
    if is_cloze:
        values["Text"] = cloze_to_anki(note.question, renderer.image)
    else:
        values |= {
            "Front": renderer.block(note.question),
            "Reverse": "1" if note.reverse else "",
            "Choices": renderer.listed("ol", _ordered(note.choices, note.id)) if note.choices else "",
        }
    if note.accept:
        values |= {"Typed": _typed(note.accept), "Unit": escape_text(clean_line(note.accept.unit))}
    safe = {name: _safe(value) for name, value in values.items()} | {EMBEDDED: embed_note(note)}
    return tuple(safe.get(name, "") for name in (CLOZE_FIELDS if is_cloze else QUESTION_FIELDS))


class _Renderer:
    """Renders the texts of a note; what it says of images depends on the files beside the deck."""

    def __init__(self, name_media: NameMedia) -> None:
        self._name_media = name_media

    def image(self, address: str, words: str) -> str:
        """Return the image, or the sound, that an address leads to."""
        name = self._name_media(address)
        if name is None:
            return label_image(address, words)
        if name.endswith(SOUNDS):
            return f"<sound {name}>"
        said = escape(_MARKS.sub("", words)).replace("{", "&#123;")
        return f'<img src="{name}" alt="{said}">'

    def block(self, markdown: str) -> str:
        """Return blocks."""
        return render_html(markdown, self.image) if markdown else ""

    def inline(self, markdown: str) -> str:
        """Return a text without blocks."""
        return render_html_inline(markdown, self.image)

    def listed(self, name: str, texts: Sequence[str]) -> str:
        """Return the list `name` of inline texts."""
        items = "".join(f"<li>{self.inline(text)}</li>" for text in texts)
        return f"<{name}>{items}</{name}>" if items else ""

    def back(self, note: Note) -> str:
        """Return the answer, below what was expected."""
        return "\n".join(part for part in (self._expected(note), self.block(note.answer)) if part)

    def _expected(self, note: Note) -> str:
        """Return what a choice or a typed answer had to be."""
        if note.choices:
            letter = chr(ord("A") + _ordered(note.choices, note.id).index(note.choices.right))
            return f'<p class="right">{letter}. {self.inline(note.choices.right)}</p>'
        return _expected_text(note.accept) if note.accept else ""


def _expected_text(accept: Accept) -> str:
    if accept.regex:
        return f'<p class="expected">A text like <code>{escape_code(clean_line(accept.regex))}</code></p>'
    if accept.number:
        within = f" (within {accept.tolerance})" if accept.tolerance else ""
        return f'<p class="expected">{escape_text(clean_line(_number(accept) + within))}</p>'
    first, *others = (escape_text(clean_line(text)) for text in accept.texts)
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


def _safe(html: str) -> str:
    # Most texts hold none of it, which is said quicker than nothing is replaced.
    if "[" in html:
        html = _ANKI_TAG.sub("&#91;", html)
    if "<sound " in html:
        html = _SOUND.sub(r"[sound:\1]", html)
    # Anki normalises what it imports; a text that differs from ours would be another.
    return html if html.isascii() else unicodedata.normalize("NFC", html)
