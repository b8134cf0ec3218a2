"""What is taken of a history: the reviews and events that are new, in the order of the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from quizzer.core.card import card_key, cards_of
from quizzer.core.kata import is_kata_card
from quizzer.core.replay import Regime
from quizzer.core.review import LogEntry
from quizzer.exchange.incoming import Incoming, IncomingCard
from quizzer.services.clock import Calendar
from quizzer.services.import_plan import Fate, PlannedNote
from quizzer.services.import_taken import Against, History, Taken
from quizzer.services.import_weigher import CardWeigher
from quizzer.storage.imports import is_log_empty, read_card_ids
from quizzer.storage.log_reads import read_all_entries
from quizzer.storage.runner import Runner


def weigh_history(
    run: Runner,
    calendar: Calendar,
    regime: Regime,
    incoming: Incoming,
    notes: Iterable[PlannedNote],
    now: datetime,
) -> History:
    """Return what is taken of the history of these notes and of the cards without one; nothing is written."""
    history = History()
    cards = dict(_cards_of(incoming, notes, history))
    history.against = _read_against(run, cards.keys(), regime)
    for key, card in cards.items():
        CardWeigher(history, calendar, regime, now, key, card, history.logs.get(key, [])).weigh()
    if incoming.reschedules:
        if history.against.is_log_empty:
            history.taken += [Taken("", change, change.study_day) for change in incoming.reschedules]
        else:
            history.leaves_scheduler = True
    return history


def holds_still(run: Runner, history: History, regime: Regime) -> bool:
    """Say whether a history that was weighed before would be weighed in the same way again."""
    return history.against == _read_against(run, history.against.keys, regime)


def _read_against(run: Runner, keys: Collection[str], regime: Regime) -> Against:
    """Return what a history of the cards with these keys is weighed against."""
    ids = read_card_ids(run)
    known = {ids[key]: key for key in keys if key in ids}
    logs: dict[str, list[LogEntry]] = {}
    if known:
        logs = {known[card_id]: log for card_id, log in read_all_entries(run, known)}
    return Against(tuple(keys), logs, regime, is_log_empty(run))


def _cards_of(
    incoming: Incoming, notes: Iterable[PlannedNote], history: History
) -> Iterator[tuple[str, IncomingCard]]:
    for planned in notes:
        if planned.fate is Fate.REFUSED or not planned.incoming.cards:
            continue
        faces = {card.face for card in cards_of(planned.note)}
        for card in planned.incoming.cards:
            if card.face in faces:
                yield card_key(planned.note.id, card.face), card
            else:
                history.homeless += 1
    yield from incoming.loose.items()


def note_id_of(key: str) -> str:
    """Return the note id of a card's key; a kata's card stands in the place of its note."""
    return key if is_kata_card(key) else key.partition("/")[0]
