"""A screen with an editor on the learner's file: nothing typed is lost, nothing of others overwritten.

Textual calls the handlers of a class and of its bases: a screen that mounts, too, overrides nothing here.
"""

from __future__ import annotations

from contextlib import suppress

from textual.app import SuspendNotSupported
from textual.content import Content
from textual.widgets import Static

from quizzer.errors import UsageError, WorkspaceError
from quizzer.services.draft import Draft
from quizzer.services.editor import open_editor
from quizzer.services.katas import shown
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.choice import ChoiceScreen
from quizzer.tui.widgets.code_editor import CodeEditor

CHANGED = "The file was changed by another program, and the editor holds text that is not saved."
KEEP_MINE, TAKE_THEIRS = "m", "t"
CHOICES = {
    KEEP_MINE: "Mine: save the editor's text; what is in the file now goes to the archive",
    TAKE_THEIRS: "Theirs: show what is in the file; the editor's text goes to the archive",
}
GONE = "The file is gone. Its text stands in the editor, not saved: ^s writes it."
READ_AGAIN = "Another program changed the file; the editor shows it as it is now."
NO_SUSPENDING = "This terminal cannot be lent to another editor. Open the file in another window."


class FileScreen(WorkingScreen[None]):
    """Loads, saves and watches one file; what asks the learner has to run in a worker."""

    draft: Draft | None = None
    _saved: str | None = None
    _starter = ""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__()
        self.editor = editor
        self.editor.read_only = True  # until there is a file to edit

    async def on_unmount(self) -> None:
        """Keep what is not saved."""
        self.rescue()

    @property
    def is_unsaved(self) -> bool:
        """Whether the editor holds text that the file does not."""
        return self.draft is not None and not self.editor.read_only and self.editor.text != self._saved

    @property
    def has_to_lose(self) -> bool:
        """Whether that text is more than a starter."""
        return self.is_unsaved and self.editor.text != self._starter

    def notice(self, text: str) -> None:
        """Show a line below, in the place of the one before; "" takes it away."""
        line = self.query_one("#notice", Static)
        line.update(Content(text))
        line.display = bool(text)

    async def load(self, starter: str) -> bool:
        """Show the file; where there is none, the starter, not saved. Return whether that could be done."""
        self._starter = starter
        found = await self.attempt(self._read)
        if found is None:
            self.draft, self.editor.read_only = None, True
            return False
        (text,) = found
        cursor = self.editor.cursor_location
        self.editor.load_text(starter if text is None else text)
        self.editor.cursor_location = cursor
        self._saved = None if text is None else self.editor.text
        return True

    async def save(self) -> bool:
        """Bring editor and file in step; return whether they are."""
        if self.draft is None or not self.is_unsaved:
            await self.look_at_file()
            return True
        text = self.editor.text
        is_saved = await self.attempt(self.draft.save, text)
        if is_saved:
            self._saved = text
        return await self._settle(text) if is_saved is False else bool(is_saved)

    async def look_at_file(self) -> None:
        """Show what another program wrote into the file, unless that would cost text that is not saved."""
        if self.draft is None or not await self.attempt(self.draft.has_changed):
            return
        if not self.draft.path.exists():
            await self.attempt(self.draft.load)
            self._saved = None
            self.notice(GONE)
        elif self.is_unsaved:
            self.notice(f"{CHANGED} ^s asks which to keep.")
        elif await self.load(self._starter):
            self.notice(READ_AGAIN)

    async def edit_outside(self) -> None:
        """Lend the terminal to $VISUAL or $EDITOR, and show what it left."""
        if self.draft is None or not await self.save():
            return
        try:
            with self.app.suspend():
                try:  # an error that left the block would leave the terminal without its application
                    open_editor(self.draft.path)
                except UsageError as error:
                    self.notice(str(error))
        except SuspendNotSupported:
            self.notice(NO_SUSPENDING)
        self.refresh(layout=True)
        await self.look_at_file()

    async def copy(self) -> None:
        """Copy the editor's text."""
        self.app.copy_to_clipboard(self.editor.text)
        self.notice("Copied your solution.")

    def rescue(self) -> None:
        """Put text that is not saved where it is found again, without asking: the application ends."""
        if self.draft is not None and self.has_to_lose:
            with suppress(WorkspaceError):  # there is no place left to tell it
                self.draft.rescue(self.editor.text)
                self._saved = self.editor.text

    def _read(self) -> tuple[str | None]:
        assert self.draft is not None
        return (self.draft.load(),)

    async def _settle(self, text: str) -> bool:
        assert self.draft is not None
        answer = await self.app.push_screen_wait(ChoiceScreen(f"{CHANGED} Which is to stay?", CHOICES))
        if answer == KEEP_MINE:
            kept = await self.attempt(lambda draft=self.draft: (draft.replace(text),))
            if kept is None:
                return False
            self._saved = text
            self.notice(f"Saved. What the file held is kept as {shown(kept[0])}" if kept[0] else "Saved.")
            return True
        if answer == TAKE_THEIRS:
            path = await self.attempt(self.draft.keep, text)
            if path is not None and await self.load(text):
                self.notice(f"Your text is kept as {shown(path)}")
        return False
