"""Lays the reviews of a table out so that many cards can be computed at once.

A block holds some thousand cards, longest history first; its level k holds review k of each card that
has one. So the cards of a level are the first ones of the block, and a block's arrays stay in the
processor's cache whatever the length of the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzer.fsrs.review_table import Flags, Ints, ReviewTable

CARDS_A_BLOCK = 4096
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Review k of the first cards of a block.

    `by_kind` sorts these cards by what the review was: first those asked again on the same day
    (`same_day` of them), then those recalled on a later day (`recalled`), then those that lapsed.
    `counted` says, in the order of cards, which reviews count in a loss; none of the same day does.
    """

    place: Ints  # (cards,), of each review in the table
    rating: npt.NDArray[np.int8]  # (cards,)
    gap_days: npt.NDArray[np.int32]  # (cards,)
    counted: Flags  # (cards,)
    by_kind: Places  # (cards,)
    same_day: int
    recalled: int

    @property
    def same_day_cards(self) -> Places:
        """The cards asked again on the same day."""
        return self.by_kind[: self.same_day]

    @property
    def next_day_cards(self) -> Places:
        """The cards asked on a later day: first the recalled ones."""
        return self.by_kind[self.same_day :]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some cards of a table, level by level; the first level has them all."""

    levels: tuple[Level, ...]

    @property
    def cards(self) -> int:
        """How many cards there are."""
        return len(self.levels[0].place)


def lay_out(table: ReviewTable, counted: Flags | None = None) -> Iterator[Block]:
    """Yield the blocks of `table`.

    Args:
        table: The reviews.
        counted: Which of them count in a loss, if they are of a next day; None for all.
    """
    counts = table.is_next_day if counted is None else table.is_next_day & counted
    longest_first = np.argsort(-table.lengths, kind="stable")
    for first in range(0, len(longest_first), CARDS_A_BLOCK):
        cards = longest_first[first : first + CARDS_A_BLOCK]
        yield Block(tuple(_levels(table, counts, table.starts[cards], table.lengths[cards])))


def _levels(table: ReviewTable, counts: Flags, starts: Ints, lengths: Ints) -> Iterator[Level]:
    for number in range(int(lengths[0])):
        cards = int(np.searchsorted(-lengths, -number, side="left"))  # those with more than `number` reviews
        place = starts[:cards] + number
        rating, gap_days = table.rating[place], table.gap_days[place]
        kind = np.where(gap_days == 0, 0, np.where(rating > 1, 1, 2)).astype(np.int8)
        same_day, recalled, _ = np.bincount(kind, minlength=3).tolist()
        by_kind = np.argsort(kind, kind="stable")
        yield Level(place, rating, gap_days, counts[place], by_kind, same_day, recalled)
