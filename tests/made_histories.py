"""Histories of other programs that hypothesis makes, and what of an export must come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from quizzer.core.placement import Placement
from quizzer.core.rating import Rating
from quizzer.exchange.incoming import IncomingCard, IncomingReview

FACES = {"a1": [""], "a2": ["c1", "c2"], "a3": ["", "reverse"], "a4": [""]}


@st.composite
def made_cards(
    draw: st.DrawFn, now: datetime, note_ids: Sequence[str]
) -> dict[str, tuple[IncomingCard, ...]]:
    """Draw histories of some cards of some of the notes, the last reviews just before `now`."""
    chosen = draw(st.lists(st.sampled_from(note_ids), unique=True, max_size=2))
    return {
        note_id: tuple(draw(made_card(now, face)) for face in draw(st.permutations(FACES[note_id[:2]])))
        for note_id in chosen
    }


@st.composite
def made_card(draw: st.DrawFn, now: datetime, face: str) -> IncomingCard:
    """Draw the history of a card: some reviews, perhaps a placement that agrees with none of them."""
    hours = sorted(draw(st.lists(st.integers(0, 3_000), max_size=4, unique=True)), reverse=True)
    reviews = tuple(
        IncomingReview(
            rating=draw(st.sampled_from(list(Rating))),
            reviewed_at=now - timedelta(hours=hour),
            duration_ms=draw(st.integers(0, 100_000)),
            interval_days=draw(st.integers(0, 60)),
        )
        for hour in hours
    )
    return IncomingCard(
        face,
        reviews,
        placement=draw(st.one_of(st.none(), placements(now))),
        is_suspended=draw(st.booleans()),
        is_flagged=draw(st.booleans()),
    )


def placements(now: datetime) -> st.SearchStrategy[Placement]:
    """Return placements around `now`, each field known or not."""
    return st.builds(
        Placement,
        due_on=st.integers(-50, 400).map(lambda days: now.date() + timedelta(days=days)),
        interval_days=st.integers(0, 500),
        ease_factor=st.one_of(st.none(), st.integers(130, 400)),
        repetitions=st.one_of(st.none(), st.integers(0, 9)),
        stability=st.one_of(st.none(), st.floats(0.1, 500)),
        difficulty=st.one_of(st.none(), st.floats(1, 10)),
    )


def history_of(file: Path) -> dict[str, Any]:
    """Return the history that an export holds.

    Places in the log count for their order alone, and where an import had to put a card is what its state
    says.
    """
    history = json.loads(file.read_text(encoding="utf-8"))["history"]
    entries: list[dict[str, Any]] = []
    cards: dict[str, Any] = {}
    for card in history["cards"]:
        for name in ("reviews", "events"):
            entries += ({**e, "key": card["key"]} for e in card.get(name, ()) if e["kind"] != "place")
        cards[card["key"]] = card.get("state")
    entries += history["reschedules"]
    entries.sort(key=lambda entry: int(entry.pop("sequence")))
    return {"entries": entries, "states": cards}
