"""The backup that the first write of a study day waits for."""

from __future__ import annotations

from datetime import date

from quizzer.errors import BusyError, DamagedError, StorageError
from quizzer.services.clock import Calendar, Clock
from quizzer.services.places import Places


class DailyBackup:
    """Backs the database up once a study day, whichever process comes first.

    `failure` says in a sentence why the last one could not be written; study goes on.
    """

    def __init__(self, places: Places, calendar: Calendar, clock: Clock) -> None:
        self.failure = ""
        self._places = places
        self._calendar = calendar
        self._clock = clock
        self._done_on: date | None = None

    def make(self) -> None:
        """Make the present study day's backup, unless this process has seen to it.

        Raises:
            DamagedError: If the database is damaged: nothing may be written to it, and no good
                backup make room for it.
            BusyError: If another process holds the database.
        """
        today = self._calendar.study_day(self._clock.now())
        if today == self._done_on:
            return
        from quizzer.storage.daily import back_up_day

        self.failure = ""
        try:
            back_up_day(self._places.database, self._places.backups, today)
        except (DamagedError, BusyError):
            raise
        except StorageError as error:
            self.failure = f"the backup of {today} could not be made, though every answer is saved: {error}"
        self._done_on = today
