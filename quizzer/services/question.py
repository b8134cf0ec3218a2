"""A question: a card whose turn it is, as the learner saw it, with the grades it can get."""

from __future__ import annotations

from dataclasses import dataclass

from quizzer.core.card import Card
from quizzer.core.interval import format_interval, format_wait
from quizzer.core.queue import QueuedCard, Turn
from quizzer.core.rating import QUALITIES, QUALITY_OF_RATING, Rating, quality_of, rating_from_quality
from quizzer.core.review import ReviewKind
from quizzer.core.settings import Grades
from quizzer.services.forecast import Forecast
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import LogPosition, read_position, read_state
from quizzer.storage.runner import Runner


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer the learner can give: its key, and when the card would come back.

    `interval_days` is None in a drill or a cram; `wait_s` is set within learning steps.
    """

    key: str
    rating: Rating
    quality: int | None
    interval_days: int | None
    wait_s: int | None = None

    @property
    def label(self) -> str:
        """The word for it."""
        return self.rating.name.capitalize() if self.quality is None else QUALITY_WORDS[self.quality]

    @property
    def when(self) -> str:
        """When the card would come back, as a learner reads it; "" where its schedule stays."""
        if self.wait_s is not None:
            return format_wait(self.wait_s)
        return "" if self.interval_days is None else format_interval(self.interval_days)


STANDING_KINDS = (ReviewKind.DRILL, ReviewKind.CRAM)  # no answer of theirs moves a schedule
HELD = "only Again changes its schedule"
QUALITY_WORDS = ("Blackout", "Wrong", "Almost", "Hard", "Good", "Perfect")


@dataclass(frozen=True, slots=True)
class Question:
    """A card whose turn it is, and where its log stood when the learner saw it.

    `is_held` says that only Again would move its schedule.
    """

    queued: QueuedCard
    card: Card
    position: LogPosition
    grades: tuple[Grade, ...]
    is_flagged: bool = False
    lapses: int = 0
    is_held: bool = False

    @property
    def reason(self) -> str:
        """Why a card is there that the day did not bring, as a sentence; "" where its turn says all."""
        if self.queued.turn is Turn.AHEAD and self.is_held:
            return f"Ahead of its day: {HELD}."
        if self.queued.turn is not Turn.PULLED:
            return ""
        kata, cause = "a failed kata", self.queued.cause
        if cause is not None:
            kata = f"the kata {cause.kata} ({cause.misconception.replace('-', ' ')})"
        if self.queued.kind is ReviewKind.AHEAD:
            return f"Pulled by {kata}, ahead of its day{f': {HELD}' if self.is_held else ''}."
        return f"Pulled by {kata}."

    def grade(self, key: str) -> Grade | None:
        """Return the grade that a key gives."""
        return next((grade for grade in self.grades if grade.key == key), None)

    def suggested(self, rating: Rating) -> Grade:
        """Return the grade that stands for a suggested rating."""
        # Of the three grades that are AGAIN, "Wrong" is the one that says no more than that.
        return next(
            grade
            for grade in self.grades
            if quality_of(grade.rating, grade.quality) == QUALITY_OF_RATING[rating]
        )


def ask(workspace: Workspace, run: Runner, queued: QueuedCard, card: Card) -> Question:
    """Return the question that `queued` poses now."""
    state, position = read_state(run, queued.card_id), read_position(run, queued.card_id)
    scheduler = workspace.regime(run).scheduler
    forecast = Forecast(scheduler, state, queued, position.number + 1, workspace.study_day())

    def grade(key: str, rating: Rating, quality: int | None) -> Grade:
        if queued.kind in STANDING_KINDS:
            return Grade(key, rating, quality, None)
        outcome = forecast.outcome(quality_of(rating, quality))
        if outcome is None:
            return Grade(key, rating, quality, queued.ahead_days)
        return Grade(key, rating, quality, outcome.memory.interval_days, outcome.wait_s)

    if workspace.places.settings.grades is Grades.SIX:
        grades = [grade(str(q), rating_from_quality(q), q) for q in QUALITIES]
    else:
        grades = [grade(str(int(rating)), rating, None) for rating in Rating]
    is_ahead = queued.kind is ReviewKind.AHEAD
    return Question(
        queued,
        card,
        position,
        tuple(grades),
        is_flagged=state.is_flagged,
        lapses=state.lapses,
        is_held=is_ahead and not scheduler.takes(queued.kind, Rating.GOOD),
    )
