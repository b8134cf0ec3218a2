"""Weighs the history of one card against its log here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

from quizzer.core.memory import CardState, FsrsMemory
from quizzer.core.placement import Placement, decode_placement
from quizzer.core.replay import Regime, replay
from quizzer.core.review import CardEvent, EventKind, LogEntry, Review, ReviewKind
from quizzer.core.scheduling.base import due_day
from quizzer.exchange.incoming import IncomingCard, IncomingEvent, IncomingReview, Refused
from quizzer.services.clock import Calendar
from quizzer.services.import_taken import History, Taken, instant_of_entry

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_DAYS_APART = 2  # a zone and a rollover hour
MOST_AHEAD = timedelta(days=366)
REFUSALS_SHOWN = 1_000
# Half of the last decimal that Anki keeps, and what a binary fraction is off by.
STABILITY_ROUNDED = 0.000_050_1
DIFFICULTY_ROUNDED = 0.000_501


class CardWeigher:
    """Weighs the history of one card against its log here."""

    def __init__(
        self,
        history: History,
        calendar: Calendar,
        regime: Regime,
        now: datetime,
        key: str,
        card: IncomingCard,
        log: Sequence[LogEntry],
    ) -> None:
        self._history = history
        self._calendar = calendar
        self._regime = regime
        self._now = now
        # A log of quizzer's own may have been kept by a clock that was set back since.
        self._latest_own = now + MOST_AHEAD
        self._key = key
        self._card = card
        self._log = log
        # A log of quizzer's own may have two entries of one instant; elsewhere the instant is the review.
        self._known = Counter(map(_place_of, log))
        self._seen: set[tuple[str, datetime]] = set()
        self._last = max((_instant_of(entry) for entry in log if _moves(entry)), default=EARLIEST)
        self._last_event = max(map(_instant_of, log), default=EARLIEST)
        self._due: date | None = None
        self._answered_on: date | None = None
        for entry in log:
            self._follow_own(entry)

    def weigh(self) -> None:
        """Add to the history what is taken of the card."""
        before = len(self._history.taken)
        entries: list[IncomingReview | IncomingEvent] = [*self._card.reviews, *self._card.events]
        for entry in sorted(entries, key=lambda entry: (entry.order, instant_of_entry(entry))):
            if self._is_wanted(entry, instant_of_entry(entry)):
                self._take(entry)
        if len(self._history.taken) > before or self._is_placed_anew():
            self._history.placed[self._key] = self._card
        if not self._log or self._key in self._history.placed:
            self._history.left_out.update(self._card.left_out)

    def _is_wanted(self, entry: IncomingReview | IncomingEvent, instant: datetime) -> bool:
        if not EARLIEST <= instant <= (self._latest_own if entry.order else self._now):
            self._refuse(
                f"an entry of {instant:%Y-%m-%d %H:%M}, expected one since 2000 and not in the future"
            )
            return False
        if isinstance(entry, IncomingReview) and entry.interval_days < 0:
            self._refuse(f"an interval of {entry.interval_days} days, expected 0 or more")
            return False
        if entry.study_day is not None and not _is_near_day(entry.study_day, instant):
            self._refuse(f"an entry of {instant:%Y-%m-%d} with a day far from it, expected its study day")
            return False
        place = _place("" if isinstance(entry, IncomingReview) else entry.kind.value, instant)
        if self._known[place] > 0 or (place in self._seen and not entry.order):
            self._known[place] -= 1
            self._history.known += isinstance(entry, IncomingReview)
            return False
        last = self._last if isinstance(entry, IncomingReview) else self._last_event
        if self._log and instant <= last:
            self._history.older += isinstance(entry, IncomingReview)
            return False
        self._seen.add(place)
        return True

    def _refuse(self, found: str) -> None:
        if len(self._history.refused) < REFUSALS_SHOWN:
            self._history.refused.append(Refused(self._key, f"{found}: correct it in the source"))

    def _take(self, entry: IncomingReview | IncomingEvent) -> None:
        if isinstance(entry, IncomingEvent):
            self._history.taken.append(Taken(self._key, entry, entry.study_day))
            if entry.kind is EventKind.RESET:
                self._due = None
            return
        day = entry.study_day or self._calendar.study_day(entry.reviewed_at)
        kind = entry.kind or self._kind_on(day)
        self._history.taken.append(Taken(self._key, entry, day, kind))
        self._follow(kind, day, entry.interval_days)

    def _kind_on(self, day: date) -> ReviewKind:
        """Return the kind of a rating of which the source knows none."""
        if self._answered_on == day:
            return ReviewKind.LEARNING
        return ReviewKind.SCHEDULED if self._due is None or self._due <= day else ReviewKind.AHEAD

    def _follow(self, kind: ReviewKind, day: date, interval_days: int) -> None:
        if kind is not ReviewKind.CRAM:
            self._answered_on, self._due = day, due_day(day, interval_days)

    def _follow_own(self, entry: LogEntry) -> None:
        if isinstance(entry, Review):
            self._follow(entry.kind, entry.study_day, entry.interval_days)
        elif entry.kind is EventKind.RESET:
            self._due = None

    def _is_placed_anew(self) -> bool:
        """Say whether the source has another schedule for a card of which it brings no review.

        Not if the learner has gone on with the card here, or changed the scheduler since, nor if the source
        is older than what came from it before.
        """
        card = self._card
        moving = [entry for entry in self._log if _moves(entry) or _is_place(entry)]
        if moving:
            last = max(moving, key=attrgetter("sequence"))
            is_theirs = _is_place(last) or _place_of(last) in map(_incoming_place, card.reviews[-1:])
            if not is_theirs or last.sequence <= self._regime.since or self._is_older():
                return False
            if isinstance(last, CardEvent) and decode_placement(last.data) == card.placement:
                return False  # a day later it stands elsewhere, if it was to come again on its day
            return differs(replay(self._log, self._regime), card, self._regime)
        return not self._log and (card.is_suspended or card.is_flagged or card.placement is not None)

    def _is_older(self) -> bool:
        """Say whether the log has a review that was given after the last one that the source knows."""
        known = [entry.reviewed_at for entry in self._log if isinstance(entry, Review)]
        last = [_incoming_place(review)[1] for review in self._card.reviews[-1:]]
        return bool(known and last) and max(known) > last[0]


def differs(state: CardState, card: IncomingCard, regime: Regime) -> bool:
    """Say whether the source has the card elsewhere than its state here says."""
    placement = card.placement
    if placement is None:
        return False
    if state.due_on != placement.due_on or state.lapses < (placement.lapses or 0):
        return True
    if has_its_figures(state, placement):
        return state.memory is not None and state.memory.interval_days != placement.interval_days
    return regime.scheduler.place(state.memory, placement) != state.memory


def has_its_figures(state: CardState, placement: Placement) -> bool:
    """Say whether a placement has FSRS's figures of the card, which Anki rounds."""
    memory, stability, difficulty = state.memory, placement.stability, placement.difficulty
    return (
        isinstance(memory, FsrsMemory)
        and stability is not None
        and difficulty is not None
        and abs(memory.stability - stability) <= STABILITY_ROUNDED
        and abs(memory.difficulty - difficulty) <= DIFFICULTY_ROUNDED
    )


def _is_near_day(day: date, instant: datetime) -> bool:
    """Say whether a study day that was stored can be that of the instant, in whatever zone."""
    return abs((day - instant.astimezone(UTC).date()).days) <= MOST_DAYS_APART


def _moves(entry: LogEntry) -> bool:
    return isinstance(entry, Review) or entry.kind is EventKind.RESET


def _is_place(entry: LogEntry) -> bool:
    return isinstance(entry, CardEvent) and entry.kind is EventKind.PLACE


def _instant_of(entry: LogEntry) -> datetime:
    return entry.reviewed_at if isinstance(entry, Review) else entry.happened_at


def _place_of(entry: LogEntry) -> tuple[str, datetime]:
    return _place("" if isinstance(entry, Review) else entry.kind.value, _instant_of(entry))


def _incoming_place(entry: IncomingReview | IncomingEvent) -> tuple[str, datetime]:
    return _place("" if isinstance(entry, IncomingReview) else entry.kind.value, instant_of_entry(entry))


def _place(kind: str, instant: datetime) -> tuple[str, datetime]:
    """Return what tells an entry of a card from its others; the log keeps milliseconds."""
    beyond = instant.microsecond % 1000
    return kind, instant - timedelta(microseconds=beyond) if beyond else instant
