"""Every screen looks as it did when somebody last looked at it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from textual.screen import Screen

import quizzer.tui.screens
from quizzer.services.workspace import Workspace
from tests.tui.scenes import SCENES, staged
from tests.tui.snapshots import FOLDER, SIZES, Picture


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
async def test_a_screen_looks_as_before(day_three: Workspace, name: str, size: tuple[int, int]) -> None:
    """The screen of the scene looks, cell by cell, as in the stored picture."""
    scene = SCENES[name]
    async with staged(scene, day_three, size) as stage:
        assert type(stage.app.screen) is scene.kind
        await Picture(name, size).check(stage.pilot)


def test_every_screen_has_a_picture() -> None:
    """No screen of ours, bases of others aside, is without a scene."""
    shown = {scene.kind for scene in SCENES.values()}
    assert {kind.__name__ for kind in _screens()} <= {kind.__name__ for kind in shown}


def test_no_picture_is_left_over() -> None:
    """The stored pictures are those of the scenes, and take less than 4 MB."""
    stored = list(FOLDER.iterdir())
    wanted = {Picture(name, size).path for name in SCENES for size in SIZES}
    assert set(stored) == wanted
    assert sum(path.stat().st_size for path in stored) < 4_000_000


def _screens() -> set[type[Screen[Any]]]:
    """Return the screens of ours that no other screen is made of."""
    found: set[type[Screen[Any]]] = set()
    for module in pkgutil.iter_modules(quizzer.tui.screens.__path__, f"{quizzer.tui.screens.__name__}."):
        values = vars(importlib.import_module(module.name)).values()
        found |= {
            value
            for value in values
            if isinstance(value, type) and issubclass(value, Screen) and value.__module__ == module.name
        }
    return {kind for kind in found if not any(kind in other.__mro__[1:] for other in found)}
