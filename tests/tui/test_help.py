from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import ActiveBinding, Binding, BindingsMap
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets._footer import FooterKey

import quizzer.tui.screens
import quizzer.tui.widgets
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.destinations import DESTINATIONS
from quizzer.tui.screens.help import HelpScreen, lines_of, name_key, own_bindings
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.review import ReviewScreen
from tests.tui.keys import press, screen_text, text_of
from tests.tui.scenes import SCENES, staged

LONGEST_NAME = 5
WITHOUT_HELP = {
    "welcome": "letters are typed; the frame and the footer name both keys",
    "browse-fault": "letters are typed; Esc leads to the table",
    "kata-editor": "letters are typed; Esc leads to the task",
    **dict.fromkeys(("card-info", "help", "message", "setting"), "a panel whose frame names its keys"),
    **dict.fromkeys(("confirm", "kata-start", "kata-menu"), "a question whose answers name their keys"),
    "palette": "Textual's own",
}
GIVEN = {
    "App": "^p and ^q: the help has a line of ours for each",
    "Screen": "Tab walks, ^c copies, as everywhere",
    "ScrollableContainer": "scrolling: one line of the help",
    "ScrollView": "scrolling",
    "Widget": "scrolling",
    "DataTable": "a cursor: one line of the help",
    "OptionList": "a cursor",
    "Input": "as in every text field",
}
BY_MOUSE = {
    "Choose; rate (1 is Again)": "choices and grades are clicked",
    "Rate": "grades are clicked",
}


def kinds() -> Iterator[type[Widget]]:
    """Yield every screen and widget of ours."""
    for package in (quizzer.tui.screens, quizzer.tui.widgets):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            yield from (
                value
                for value in vars(module).values()
                if isinstance(value, type) and issubclass(value, Widget) and value.__module__ == found.name
            )


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_every_binding_can_be_explained(kind: type[Widget]) -> None:
    """Each binding of each screen and widget has a meaning and a name for each of its keys."""
    assert all(isinstance(binding, Binding) for binding in vars(kind).get("BINDINGS", []))
    for binding in own_bindings(kind):
        assert binding.description
        assert not [key for key in binding.key.split(",") if len(name_key(key)) > LONGEST_NAME]


@pytest.mark.parametrize("name", [name for name in SCENES if name not in WITHOUT_HELP])
async def test_help_lists_every_key_that_works(day_three: Workspace, name: str) -> None:
    """Whatever key does something of ours stands in the help, which a click on the footer opens, too."""
    async with staged(SCENES[name], day_three, (80, 24)) as stage:
        below = stage.app.screen
        wanted = {name_key(key) for key, active in below.active_bindings.items() if not _is_given(active)}
        await stage.until(lambda: bool(_help_keys(stage.app)))
        await stage.pilot.click(_help_keys(stage.app)[0])
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        lines = [line.strip().partition("  ") for line in text_of(stage.app, "#lines").splitlines()]
        shown = {key for keys, _, _ in lines for key in keys.split()}
        assert wanted <= (shown | set("0123456789") if "0-9" in shown else shown)
        await stage.press("escape")
        assert stage.app.screen is below


@pytest.mark.parametrize("name", [name for name in SCENES if name not in WITHOUT_HELP])
async def test_every_key_has_a_way_by_mouse(day_three: Workspace, name: str) -> None:
    """What a key does is done by a click on its line of the help, or in the way that is listed here."""
    async with staged(SCENES[name], day_three, (80, 24)) as stage:
        without = {line.meaning for line in lines_of(stage.app.screen) if not line.key}
        assert without <= set(BY_MOUSE)


async def test_the_help_is_scrolled_while_one_searches(day_three: Workspace) -> None:
    """Arrows go a line, pages a page, on and back; the field keeps the other keys."""
    async with staged(SCENES["review-question"], day_three, (80, 12)) as stage:
        await stage.press("question_mark")
        keys = stage.app.screen.query_one("#keys")
        places = []
        for key in ("down", "pagedown", "up", "pageup"):
            await stage.press(key)
            places.append(keys.scroll_y)
        line, page, back, top = places
        assert 0 < line < back < page
        assert top < line


async def test_a_click_on_a_key_does_what_it_says(day_three: Workspace) -> None:
    """The help closes, and the screen below does it: here it flags the card."""
    async with staged(SCENES["review-question"], day_three, (80, 24)) as stage:
        await stage.press("question_mark", *"flag")
        await stage.pilot.click("#lines", offset=(30, 0))
        await stage.until_shown("Flagged: attention-scale", "flagged")
        assert isinstance(stage.app.screen, ReviewScreen)


PANELS = ["help", "card-info", "message", "setting"]


@pytest.mark.parametrize(
    ("name", "place"),
    [*((name, place) for name in PANELS for place in ("beside", "below")), ("kata-menu", "below")],
)
async def test_a_panel_is_left_by_mouse(day_three: Workspace, name: str, place: str) -> None:
    """A click beside a panel, or on the frame that names its key, leaves it; one inside does not."""
    async with staged(SCENES[name], day_three, (80, 24)) as stage:
        panel = stage.app.screen
        region = panel.query_one(".panel").region
        await stage.pilot.click(offset=(region.x + 2, region.y + 1))
        await stage.pilot.pause()
        assert stage.app.screen is panel
        await stage.pilot.click(offset=(0, 12) if place == "beside" else (40, region.bottom - 1))
        await stage.until(lambda: panel not in stage.app.screen_stack)


async def test_a_key_has_one_meaning_in_the_help(workspace: Workspace) -> None:
    """Where a screen takes the arrows, the line on what they do elsewhere is left out."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 60)) as pilot:
        await press(pilot, "t", "question_mark")
        assert "Next tab" in text_of(app, "#lines")
        assert "Scroll wide code" not in text_of(app, "#lines")


async def test_keys_are_found_by_typing(workspace: Workspace) -> None:
    """Words narrow the list to the keys that do that; without any, the screen says so."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, "question_mark", *"sus")
        assert text_of(app, "#lines").split() == ["s", "Suspend"]
        await press(pilot, *"xx")
        assert text_of(app, "#lines") == "No key does that here."
        assert app.screen.query_one(Input).value == "susxx"
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)


async def test_the_palette_leads_everywhere(workspace: Workspace) -> None:
    """Every destination, home, the theme and the way out are offered; a deck is found by typing."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {place.title for place in DESTINATIONS.values()} <= titles
        assert {"Home", "Keys", "Theme", "Quit", "Study the deck Attention"} <= titles
        await press(pilot, "ctrl+p", *"deck att")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await press(pilot, "enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)


async def test_the_palette_leads_home_from_a_review(workspace: Workspace) -> None:
    """Home is one command away, also where the application began with a review."""
    app = QuizzerApp(workspace, ReviewSession(workspace))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.action_home()
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize("size", [(20, 5), (30, 8)])
async def test_no_screen_breaks_in_a_tiny_window(workspace: Workspace, size: tuple[int, int]) -> None:
    """Home, help, card info, settings and a setting's field come and go in a window of a few lines."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "question_mark", "escape", "comma", "enter", "escape", "q")
        await press(pilot, "space", "i", "escape", "space", "question_mark", "escape", "3", "q", "enter")
        assert isinstance(app.screen, HomeScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "All decks" in screen_text(app)


def _is_given(active: ActiveBinding) -> bool:
    """Whether a key is one that Textual gives a class of its own, which is listed with a reason."""
    for base in type(active.node).__mro__:
        if base.__module__.startswith("textual."):
            bindings = BindingsMap(vars(base).get("BINDINGS", ())).key_to_bindings
            alike = [b for found in bindings.values() for b in found if b.action == active.binding.action]
            if alike:
                assert base.__name__ in GIVEN
                return True
    return False


def _help_keys(app: QuizzerApp) -> list[FooterKey]:
    """Return the footer's key of the help, where it is in sight."""
    keys = app.screen.query(FooterKey)
    return [key for key in keys if key.action.endswith("help") and key.region.right <= app.size.width]


def test_screens_are_found() -> None:
    """The list that these tests go through holds what it should."""
    assert {HomeScreen, ReviewScreen, HelpScreen} <= {k for k in kinds() if issubclass(k, Screen)}
