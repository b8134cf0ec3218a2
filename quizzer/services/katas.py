"""Katas as the learner handles them: which there are, how they went, and one of them by its slug."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from quizzer.content.faults import nearest
from quizzer.content.kata_folder import read_heading, read_kata
from quizzer.content.kata_names import list_slugs
from quizzer.content.locator import ContentRoots
from quizzer.core.kata import Kata
from quizzer.core.kata_queue import KataState, is_due
from quizzer.core.note import Level, Note
from quizzer.core.syllabus import Syllabus
from quizzer.core.verdict import Verdict
from quizzer.errors import ContentError, UsageError
from quizzer.markup.clean import clean_line
from quizzer.services.workspace import Workspace
from quizzer.storage.kata_cards import read_katas
from quizzer.storage.sittings import LastAttempt, read_last_attempts


@dataclass(frozen=True, slots=True)
class KataRow:
    """A kata in a list; `level` is None where `kata.yaml` is faulty, `area` the title of its area."""

    slug: str
    title: str
    level: Level | None
    par_minutes: int
    last: LastAttempt | None
    state: KataState
    area: str = ""

    def due(self, today: date) -> str:
        """Return when it comes, in a word or as a date."""
        if self.level is None:
            return "faulty: 'quizzer check'"
        if self.state.has_open_sitting:
            return "open"
        if self.state.due_on is None:
            return "new"
        if self.state.is_suspended:
            return "suspended"
        return "due" if is_due(self.state, today) else self.state.due_on.isoformat()

    def cells(self, today: date) -> tuple[str, ...]:
        """Return what a table shows of it: kata, title, level, par, last verdict, due."""
        last = self.last.status.lower() if self.last else "-"
        par = f"{self.par_minutes} min" if self.par_minutes else ""
        return self.slug, clean_line(self.title), str(self.level or ""), par, last, self.due(today)

    def fields(self) -> dict[str, object]:
        """Return what a report says of it."""
        return {
            "kata": self.slug,
            "title": self.title,
            "level": self.level,
            "par_minutes": self.par_minutes,
            "last_status": self.last.status if self.last else None,
            "last_graded_at": self.last.graded_at.isoformat() if self.last else None,
            "due_on": self.state.due_on.isoformat() if self.state.due_on else None,
            "is_new": self.state.is_new,
            "has_open_sitting": self.state.has_open_sitting,
        }


def list_katas(workspace: Workspace) -> tuple[KataRow, ...]:
    """Return all katas in the order they are introduced."""
    roots, today = workspace.content.roots, workspace.study_day()
    with workspace.database.peeking() as run:
        states = {state.slug: state for state in read_katas(run, today)}
        last = read_last_attempts(run)
    rows = []
    for slug in list_slugs(roots):
        heading = read_heading(roots, slug)
        state = states.get(slug, KataState(slug))
        if heading is None:
            rows.append(KataRow(slug, slug, None, 0, last.get(slug), state))
        else:
            area = _area_title(workspace.library.syllabus, heading.topics)
            rows.append(
                KataRow(slug, heading.title, heading.level, heading.par_minutes, last.get(slug), state, area)
            )
    return tuple(rows)


def _area_title(syllabus: Syllabus, topics: Sequence[str]) -> str:
    """Return the title of the area that has the first of the topics that the syllabus knows."""
    areas = {topic.id: area.title for area in syllabus.areas for topic in area.topics}
    return next((areas[topic] for topic in topics if topic in areas), "")


def find_cures(workspace: Workspace, verdict: Verdict) -> tuple[Note, ...]:
    """Return the notes that cure a verdict's misconceptions, less those that no deck has any more."""
    found = (workspace.library.get(note_id) for note_id in verdict.notes)
    return tuple(note for note in found if note is not None)


def find_kata(roots: ContentRoots, slug: str) -> Kata:
    """Return the kata of that slug.

    Raises:
        UsageError: If there is none (the nearest is named).
        ContentError: If it is faulty.
    """
    wanted = slug.replace("_", "-")
    slugs = list_slugs(roots)
    if wanted not in slugs:
        near = nearest(wanted, list(slugs))
        hint = f"did you mean '{near}'?" if near else "'quizzer kata' lists them."
        raise UsageError(f"there is no kata '{slug}'; {hint}")
    file = read_kata(roots, wanted)
    if file.kata is None:
        more = f" ({len(file.faults) - 1} more: 'quizzer check' names them)" if len(file.faults) > 1 else ""
        raise ContentError(f"{file.faults[0]}{more}")
    return file.kata


def shown(path: Path) -> str:
    """Return `path` as a learner writes it: `~` for the home folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
