"""What a session was, and what tomorrow brings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from quizzer.core.kata_queue import KataTurn
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.services.review import ReviewSession
from quizzer.services.today import kata_sentence, read_kata_turns, read_queue
from quizzer.storage.queue import count_due_on


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in figures."""

    answered: int
    by_rating: dict[Rating, int]
    duration_ms: int
    left: int
    left_today: int
    pulled_today: int
    due_tomorrow: int
    katas: tuple[KataTurn, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Return the summary as a learner reads it."""
        if self.answered == 0:
            done = "No card was answered."
        else:
            ratings = ", ".join(f"{count} {rating.name.lower()}" for rating, count in self.by_rating.items())
            done = f"{_count(self.answered, 'answer')}: {ratings}; {_minutes(self.duration_ms)}."
        tomorrow = f"Tomorrow {_count(self.due_tomorrow, 'card')} will be due."
        return done, self._left(), tomorrow, *map(kata_sentence, self.katas)

    def _left(self) -> str:
        today = (
            f"{_count(self.left_today, 'card')} left for today"
            if self.left_today
            else "nothing is left for today"
        )
        if self.pulled_today:
            today += f", {self.pulled_today} of them pulled by failed katas"
        if self.left == self.left_today:
            return f"{today[0].upper()}{today[1:]}."
        here = (
            f"{_count(self.left, 'card')} left of this selection" if self.left else "This selection is done"
        )
        return f"{here}; {today}."


def summarise(session: ReviewSession) -> Summary:
    """Return what the session was so far."""
    workspace = session.workspace
    _, progress = session.look()
    counts = Counter(step.rating for step in session.steps if step.rating is not None)
    today = workspace.study_day()
    with workspace.database.peeking() as run:
        queue = read_queue(run, today, workspace.limits, lambda _: True)
        due = count_due_on(run, today + timedelta(days=1))
        katas = read_kata_turns(run, workspace.content.roots, today, workspace.places.settings.kata_limit)
    return Summary(
        answered=progress.answered,
        by_rating={rating: counts[rating] for rating in Rating if counts[rating]},
        duration_ms=sum(step.duration_ms for step in session.steps),
        left=progress.left,
        left_today=len(queue.cards),
        pulled_today=queue.count(Turn.PULLED),
        due_tomorrow=due,
        katas=katas,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _minutes(duration_ms: int) -> str:
    seconds = duration_ms // 1000
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
