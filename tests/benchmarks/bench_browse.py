"""Browsing 10,000 cards with 96,000 reviews: opening, filtering, a step on all of them."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from textual.app import App
from textual.widgets import DataTable

from quizzer.core.review import EventKind
from quizzer.services.browse import load_cards
from quizzer.services.bulk import act, undo
from quizzer.services.workspace import Workspace, open_workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.widgets.card_table import CardTable
from tests.benchmarks.measure import Figure, make_places, median, milliseconds

CARDS = 10_000
NEW_CARDS = 2_000
REVIEWS_A_CARD = 12
QUERIES = {
    "a word": "softmax",
    "all kinds of terms": '("first sentence" or id:d1*) -is:new prop:interval>3 rated:400 (is:due or tag:*)',
}


def measure() -> Iterator[Figure]:
    """Fill a database, then open and filter it as the screen does."""
    with tempfile.TemporaryDirectory() as folder:
        places = make_places(Path(folder), CARDS, decks=28)
        with open_workspace(places):
            pass
        _fill(places.database)
        raw = sqlite3.connect(places.database)
        sql = "SELECT c.*, s.* FROM cards c JOIN memory_states s ON s.card_id = c.id"
        rows = median(milliseconds(lambda: raw.execute(sql).fetchall()))
        raw.close()
        with open_workspace(places) as workspace:
            opened = median(milliseconds(lambda: load_cards(workspace)))
            cards = load_cards(workspace)
            yield Figure(
                f"browse: read {CARDS:,} cards", f"{opened:.0f} ms", f"raw SQL {rows:.0f} ms", "500 ms"
            )
            texts = [card.note.text for card in cards.cards]
            plain = median(milliseconds(lambda: [text for text in texts if "softmax" in text]))
            for what, query in QUERIES.items():
                taken = median(milliseconds(partial(cards.find, query)))
                yield Figure(
                    f"browse: filter {CARDS:,} cards, {what}",
                    f"{taken:.0f} ms",
                    f"bare text search {plain:.0f} ms",
                    "100 ms",
                )
            table = median([asyncio.run(_fill_table()) for _ in range(3)])
            screen = median([asyncio.run(_open_screen(workspace)) for _ in range(5)])
            yield Figure(
                f"browse: the screen with {CARDS:,} cards, reading included",
                f"{screen:.0f} ms",
                f"a DataTable of {CARDS:,} rows {table:.0f} ms",
                "500 ms",
            )
            chosen = [(card.card_id, card.key) for card in cards.cards]
            workspace.prepare()
            done = milliseconds(lambda: act(workspace, chosen, EventKind.FLAG), 1)[0]
            undone = milliseconds(lambda: undo(workspace), 1)[0]
            yield Figure(f"browse: flag {CARDS:,} cards, undo", f"{done:.0f} ms, {undone:.0f} ms", "-", "-")


async def _open_screen(workspace: Workspace) -> float:
    """Return how many milliseconds pass from the key to the first cards."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        start = time.perf_counter()
        app.action_open("browse")
        while not app.screen.query(CardTable) or app.screen.query_one(CardTable).cursor_card is None:
            await asyncio.sleep(0.02)  # asking all the time would take time from the reading
        return (time.perf_counter() - start) * 1000


async def _fill_table() -> float:
    """Return how many milliseconds Textual's own table takes for as many rows."""
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        start = time.perf_counter()
        table = DataTable[str]()
        await app.mount(table)
        table.add_columns("Card", "Deck", "Due", "State")
        for number in range(CARDS):
            table.add_row(f"card-{number}", "deck", "today", "new")
        await pilot.pause()
        return (time.perf_counter() - start) * 1000


def _fill(path: Path) -> None:
    today = datetime.now(UTC).date()
    connection = sqlite3.connect(path)
    ids = [
        row[0] for row in connection.execute("SELECT id FROM cards ORDER BY id LIMIT ?", (CARDS - NEW_CARDS,))
    ]
    rows = []
    for sequence, (card_id, number) in enumerate((c, n) for n in range(1, REVIEWS_A_CARD + 1) for c in ids):
        day = today - timedelta(days=400 - 30 * number)
        rows.append((card_id, number, sequence + 1, day.isoformat()))
    connection.executemany(
        "INSERT INTO reviews (learner_id, card_id, number, sequence, kind, origin, rating, reviewed_at, zone,"
        " study_day, duration_ms, scheduler, interval_days)"
        " VALUES (1, ?, ?, ?, 'scheduled', 'quizzer', 3, 0, 'UTC', ?, 9, 'sm2', 30)",
        rows,
    )
    connection.executemany(
        "UPDATE memory_states SET place = NULL, introduced_on = ?, reviewed_on = ?, due_on = ?,"
        " ease_factor = 250, repetitions = 12, interval_days = 30, reviews = 12"
        " WHERE learner_id = 1 AND card_id = ?",
        [
            (
                (today - timedelta(days=370)).isoformat(),
                (today - timedelta(days=40)).isoformat(),
                (today + timedelta(days=card_id % 60 - 2)).isoformat(),
                card_id,
            )
            for card_id in ids
        ],
    )
    connection.commit()
    connection.close()
