"""Where one can go from home: each destination a screen of its own, imported when it is opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from quizzer.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Destination:
    """A screen that home, the palette and a key lead to; `place` is `module:class`, made from a workspace."""

    name: str
    key: str
    title: str
    place: str

    def open(self, workspace: Workspace) -> Screen[Any]:
        """Return the screen."""
        module, attribute = self.place.split(":")
        screen: Screen[Any] = getattr(importlib.import_module(module), attribute)(workspace)
        return screen


_ALL: tuple[Destination, ...] = (
    Destination("katas", "k", "Katas", "quizzer.tui.screens.katas:KatasScreen"),
    Destination("browse", "b", "Browse", "quizzer.tui.screens.browse:BrowseScreen"),
    Destination("statistics", "t", "Statistics", "quizzer.tui.screens.statistics:StatisticsScreen"),
    Destination("settings", "comma", "Settings", "quizzer.tui.screens.settings:SettingsScreen"),
)
DESTINATIONS: dict[str, Destination] = {destination.name: destination for destination in _ALL}
