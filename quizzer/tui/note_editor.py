"""Editing a note from a screen: the application steps aside for the learner's editor."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

from textual.app import SuspendNotSupported

from quizzer.errors import UsageError
from quizzer.services.editing import EditPlace, is_taken_back, list_faults, prepare_edit
from quizzer.services.editor import open_editor
from quizzer.services.question import Question
from quizzer.services.review import ReviewSession
from quizzer.tui.screens.base import WorkingScreen

MOST_FAULTS = 20
UNTIL_MENDED = "Until the note is correct it is asked as it was shipped, or left out; its history stays."


async def edit_note(
    screen: WorkingScreen[None], session: ReviewSession, question: Question
) -> tuple[EditPlace, str] | None:
    """Let the learner edit the note of the question, then read the decks again.

    Returns:
        Where the note stands, and what is wrong there or "". None where it could not be edited, as a
        message has said.
    """
    workspace, note = session.workspace, question.card.note
    place = await screen.attempt(prepare_edit, workspace, note, question.queued.deck)
    if place is None:
        return None
    problems = _run_aside(screen, place)
    if await screen.attempt(is_taken_back, place):
        place = replace(place, copied=None, is_unchanged=True)
    await screen.attempt(session.reload)
    faults = list_faults(workspace, place.path)
    if faults:
        problems += [*faults[:MOST_FAULTS], UNTIL_MENDED]
    return place, "\n".join(problems)


def _run_aside(screen: WorkingScreen[None], place: EditPlace) -> list[str]:
    """Run the editor in the terminal of the application; return what went wrong."""
    try:
        # A driver without a terminal of its own has nothing to give up.
        is_headless = screen.app.is_headless
        with nullcontext() if is_headless else screen.app.suspend():
            try:  # an error that left the block would leave the terminal without its application
                open_editor(place.path, place.line)
            except UsageError as error:
                return [str(error)]
    except SuspendNotSupported:
        return [f"No editor can be opened in this terminal; the note is at {place.shown}."]
    return []
