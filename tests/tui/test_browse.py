"""The browse screen, by its keys and by the mouse."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, Static

from quizzer.core.rating import Rating
from quizzer.core.review import EventKind
from quizzer.services.bulk import act
from quizzer.services.review import ReviewSession
from quizzer.services.workspace import Workspace
from quizzer.tui.app import QuizzerApp
from quizzer.tui.screens.browse import QUERY_KEYS, REST_S, BrowseScreen
from quizzer.tui.screens.card_page import CardPageScreen
from quizzer.tui.screens.confirm import ConfirmScreen
from quizzer.tui.screens.help import HelpScreen
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.message import MessageScreen
from quizzer.tui.screens.statistics import StatisticsScreen
from quizzer.tui.widgets.card_preview import CardPreview
from quizzer.tui.widgets.card_table import CardTable
from tests.integration.processes.shell import PATIENCE_S
from tests.support import OpenWorkspace, WriteDeck, answer, read_card_states

SIZES = [(80, 24), (120, 40)]


@asynccontextmanager
async def browsing(workspace: Workspace, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Open the screen from home, with all cards read."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("b")
        await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the screen has read, found and shown what it was asked to."""
    for _ in range(3):  # reading begins a search, a search moves the cursor
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each once the one before has done its work."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def table_of(pilot: Pilot[None]) -> CardTable:
    """Return the table."""
    return pilot.app.screen.query_one(CardTable)


def lines_of(pilot: Pilot[None]) -> list[str]:
    """Return what the table draws, without the blank lines below."""
    table = table_of(pilot)
    lines = [table.render_line(y).text.rstrip() for y in range(table.size.height)]
    return [line for line in lines if line]


def keys_of(pilot: Pilot[None]) -> list[str]:
    """Return the keys of the cards in sight, in the order of the table."""
    return [line[2:].split()[0] for line in lines_of(pilot)[1:]]


def _type_at_once(pilot: Pilot[None], text: str) -> None:
    """Press keys without waiting for anything, as a paste or a slow line brings them."""
    names = {"\r": "enter", " ": "space", ":": "colon"}
    for character in text:
        pilot.app.post_message(events.Key(names.get(character, character), character))


def said(pilot: Pilot[None]) -> str:
    """Return the line below the table."""
    return str(pilot.app.screen.query_one("#said", Static).render())


@pytest.mark.parametrize("size", SIZES)
async def test_all_cards_are_listed_with_what_is_known(workspace: Workspace, size: tuple[int, int]) -> None:
    """A line a card with deck, due day and state; where there is room, the interval too."""
    answer(ReviewSession(workspace), Rating.GOOD)
    async with browsing(workspace, size) as pilot:
        header, first, second, *_ = lines_of(pilot)
        assert header.split() == ["Card", "Deck", "Due", "State"]
        assert first.split() == ["a1", "attention", "tomorrow", "·"]
        assert second.split() == ["a2", "attention", "·", "new"]
        assert said(pilot).strip() == "5 cards"
        await press(pilot, "p" if size[0] > 80 else "home")
        if size[0] > 80:
            assert lines_of(pilot)[0].split() == ["Card", "Deck", "Due", "Interval", "Lapses", "State"]


async def test_a_window_that_grows_brings_a_preview_with_its_card(workspace: Workspace) -> None:
    """The card under the cursor is shown at once, not an empty one."""
    async with browsing(workspace) as pilot:
        await pilot.resize_terminal(160, 50)
        await settle(pilot)
        assert pilot.app.screen.query_one("#card #front", Markdown).source == "What is a1?"
        assert not pilot.app.screen.query_one("#card #typed").display


async def test_a_query_narrows_while_it_is_typed(workspace: Workspace) -> None:
    """The table follows the query; an error stands under its word, and the table stays as it was."""
    async with browsing(workspace) as pilot:
        await press(pilot, "slash", *"a2")
        assert keys_of(pilot) == ["a2"]
        assert said(pilot).strip() == f"1 of 5 cards   {QUERY_KEYS}"
        fault = pilot.app.screen.query_one("#fault", Static)
        assert not fault.display
        await press(pilot, "space", *"is:nex")
        pointer, sentence = str(fault.render()).splitlines()
        assert pointer == " " * len("Query a2 ") + "^" * len("is:nex")
        assert sentence == "✗ there is no state 'nex'; did you mean 'new'?"
        assert keys_of(pilot) == ["a2"]
        await press(pilot, "enter")
        assert not table_of(pilot).has_focus  # what is typed to mend it would be done to cards
        await press(pilot, "backspace", "w")
        assert not fault.display
        query = pilot.app.screen.query_one(Input)
        query.value = f"is:nex {'x' * 90}"
        await settle(pilot)
        assert str(fault.render()).startswith("✗ query, column 1, is:nex")  # scrolled: no place to point at
        query.value = "a2 is:new"
        await settle(pilot)
        await press(pilot, "enter")
        assert (table_of(pilot).has_focus, said(pilot).strip()) == (True, "1 of 5 cards")
        await press(pilot, "slash", *" x")  # goes on where the query ended
        assert pilot.app.screen.query_one(Input).value == "a2 is:new x"
        await press(pilot, "enter", "escape")
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_enter_goes_by_the_query_that_stands_there(workspace: Workspace) -> None:
    """Enter right after the last letter leaves a query that is whole only with that letter."""
    async with browsing(workspace) as pilot:
        await press(pilot, "slash", *"is:ne")
        query = pilot.app.screen.query_one(Input)
        assert pilot.app.screen.query_one("#fault", Static).display
        _type_at_once(pilot, "w\r")  # no answer yet to what stood before
        await settle(pilot)
        assert (query.value, table_of(pilot).has_focus) == ("is:new", True)


async def test_keys_after_enter_are_for_what_the_query_finds(workspace: Workspace) -> None:
    """Typed in one breath, a query, Enter and a key act on the cards found; a faulty query keeps its keys."""
    async with browsing(workspace) as pilot:
        query = pilot.app.screen.query_one(Input)
        await press(pilot, "slash")
        _type_at_once(pilot, "a2\rs")
        await settle(pilot)
        await settle(pilot)  # the key comes only after the query was answered
        assert query.value == "a2"
        assert "1 card suspended" in said(pilot)
        assert "suspended" in lines_of(pilot)[1]
        await press(pilot, "u", "slash")
        _type_at_once(pilot, " is:ne\rw\r")
        await settle(pilot)
        assert (query.value, table_of(pilot).has_focus) == ("a2 is:new", True)


async def test_tab_completes_and_then_leaves_the_query(workspace: Workspace) -> None:
    """Tab takes the completion that is shown; where there is none, it goes on to the table."""
    async with browsing(workspace) as pilot:
        query = pilot.app.screen.query_one(Input)
        await press(pilot, "slash", "d", "tab")
        assert query.value == "deck:"
        await press(pilot, "a", "tab")
        assert query.value == "deck:attention"
        await press(pilot, "tab")
        assert not query.has_focus
        await press(pilot, "slash", "escape")
        assert table_of(pilot).has_focus


async def test_one_card_is_changed_at_once_and_undone(workspace: Workspace) -> None:
    """Suspend and flag turn around, bury and reset are done; each is undone by u, the last first."""
    answer(ReviewSession(workspace), Rating.GOOD)
    before = read_card_states(workspace)
    async with browsing(workspace) as pilot:
        await press(pilot, "s", "f")
        assert lines_of(pilot)[1].split("  ")[-1].strip() == "suspended, flag…"
        await press(pilot, "s", "r")
        assert said(pilot).endswith("1 card made new again. u undoes it.")
        assert lines_of(pilot)[1].split()[-2:] == ["flagged,", "new"]
        await press(pilot, "b")
        assert said(pilot).endswith("1 card buried until tomorrow. u undoes it.")
        await press(pilot, "r")
        assert said(pilot).endswith("Nothing was done: the card is new already.")
        await press(pilot, "u")
        assert said(pilot).endswith("Undone: 1 card buried until tomorrow.")
        await press(pilot, "u", "u", "u", "u")
        assert read_card_states(workspace) == before
        await press(pilot, "u")
        assert "nothing to undo" in said(pilot)


async def test_several_cards_are_changed_after_a_question(workspace: Workspace) -> None:
    """Marked cards are changed once the learner agrees, and come back as one step."""
    async with browsing(workspace) as pilot:
        await press(pilot, "space", "space", "f")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await press(pilot, "enter")  # the answer that does nothing is chosen
        assert not any(state.is_flagged for state in read_card_states(workspace).values())
        assert "2 marked" in said(pilot)
        await press(pilot, "f", "y")
        assert [key for key, state in read_card_states(workspace).items() if state.is_flagged] == ["a1", "a2"]
        assert said(pilot).strip() == "5 cards   2 cards flagged. u undoes it."
        await press(pilot, "a", "s", "y")
        assert all(state.is_suspended for state in read_card_states(workspace).values())
        await press(pilot, "u")
        assert not any(state.is_suspended for state in read_card_states(workspace).values())


async def test_a_mark_goes_with_its_card_out_of_sight(workspace: Workspace) -> None:
    """What a query hides is not marked any more: nothing is done to what one cannot see."""
    async with browsing(workspace) as pilot:
        await press(pilot, "a", "slash", *"a2")
        assert said(pilot).strip().startswith("1 of 5 cards · 1 marked")
        await press(pilot, "backspace", "backspace", "escape", "s")
        assert [key for key, state in read_card_states(workspace).items() if state.is_suspended] == ["a2"]


async def test_a_step_that_another_process_overtook_is_a_message(workspace: Workspace) -> None:
    """Undo after an answer elsewhere says so, and leaves the step alone from then on."""
    async with browsing(workspace) as pilot:
        await press(pilot, "f")
        answer(ReviewSession(workspace), Rating.GOOD)
        await press(pilot, "u")
        assert isinstance(pilot.app.screen, MessageScreen)
        await press(pilot, "enter", "u")
        assert "nothing to undo" in said(pilot)


async def test_columns_sort_by_key_and_by_mouse(workspace: Workspace) -> None:
    """A key sorts by the next column, another turns it around; a click on a header does the same."""
    answer(ReviewSession(workspace), Rating.GOOD)
    async with browsing(workspace) as pilot:
        await press(pilot, "o", "O")
        assert "Card ▼" in lines_of(pilot)[0]
        assert keys_of(pilot) == ["a5", "a4", "a3", "a2", "a1"]
        assert said(pilot).strip() == "5 cards · by card, reversed"
        due = lines_of(pilot)[0].index("Due")
        await pilot.click(CardTable, offset=(due, 0))
        await settle(pilot)
        assert "Due ▲" in lines_of(pilot)[0]
        assert keys_of(pilot)[0] == "a1"
        await pilot.click(CardTable, offset=(due, 0))
        await settle(pilot)
        assert keys_of(pilot)[0] == "a1"  # what has no due day stands last, whichever way it goes


async def test_the_mouse_moves_marks_and_opens(workspace: Workspace) -> None:
    """A click moves the cursor, one on the mark marks, a second one opens."""
    async with browsing(workspace) as pilot:
        await pilot.click(CardTable, offset=(10, 3))
        await pilot.click(CardTable, offset=(0, 2))
        await settle(pilot)
        assert lines_of(pilot)[2].startswith("✓ a2")
        await pilot.click(CardTable, offset=(10, 3), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, CardPageScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_the_preview_follows_the_cursor(workspace: Workspace, size: tuple[int, int]) -> None:
    """Beside the table where there is room, else on demand; p hides and shows it."""
    async with browsing(workspace, size) as pilot:
        preview = pilot.app.screen.query_one(CardPreview)
        assert preview.display == (size[0] >= 120)
        if not preview.display:
            await press(pilot, "p")
        await press(pilot, "down")
        cap = time.monotonic() + PATIENCE_S
        while preview.query_one("#front", Markdown).source != "What is a2?":  # the cursor has to rest
            assert time.monotonic() < cap
            await pilot.pause(REST_S)
        await settle(pilot)
        assert preview.query_one("#back", Markdown).source == "It is **a2**."
        await press(pilot, "p")
        assert not preview.display


async def test_enter_shows_the_card_on_the_whole_screen(mixed: Workspace) -> None:
    """What is known of the card stands above question, choices, answer and source; Esc goes back."""
    async with browsing(mixed) as pilot:
        await press(pilot, "down", "enter")
        info = str(pilot.app.screen.query_one("#info", Static).render())
        assert info.startswith("choice\nattention · new\n")
        assert pilot.app.screen.query_one("#choices").display
        assert pilot.app.screen.query_one("#back").display
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, BrowseScreen)
        assert "cho" in lines_of(pilot)[2]


async def test_an_orphan_has_no_content_but_says_why(
    workspace: Workspace, open_here: OpenWorkspace, write_deck: WriteDeck
) -> None:
    """A card that no deck has can be opened, and says that its history is kept."""
    write_deck("attention", "a2")
    with open_here() as later:
        async with browsing(later) as pilot:
            await press(pilot, "end", "enter")
            assert "No deck has this card" in pilot.app.screen.query_one("#front", Markdown).source


async def test_help_lists_every_key(workspace: Workspace) -> None:
    """Every key of the screen stands in its help, those that the footer has no room for too."""
    async with browsing(workspace) as pilot:
        descriptions = [b.description for b in BrowseScreen.BINDINGS]  # type: ignore[union-attr]
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = "\n".join(str(line.render()) for line in pilot.app.screen.query(Static))
        assert [text for text in descriptions if text not in shown] == []


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (200, 60)])
async def test_any_size_will_do(workspace: Workspace, size: tuple[int, int]) -> None:
    """Tiny and huge windows, and resizing in between, break nothing."""
    async with browsing(workspace, size) as pilot:
        await press(pilot, "down", "p", "space")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "1 marked" in said(pilot)
        await press(pilot, "end", "pageup", "home")


async def test_without_cards_the_keys_do_nothing(open_here: OpenWorkspace) -> None:
    """An empty table takes every key and says that there is nothing."""
    with open_here() as empty:
        async with browsing(empty) as pilot:
            await press(pilot, "space", "a", "o", "O", "end", "enter", "f")
            assert "no card" in said(pilot)


async def test_another_process_is_seen_when_the_screen_comes_back(workspace: Workspace) -> None:
    """Coming back from a card reads all cards anew."""
    async with browsing(workspace) as pilot:
        await press(pilot, "enter")
        act(workspace, [(1, "a1")], EventKind.FLAG)
        await press(pilot, "escape")
        assert "flagged" in lines_of(pilot)[1]


async def test_the_table_draws_only_what_is_in_sight(open_here: OpenWorkspace, write_deck: WriteDeck) -> None:
    """However many cards there are, the last is reached at once and the cursor stays in sight."""
    write_deck("attention", *(f"n{number:04}" for number in range(600)))
    with open_here() as workspace:
        async with browsing(workspace) as pilot:
            await press(pilot, "end")
            assert keys_of(pilot)[-1] == "n0599"
            await press(pilot, "pageup", "pageup")
            card = table_of(pilot).cursor_card
            assert card is not None
            assert card.key in keys_of(pilot)
            await press(pilot, "home")
            assert keys_of(pilot)[0] == "n0000"


async def test_keys_pressed_while_the_screen_opens_are_no_query(workspace: Workspace) -> None:
    """Three keys in a row lead to browse, back and on."""
    app = QuizzerApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in "bqt":
            app.post_message(events.Key(key, key))
        await settle(pilot)
        assert isinstance(app.screen, StatisticsScreen)
