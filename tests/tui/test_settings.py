from __future__ import annotations

import pytest
from textual.widgets import DataTable, Input

from quizzer.core.scheduler_choice import SchedulerChoice, SchedulerName
from quizzer.core.settings import SETTINGS
from quizzer.services.config import find_settings_file
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.setting_input import SettingInput
from quizzer.tui.screens.settings import SettingsScreen
from quizzer.tui.themes import DARK, LIGHT
from tests.support import set_scheduler
from tests.tui.keys import press, screen_text, text_of

SIZES = [(80, 24), (120, 40)]


def file_text() -> str:
    """Return what the settings file sets, "" where there is none."""
    path = find_settings_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def value_of(app: QuizzerApp, key: str) -> list[str]:
    """Return value and origin of a setting as the table shows them."""
    return [str(cell) for cell in app.screen.query_one(DataTable).get_row(key)[1:]]


@pytest.mark.parametrize("size", SIZES)
async def test_every_setting_is_shown_with_its_meaning(workspace: Workspace, size: tuple[int, int]) -> None:
    """All settings are on the screen; the documentation of the one under the cursor follows it."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "comma")
        assert isinstance(app.screen, SettingsScreen)
        shown = screen_text(app)
        assert all(key in shown for key in SETTINGS)
        for setting in SETTINGS.values():
            assert setting.about.split(";")[0] in text_of(app, "#about")
            await press(pilot, "down")


async def test_a_setting_is_changed_in_place_and_holds_at_once(workspace: Workspace) -> None:
    """A wrong value is refused with what was expected; a right one is written, and home counts with it."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", *["down"] * list(SETTINGS).index("new_limit"), "enter")
        assert isinstance(app.screen, SettingInput)
        field = app.screen.query_one(Input)
        field.value = "many"
        await press(pilot, "enter")
        assert "a whole number from 0 to 9999 was expected" in text_of(app, "#problem")
        field.value = "3"
        await press(pilot, "enter")
        assert value_of(app, "new_limit")[0] == "3"
        assert value_of(app, "new_limit")[1].startswith("settings file, line ")
        assert file_text() == "new_limit = 3"
        await press(pilot, "q")
        assert isinstance(app.screen, HomeScreen)
        assert "0 due, 3 new" in text_of(app, "#headline")
        await press(pilot, "comma", *["down"] * list(SETTINGS).index("new_limit"), "d", "q")
        assert file_text() == ""
        assert "0 due, 5 new" in text_of(app, "#headline")


async def test_a_setting_of_the_environment_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable stands as the origin, and a change of the file says that it does not hold."""
    monkeypatch.setenv("QUIZZER_NEW_LIMIT", "7")
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", *["down"] * list(SETTINGS).index("new_limit"))
        assert value_of(app, "new_limit") == ["7", "QUIZZER_NEW_LIMIT"]
        await press(pilot, "enter")
        app.screen.query_one(Input).value = "3"
        await press(pilot, "enter")
        assert value_of(app, "new_limit") == ["7", "QUIZZER_NEW_LIMIT"]
        assert file_text() == "new_limit = 3"
        assert app.workspace.limits.new == workspace.limits.new


async def test_escape_leaves_a_setting_as_it_is(workspace: Workspace) -> None:
    """Nothing is written."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", "enter", "x", "escape")
        assert isinstance(app.screen, SettingsScreen)
        assert not find_settings_file().exists()


async def test_the_scheduler_in_force_is_shown_with_its_command(workspace: Workspace) -> None:
    """It is no setting: the command that changes it is named."""
    set_scheduler(workspace, SchedulerChoice(SchedulerName.FSRS, desired_retention=0.85))
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma")
        assert "FSRS-6, desired retention 85%. 'quizzer schedule set'" in text_of(app, "#place")


async def test_a_faulty_settings_file_is_told(workspace: Workspace) -> None:
    """A fault is a message, and no change is written into such a file."""
    path = find_settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("new_limt = 3\n", encoding="utf-8")
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", "enter", "slash", "x", "enter")
        assert "did you mean 'new_limit'" in text_of(app, "#problem")
        assert path.read_text(encoding="utf-8") == "new_limt = 3\n"


async def test_the_theme_that_is_chosen_is_kept(workspace: Workspace) -> None:
    """Our dark theme is the first; one chosen in the palette is written and holds at the next start."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == DARK.name
        app.theme = LIGHT.name
        await pilot.pause()
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert app.workspace.places.settings.theme == LIGHT.name
    assert file_text() == 'theme = "quizzer-light"'
    app = QuizzerApp(app.workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == LIGHT.name


async def test_a_theme_from_the_palette_is_shown_at_once(workspace: Workspace) -> None:
    """The open table of settings has its new value."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        await press(pilot, "comma")
        app.theme = LIGHT.name
        for _ in range(100):
            if value_of(app, "theme")[0] == f'"{LIGHT.name}"':
                break
            await pilot.pause()
        assert value_of(app, "theme")[0] == f'"{LIGHT.name}"'


async def test_an_unknown_theme_is_no_obstacle(workspace: Workspace) -> None:
    """A theme of another version of Textual gives way to ours."""
    app = QuizzerApp(workspace.with_setting("theme", "no-such"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.pause()
        assert app.theme == DARK.name
        assert "There is no theme 'no-such'" in screen_text(app)
    assert file_text() == ""


async def test_home_and_end_lead_to_the_first_and_the_last_setting(workspace: Workspace) -> None:
    """In a table of rows, as in every list."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", "end")
        table = app.screen.query_one(DataTable)
        assert table.cursor_row == len(SETTINGS) - 1
        await press(pilot, "home")
        assert table.cursor_row == 0


async def test_no_theme_is_set_that_there_is_not(workspace: Workspace) -> None:
    """What is misspelt stays in the field, with the nearest name."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "comma", *["down"] * list(SETTINGS).index("theme"), "enter")
        app.screen.query_one(Input).value = "quizer-light"
        await press(pilot, "enter")
        assert "did you mean 'quizzer-light'?" in text_of(app, "#problem")
    assert file_text() == ""
