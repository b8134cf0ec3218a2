"""Settings: each with its value, where that comes from, and what it means; changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Footer, Static

from quizzer.core.setting import to_literal
from quizzer.markup.clean import clean_line
from quizzer.services.card_info import describe_scheduler
from quizzer.services.config import Change, Entry, Look, look_at_settings, unset_setting
from quizzer.services.schedule import read_schedule
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.base import WorkingScreen
from quizzer.tui.screens.setting_input import SettingInput
from quizzer.tui.widgets.row_table import RowTable

LATER = ("workspace", "database", "content")  # these are opened when quizzer starts


class SettingsScreen(WorkingScreen[None]):
    """Lists all settings; below them, what the one under the cursor means."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "edit", "Change", key_display="Enter", priority=True),
        Binding("d", "default", "Back to the default"),
        Binding("q,escape", "app.pop_screen", "Back", key_display="q"),
    ]
    DEFAULT_CSS = """
    SettingsScreen #settings { height: 1fr; margin: 1 1 0 1; }
    SettingsScreen #about { height: auto; min-height: 3; padding: 0 2; margin: 1 0 0 0; }
    SettingsScreen #place { color: $text-muted; padding: 0 2; }
    """

    @dataclass
    class Changed(Message):
        """A setting has another value."""

        change: Change

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._entries: dict[str, Entry] = {}

    def compose(self) -> ComposeResult:
        """Lay out the table, the documentation, and what is no setting: the scheduler."""
        yield Static(Content.assemble(("Settings", "bold")), id="headline")
        yield RowTable(id="settings")
        yield Static(id="about")
        yield Static(id="place")
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Read the settings and the scheduler."""
        table = self.query_one(DataTable)
        table.add_columns("Setting", "Value", "From")
        table.focus()
        await self._read()
        found = await self.attempt(read_schedule, self._workspace)
        if found is not None:
            self.query_one("#place", Static).update(
                Content(
                    f"Scheduler: {describe_scheduler(found.choice)}. 'quizzer schedule set' changes it, "
                    "after showing what that would do."
                )
            )

    async def take_change(self) -> None:
        """Show a theme that was chosen in the palette."""
        await self._read()

    async def action_edit(self) -> None:
        """Change the setting under the cursor."""
        self.leave_key_to(DataTable)
        await self._edit()

    async def _edit(self) -> None:
        entry = self._entry_here()
        if entry is not None:
            await self.app.push_screen(SettingInput(entry), self._take)

    async def action_default(self) -> None:
        """Take the setting under the cursor out of the file."""
        entry = self._entry_here()
        if entry is not None:
            await self._take(await self.attempt(unset_setting, entry.setting.key))

    async def on_data_table_row_selected(self) -> None:
        """Enter and a click change the setting."""
        await self._edit()

    def on_data_table_row_highlighted(self) -> None:
        """Show what the setting means."""
        entry = self._entry_here()
        if entry is not None:
            self.query_one("#about", Static).update(Content(_about(entry)))

    async def _take(self, change: Change | None) -> None:
        if change is None:
            return
        await self._read()
        self.post_message(self.Changed(change))
        if change.variable:
            self.notify(f"The environment variable {change.variable} overrides the file.")
        elif change.key in LATER and change.is_written:
            self.notify("This holds from the next start of quizzer on.")

    async def _read(self) -> None:
        look = await self.attempt(look_at_settings)
        if look is None:
            return
        self._entries = {entry.setting.key: entry for entry in look.entries}
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        for key, entry in self._entries.items():
            table.add_row(Text(key), Text(_shown(entry)), Text(_source(entry)), key=key)
        table.move_cursor(row=row)
        self._tell_faults(look)

    def _tell_faults(self, look: Look) -> None:
        if look.faults:
            more = len(look.faults) - 1
            rest = f" ({more} more: 'quizzer config' tells all)" if more else ""
            self.notify(clean_line(look.faults[0].sentence) + rest, severity="error")

    def _entry_here(self) -> Entry | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        return self._entries.get(str(table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value))


def _shown(entry: Entry) -> str:
    return clean_line(to_literal(entry.value))


def _source(entry: Entry) -> str:
    if entry.origin is None:
        return "default"
    if entry.origin.variable:
        return entry.origin.variable
    return f"settings file, line {entry.origin.line}" if entry.origin.line else "settings file"


def _about(entry: Entry) -> str:
    setting = entry.setting
    default = f"The default is {to_literal(setting.default)}."
    variable = (
        f" {entry.origin.variable} overrides the file." if entry.origin and entry.origin.variable else ""
    )
    return clean_line(f"{setting.about} {setting.takes} {default}{variable}")
