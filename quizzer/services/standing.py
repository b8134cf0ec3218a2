"""How the learner stands with a kata, as one reading of the database says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizzer.core.kata_queue import KataState, is_due
from quizzer.core.queue import Cause
from quizzer.core.sitting import Attempt, Sitting, passing_attempt
from quizzer.core.verdict import Verdict
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import read_kata_card, read_katas
from quizzer.storage.runner import Runner
from quizzer.storage.sittings import read_attempts, read_last_verdict, read_open


@dataclass(frozen=True, slots=True)
class Standing:
    """How the learner stands with a kata; `sitting` is the open one."""

    state: KataState
    today: date
    sitting: Sitting | None
    attempts: tuple[Attempt, ...]
    last_verdict: Verdict | None

    @property
    def passed(self) -> Attempt | None:
        """The attempt that solved the kata in the open sitting, which then waits for its rating."""
        return passing_attempt(self.attempts)

    @property
    def is_wanted(self) -> bool:
        """Whether the kata is new or due, so that calling it opens a sitting."""
        return self.state.is_new or is_due(self.state, self.today)

    @property
    def not_wanted(self) -> str:
        """Why calling the kata opens no sitting, as a sentence without its end."""
        return f"{self.state.slug} is neither new nor due (it comes back on {self.state.due_on})"

    def not_pulled(self, verdict: Verdict) -> dict[str, Cause]:
        """Return the notes that `verdict` wants pulled, with why, less those pulled today: once is enough."""
        before = {
            note
            for attempt in self.attempts
            if attempt.study_day == self.today
            for note in attempt.verdict.notes
        }
        return {
            note: Cause(verdict.kata, misconception)
            for note, misconception in verdict.cures.items()
            if note not in before
        }


def read_standing(workspace: Workspace, run: Runner, slug: str) -> Standing:
    """Return how the learner stands with the kata `slug` now."""
    today = workspace.study_day()
    card_id = read_kata_card(run, slug)
    if card_id is None:
        return Standing(KataState(slug), today, None, (), None)
    state = next((state for state in read_katas(run, today) if state.slug == slug), KataState(slug))
    sitting = read_open(run, card_id)
    attempts = read_attempts(run, sitting.id, workspace.calendar.study_day) if sitting else []
    return Standing(state, today, sitting, tuple(attempts), read_last_verdict(run, card_id))
