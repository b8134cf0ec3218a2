"""A question: a card whose turn it is, as the learner saw it, with the grades it can get."""

from __future__ import annotations

from dataclasses import dataclass

from quizzer.core.card import Card
from quizzer.core.queue import QueuedCard, Turn
from quizzer.core.rating import QUALITIES, QUALITY_OF_RATING, Rating, quality_of, rating_from_quality
from quizzer.core.review import ReviewKind
from quizzer.core.settings import Grades
from quizzer.services.workspace import Workspace
from quizzer.storage.card_reads import LogPosition, read_memory, read_position
from quizzer.storage.runner import Runner


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer the learner can give: its key, and in how many days the card would come back.

    `interval_days` is None in a drill.
    """

    key: str
    rating: Rating
    quality: int | None
    interval_days: int | None

    @property
    def label(self) -> str:
        """The word for it."""
        return self.rating.name.capitalize() if self.quality is None else QUALITY_WORDS[self.quality]


QUALITY_WORDS = ("Blackout", "Wrong", "Almost", "Hard", "Good", "Perfect")


@dataclass(frozen=True, slots=True)
class Question:
    """A card whose turn it is, and where its log stood when the learner saw it."""

    queued: QueuedCard
    card: Card
    position: LogPosition
    grades: tuple[Grade, ...]

    @property
    def reason(self) -> str:
        """Why a pulled card is there, as a sentence; "" for all others, whose turn says it."""
        if self.queued.turn is not Turn.PULLED:
            return ""
        kata, cause = "a failed kata", self.queued.cause
        if cause is not None:
            kata = f"the kata {cause.kata} ({cause.misconception.replace('-', ' ')})"
        if self.queued.kind is ReviewKind.AHEAD:
            return f"Pulled by {kata}, ahead of its day: only Again changes its schedule."
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
    memory = read_memory(run, queued.card_id)

    def interval_days(quality: int) -> int | None:
        if queued.turn is Turn.DRILL:
            return None
        if not workspace.scheduler.takes(queued.kind, rating_from_quality(quality)):
            return queued.ahead_days
        return workspace.scheduler.review(memory, quality).interval_days

    if workspace.places.settings.grades is Grades.SIX:
        grades = [Grade(str(q), rating_from_quality(q), q, interval_days(q)) for q in QUALITIES]
    else:
        grades = [Grade(str(int(r)), r, None, interval_days(QUALITY_OF_RATING[r])) for r in Rating]
    return Question(queued, card, read_position(run, queued.card_id), tuple(grades))
