"""A sitting with a kata: start, grade, hint, reveal; how it ends is in `sitting_end.py`.

Each step reads the database afresh and writes in one transaction, so that a kill between
two steps loses nothing: an attempt that passed is stored before the rating is asked, and a
sitting that has passed and is not rated is rated when the kata is next called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quizzer.core.sitting import Attempt
from quizzer.core.verdict import Progress, Status, Verdict
from quizzer.errors import UsageError
from quizzer.services.grading import Grader, never, run_grader
from quizzer.services.sitting_end import SittingEnd
from quizzer.services.submission_file import archive_folder, lay_out, read_submission
from quizzer.storage.kata_cards import make_kata_card, read_kata_card
from quizzer.storage.sittings import read_past_attempts

MOST_ATTEMPTS = 100  # read of a kata's past


@dataclass(frozen=True, slots=True)
class Started:
    """A sitting that began: where to write, and where the earlier file was put."""

    path: Path
    archived: Path | None


@dataclass(frozen=True, slots=True)
class Graded:
    """A verdict; `pulled` cards wait because of it. `number` is None where nothing was recorded."""

    verdict: Verdict
    number: int | None = None
    pulled: int = 0


class KataDesk(SittingEnd):
    """One kata on the learner's desk."""

    def start(self) -> Started:
        """Open a sitting: lay out a blank starter, what stood there archived.

        The file is laid out first, while the database is held: a kill between the two
        leaves a starter without a sitting, never an old solution inside a new one.

        Raises:
            UsageError: If a sitting is open.
            WorkspaceError: If the file cannot be laid out.
        """
        from quizzer.storage.sittings import open_sitting

        workspace = self.workspace
        with workspace.database.writing() as connection:
            standing = self._standing(connection.exec_driver_sql)
            if standing.sitting is not None:
                raise UsageError(
                    f"a sitting with {self.kata.slug} is open already. Go on with '{self._call()}', "
                    f"or end it with '{self._call('--give-up')}'."
                )
            now = workspace.now()
            archive = archive_folder(workspace.places.workspace, self.kata.slug)
            archived = lay_out(self.path, archive, self.kata, now)
            card_id = make_kata_card(connection, self.kata.slug)
            calendar = workspace.calendar
            open_sitting(connection, card_id, now, calendar.zone_name, calendar.study_day(now))
        return Started(self.path, archived)

    def read(self) -> str:
        """Return the source in the learner's file.

        Raises:
            UsageError: If there is none, or it is none that can be graded.
        """
        return read_submission(
            self.path, f"write it, or take the starter from '{self._call('--start')}' or the archive."
        )

    def grade(
        self,
        grader: Grader,
        source: str,
        seed: int,
        on_progress: Callable[[Progress], None],
        is_stopped: Callable[[], bool] = never,
    ) -> Graded:
        """Grade `source` in the open sitting and store the attempt; notes that cure its mistakes are pulled.

        A verdict ERRORED is quizzer's fault: it is no attempt, and nothing is stored.

        Raises:
            UsageError: If no sitting is open, or it has passed.
            GradingError: If the grader cannot be used.
            StoppedError: If `is_stopped` turned true before the verdict.
        """
        sitting = self._unpassed(self.look())
        verdict = run_grader(grader, self.kata, source, seed, on_progress, is_stopped=is_stopped)
        if verdict.status is Status.ERRORED:
            return Graded(verdict)
        from quizzer.services.pulling import pull_notes
        from quizzer.storage.sittings import add_attempt

        with self.workspace.database.writing() as connection:
            now = self.workspace.now()
            standing = self._standing(connection.exec_driver_sql)
            if standing.sitting is None or standing.sitting.id != sitting.id or standing.passed is not None:
                return Graded(verdict)  # ended elsewhere while it was graded
            fresh = standing.not_pulled(verdict)
            number = add_attempt(connection, sitting.id, source, verdict, now)
            pulled = pull_notes(self.workspace, connection, now, fresh) if fresh else 0
        return Graded(verdict, number, pulled)

    def past_attempts(self) -> tuple[Attempt, ...]:
        """Return the newest attempts of all sittings, the last one first."""
        with self.workspace.database.peeking() as run:
            card_id = read_kata_card(run, self.kata.slug)
            if card_id is None:
                return ()
            return tuple(read_past_attempts(run, card_id, MOST_ATTEMPTS, self.workspace.calendar.study_day))

    def hint(self) -> tuple[str, ...]:
        """Count one more hint, and return those shown so far, the new one last.

        Raises:
            UsageError: If no sitting is open, or it has passed.
        """
        from quizzer.storage.sittings import count_hints

        with self.workspace.database.writing() as connection:
            sitting = self._unpassed(self._standing(connection.exec_driver_sql))
            shown = min(sitting.hints + 1, len(self.kata.hints))
            count_hints(connection, sitting.id, shown)
        return self.kata.hints[:shown]

    def reveal(self) -> str:
        """Return the reference; an open sitting that has not passed is marked, and will be AGAIN."""
        from quizzer.storage.sittings import mark_revealed

        text = Path(self.kata.reference).read_text(encoding="utf-8")
        with self.workspace.database.writing() as connection:
            standing = self._standing(connection.exec_driver_sql)
            sitting = standing.sitting
            if sitting is not None and standing.passed is None and sitting.revealed_at is None:
                mark_revealed(connection, sitting.id, self.workspace.now())
        return text
