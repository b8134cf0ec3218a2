"""A review log as NumPy columns: what the fit and the evaluation of FSRS-6 read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAY_US = 86_400_000_000
_ROW = np.dtype([("card", np.int64), ("rating", np.int8), ("day", np.int32), ("order", np.int64)])


@dataclass(frozen=True, slots=True, eq=False)
class ReviewTable:
    """Reviews of many cards, sorted by card and, within a card, by order.

    `starts` has a place for each card and one more: card c has the reviews starts[c] : starts[c + 1],
    at least one. `rating` is 1 to 4. `gap_days` counts whole days since the card's review before, and
    is 0 for its first. `order` grows with time over all cards.
    """

    starts: Ints  # (cards + 1,)
    rating: npt.NDArray[np.int8]  # (reviews,)
    gap_days: npt.NDArray[np.int32]  # (reviews,)
    order: Ints  # (reviews,)

    def __len__(self) -> int:
        return len(self.rating)

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, int, int, int]]) -> ReviewTable:
        """Return the table of plain tuples (card, rating, day number, order), in any sequence.

        Rows are read once and not kept, so a generator over a cursor needs little memory.

        Raises:
            ValueError: If a rating is not in 1..4.
        """
        read = np.fromiter(rows, dtype=_ROW)
        return cls.from_columns(read["card"], read["rating"], read["day"], read["order"])

    @classmethod
    def from_columns(
        cls, card: npt.ArrayLike, rating: npt.ArrayLike, day: npt.ArrayLike, order: npt.ArrayLike
    ) -> ReviewTable:
        """Return the table of four columns of one length; a gap is the difference of day numbers.

        A day before that of the card's review before counts as the same day.

        Raises:
            ValueError: If a rating is not in 1..4.
        """
        cards, orders, days = (np.asarray(column, dtype=np.int64) for column in (card, order, day))
        sorting = np.lexsort((orders, cards))
        gap_days = np.diff(days[sorting], prepend=0)
        return _sorted_table(cards[sorting], rating, gap_days, orders, sorting)

    @classmethod
    def from_instants(
        cls, card: npt.ArrayLike, rating: npt.ArrayLike, instant_us: npt.ArrayLike
    ) -> ReviewTable:
        """Return the table of reviews at instants, in µs; a gap is the 24-hour days between them.

        Raises:
            ValueError: If a rating is not in 1..4.
        """
        cards, instants = (np.asarray(column, dtype=np.int64) for column in (card, instant_us))
        sorting = np.lexsort((instants, cards))
        gap_days = np.diff(instants[sorting], prepend=0) // DAY_US
        return _sorted_table(cards[sorting], rating, gap_days, instants, sorting)

    @property
    def lengths(self) -> Ints:
        """How many reviews each card has."""
        return np.diff(self.starts)

    @property
    def is_next_day(self) -> Flags:
        """Whether each review came at least a day after its card's review before."""
        return self.gap_days > 0

    @property
    def is_recalled(self) -> Flags:
        """Whether each review was rated HARD, GOOD or EASY."""
        return self.rating > 1

    def order_at(self, share: float) -> int:
        """Return the order of the first review after a share, 0 to 1, of all reviews in time."""
        place = int(share * len(self))
        if place >= len(self):
            return int(self.order.max(initial=-1)) + 1
        return int(np.partition(self.order, place)[place])

    def before(self, order: int) -> ReviewTable:
        """Return the table of the reviews whose order is below `order`."""
        kept = self.order < order
        kept_so_far = np.concatenate([[0], np.cumsum(kept)])
        starts = np.unique(kept_so_far[self.starts])  # cards that keep none fall together
        return ReviewTable(starts, self.rating[kept], self.gap_days[kept], self.order[kept])


def _sorted_table(
    sorted_cards: Ints,
    rating: npt.ArrayLike,
    sorted_gap_days: Ints,
    order: Ints,
    sorting: npt.NDArray[np.intp],
) -> ReviewTable:
    ratings = np.asarray(rating)[sorting].astype(np.int8)
    if len(ratings) and not 1 <= ratings.min() <= ratings.max() <= 4:
        raise ValueError("a rating is not in 1..4")
    is_first = np.diff(sorted_cards, prepend=sorted_cards[:1] - 1) != 0
    gap_days = np.where(is_first, 0, np.maximum(sorted_gap_days, 0)).astype(np.int32)
    starts = np.append(np.flatnonzero(is_first), len(ratings))
    return ReviewTable(starts, ratings, gap_days, order[sorting])
