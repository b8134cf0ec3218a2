"""What a session was, and what tomorrow brings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzer.core.kata_queue import KataTurn
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.markup.clean import clean_line
from quizzer.services.review import ReviewSession
from quizzer.services.today import kata_sentence, read_kata_turns, read_queue
from quizzer.services.workspace import Workspace
from quizzer.storage.queue import count_due_on, read_next_step


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
    next_step: str = ""
    leeches: tuple[str, ...] = ()
    is_cram: bool = False

    def sentences(self) -> tuple[str, ...]:
        """Return the summary as a learner reads it."""
        if self.answered == 0:
            done = "No card was answered."
        else:
            ratings = ", ".join(f"{count} {rating.name.lower()}" for rating, count in self.by_rating.items())
            done = f"{_count(self.answered, 'answer')}: {ratings}; {_minutes(self.duration_ms)}."
        tomorrow = f"Tomorrow {_count(self.due_tomorrow, 'card')} will be due."
        steps = [f"A learning step brings the next card at {self.next_step}."] if self.next_step else []
        leeches = [f"Suspended as {self._leeches()}. 'quizzer cards --leeches' says what to do."]
        told = leeches if self.leeches else []
        return done, self._left(), *steps, *told, tomorrow, *map(kata_sentence, self.katas)

    def _leeches(self) -> str:
        return f"{'a leech' if len(self.leeches) == 1 else 'leeches'}: {', '.join(self.leeches)}"

    def _left(self) -> str:
        today = (
            f"{_count(self.left_today, 'card')} left for today"
            if self.left_today
            else "nothing is left for today"
        )
        if self.pulled_today:
            today += f", {self.pulled_today} of them pulled by failed katas"
        if self.left == self.left_today and not self.is_cram:
            return f"{today[0].upper()}{today[1:]}."
        what = "cram" if self.is_cram else "selection"
        here = f"{_count(self.left, 'card')} left of this {what}" if self.left else f"This {what} is done"
        return f"{here}; {today}."


def summarise(session: ReviewSession) -> Summary:
    """Return what the session was so far."""
    workspace = session.workspace
    _, progress = session.look()
    counts = Counter(step.rating for step in session.steps if step.rating is not None)
    moment = workspace.moment()
    today = moment.today
    with workspace.database.peeking() as run:
        queue = read_queue(run, moment, workspace.limits, lambda _: True)
        next_step = read_next_step(run, today)
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
        leeches=tuple(clean_line(step.queued.key) for step in session.steps if step.is_leech),
        is_cram=session.is_cram,
        next_step=_clock_time(workspace, next_step) if next_step and not queue.cards else "",
    )


def _clock_time(workspace: Workspace, instant: datetime) -> str:
    return f"{instant.astimezone(workspace.calendar.zone):%H:%M}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _minutes(duration_ms: int) -> str:
    seconds = duration_ms // 1000
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
