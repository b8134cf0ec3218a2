"""Cram: every chosen card once, in an order that stays, until each was Good; no schedule moves."""

from __future__ import annotations

import random
from collections.abc import Callable

from quizzer.core.queue import Queue
from quizzer.core.rating import Rating
from quizzer.core.study_day import Moment
from quizzer.storage.card_reads import read_suspended
from quizzer.storage.cram_reads import read_askable, read_buried, read_crammed, read_last_sequence
from quizzer.storage.runner import Runner


class Cram:
    """The cards of one cram session; what was answered is read from the log, so that undo needs no rule."""

    def __init__(self, run: Runner, is_wanted: Callable[[str], bool], limit: int | None = None) -> None:
        """Choose and shuffle the cards; at most `limit` of them."""
        self._since = read_last_sequence(run)
        cards = [card for card in read_askable(run) if is_wanted(card.key)]
        random.Random(self._since).shuffle(cards)
        self._cards = cards[:limit]

    def queue(self, run: Runner, moment: Moment) -> Queue:
        """Return what is left: cards not asked yet, then those that failed, in the order of their answers.

        A note that was buried before the session is asked, since every chosen card is; one that is
        buried in it is not.
        """
        crammed, suspended = read_crammed(run, self._since), read_suspended(run)
        buried = read_buried(run, self._since)
        fresh = [card for card in self._cards if card.card_id not in crammed]
        failed = [
            card for card in self._cards if card.card_id in crammed and crammed[card.card_id][0] < Rating.GOOD
        ]
        failed.sort(key=lambda card: crammed[card.card_id][1])
        left = [
            card for card in (*fresh, *failed) if card.card_id not in suspended and card.note_id not in buried
        ]
        return Queue(moment.today, tuple(left))
