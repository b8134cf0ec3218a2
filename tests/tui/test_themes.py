from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Input, Static, Tab, Tabs

import quizzer.tui
from quizzer.core.card_facts import CardFacts
from quizzer.tui.themes import DARK, LIGHT, OWN
from quizzer.tui.widgets.card_table import CardTable

READABLE = 4.5  # WCAG 2.2, 1.4.3: the contrast of text of normal size
GROUNDS = ("background", "surface", "panel")
HUES = ("foreground", "primary", "secondary", "accent", "warning", "error", "success")
# Linear RGB as a dichromat sees it: Viénot, Brettel and Mollon, Color Research and Application 24, 1999.
DEUTERANOPE = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
PROTANOPE = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))


def linear(name: str) -> list[float]:
    """Return the linear red, green and blue of a colour, each from 0 to 1 (IEC 61966-2-1)."""
    parts = [part / 255 for part in Color.parse(name).rgb]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    lights = sorted(
        (
            sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True))
            for c in (one, other)
        ),
        reverse=True,
    )
    return (lights[0] + 0.05) / (lights[1] + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("hue", HUES)
@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_every_hue_can_be_read_on_every_ground(theme: Theme, hue: str, ground: str) -> None:
    """Text in a hue of the theme has the contrast that reading asks for."""
    assert contrast(getattr(theme, hue), getattr(theme, ground)) >= READABLE


@pytest.mark.parametrize("matrix", [DEUTERANOPE, PROTANOPE], ids=["deuteranope", "protanope"])
@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_right_and_wrong_differ_to_colour_blind_eyes(
    theme: Theme, matrix: tuple[tuple[float, ...], ...]
) -> None:
    """Success and error are far apart in what a dichromat sees of them."""

    def seen(name: str) -> list[float]:
        return [sum(w * part for w, part in zip(row, linear(name), strict=True)) for row in matrix]

    assert theme.success is not None
    assert theme.error is not None
    distances = [abs(a - b) for a, b in zip(seen(theme.success), seen(theme.error), strict=True)]
    assert max(distances) > 0.25


def test_one_theme_is_dark_and_one_light() -> None:
    """There is a theme of ours for either ground."""
    assert (DARK.dark, LIGHT.dark) == (True, False)


class OneTable(App[None]):
    """A table of cards and nothing else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.register_theme(theme)
        self.theme = theme.name

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        yield CardTable()


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
async def test_the_card_under_the_cursor_can_be_read(theme: Theme) -> None:
    """Its line stands out, and so does the text on it."""
    app = OneTable(theme)
    async with app.run_test() as pilot:
        table = app.query_one(CardTable)
        table.show([CardFacts(1, "a1", "a1")])
        table.focus()
        await pilot.pause()
        (segment,) = table.render_line(1)
        style = segment.style
        assert style is not None
        assert style.color is not None
        assert style.bgcolor is not None
        assert contrast(style.color.name, style.bgcolor.name) >= READABLE


class Faint(OneTable):
    """What is meant to stand back, with the application's style sheet."""

    CSS_PATH = Path(quizzer.tui.__file__).with_name("quizzer.tcss")

    def compose(self) -> ComposeResult:
        """Lay out an empty field, a remark and two tabs, the first of them active."""
        yield Input(placeholder="deck:attention")
        yield Static("A remark", classes="faint")
        yield Tabs("one", "two")


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
async def test_what_stands_back_can_be_read(theme: Theme) -> None:
    """Examples in an empty field, remarks and the tabs that are not shown have enough contrast."""
    app = Faint(theme)
    async with app.run_test() as pilot:
        await pilot.pause()
        _, second = app.query(Tab)
        styles = [
            app.query_one(Input).get_component_rich_style("input--placeholder"),
            app.query_one(".faint").rich_style,
            second.rich_style,
        ]
        for style in styles:
            assert style.color is not None
            assert style.bgcolor is not None
            assert contrast(style.color.name, style.bgcolor.name) >= READABLE
