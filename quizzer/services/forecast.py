"""What an answer to a card would bring: the same for the label of a grade and for the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizzer.core.kata import is_kata_card
from quizzer.core.memory import CardState
from quizzer.core.queue import QueuedCard
from quizzer.core.rating import rating_from_quality
from quizzer.core.replay import count_elapsed_days
from quizzer.core.scheduling.base import Answer, Outcome, Scheduler


@dataclass(frozen=True, slots=True)
class Forecast:
    """A card in the queue before its answer; `number` is the one that the review will have."""

    scheduler: Scheduler
    state: CardState
    queued: QueuedCard
    number: int
    today: date

    def outcome(self, quality: int) -> Outcome | None:
        """Return what comes of an answer; None where it moves no schedule."""
        if not self.scheduler.takes(self.queued.kind, rating_from_quality(quality)):
            return None
        elapsed_days = count_elapsed_days(self.state, self.today)
        uses_steps = not is_kata_card(self.queued.note_id)  # nobody writes one again in ten minutes
        answer = Answer(quality, elapsed_days, self.queued.card_id, self.number, uses_steps)
        return self.scheduler.review(self.state.memory, answer)

    def interval_days(self, quality: int) -> int:
        """Return the interval that the log stores: the one chosen, else the one that stays."""
        outcome = self.outcome(quality)
        memory = self.state.memory if outcome is None else outcome.memory
        return 0 if memory is None else memory.interval_days
