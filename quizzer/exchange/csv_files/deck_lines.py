"""What a deck says of itself, on a line of the header that neither separators nor quotes can break.

Anki skips the line like every key that it does not know, and a spreadsheet gives it back as it is.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode

from quizzer.core.deck import Deck
from quizzer.exchange.anki.identity import deck_path
from quizzer.exchange.incoming import IncomingDeck
from quizzer.markup.clean import clean_line

KEY = "quizzer deck"
MOST_FIELDS = 200


def write_deck_line(deck: Deck) -> str:
    """Return the line of a deck, "" for one of which the column for Anki says all that there is."""
    shown = "::".join(deck_path(clean_line(deck.title)))
    is_shown = shown == deck.title and not shown.endswith(f" ({deck.id})")
    if is_shown and not deck.description and not deck.tags:
        return ""
    fields = [("id", deck.id), ("title", deck.title), ("description", deck.description)]
    fields += [("tag", tag) for tag in deck.tags]
    said = urlencode([(name, text) for name, text in fields if text], quote_via=quote, safe="")
    return f"#{KEY}:{said}\n"


def read_deck_line(text: str) -> IncomingDeck | None:
    """Return the deck of a line, None where it names none."""
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    values = dict(fields)
    if not (deck_id := values.get("id", "")):
        return None
    tags = tuple(value for name, value in fields if name == "tag")
    return IncomingDeck(
        (deck_id,), deck_id, values.get("title", deck_id), values.get("description", ""), tags
    )
