"""The line in which a query is typed, completed as it grows; an error stands under its word."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.suggester import Suggester
from textual.widgets import Input, Static

from quizzer.core.query_completion import complete_query
from quizzer.core.query_parser import Known
from quizzer.errors import QueryError
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width

PROMPT = "Query "
EXAMPLES = "softmax   deck:attention   is:due   prop:lapses>3   -is:new"


class QueryInput(Input):
    """An input whose Tab completes; keys that follow Enter wait until it is known where they go.

    Typed quickly, or over a slow line, they come before the query has been answered, and would stand in it or
    be done to cards that it does not find.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete the word, else leave the query", show=False)
    ]

    def __init__(self) -> None:
        super().__init__(id="query", placeholder=EXAMPLES, compact=True, select_on_focus=False)
        self._waiting: list[Key] | None = None

    async def _on_key(self, event: Key) -> None:
        """Take Enter here: as a binding it would come behind letters that were typed after it."""
        if self._waiting is not None:
            self._waiting.append(event)
        elif self.screen.focused is not self:
            self._pass_on(event)
        elif event.key == "enter":
            self._waiting = []
            await self.action_submit()
        else:
            return
        event.stop()
        event.prevent_default()

    def go_on(self) -> None:
        """Let the keys that came after Enter go to what has the focus now."""
        waiting, self._waiting = self._waiting or [], None
        for key in waiting:
            self._pass_on(key)

    def _pass_on(self, key: Key) -> None:
        again = Key(key.key, key.character).set_sender(self.app)  # or it would not rise to the bindings
        self.app.post_message(again)

    def action_complete(self) -> None:
        """Take the completion; where there is none, go on to the table."""
        before = self.value
        if self.cursor_position == len(before):
            self.action_cursor_right()
        if self.value == before:
            self.screen.focus_next()


class QueryLine(Vertical):
    """A prompt, the query, and below what is wrong with it."""

    DEFAULT_CSS = """
    QueryLine { height: auto; padding: 0 1; }
    QueryLine > Horizontal { height: 1; }
    QueryLine .prompt { width: auto; text-style: bold; }
    QueryLine Input { width: 1fr; }
    QueryLine #fault { display: none; height: auto; color: $text-error; }
    """

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        with Horizontal():
            yield Static(Content(PROMPT), classes="prompt")
            yield QueryInput()
        yield Static(id="fault")

    @property
    def is_faulty(self) -> bool:
        """Whether something wrong is shown."""
        return self.query_one("#fault").display

    def know(self, known: Known) -> None:
        """Complete with these values from now on."""
        self.query_one(Input).suggester = _QuerySuggester(known)

    def show_fault(self, error: QueryError | None) -> None:
        """Point at the wrong word and say what is wrong; None takes that away."""
        fault = self.query_one("#fault", Static)
        fault.display = error is not None
        if error is None:
            return
        query = self.query_one(Input).value
        place = len(PROMPT) + cell_width(query[: error.column - 1])
        marks = "^" * max(1, cell_width(clean_line(error.word)))
        is_scrolled = len(PROMPT) + cell_width(query) >= self.size.width - 2
        if not is_scrolled:
            fault.update(Content(f"{' ' * place}{marks}\n✗ {clean_line(error.sentence)}"))
        else:
            fault.update(Content(f"✗ {clean_line(str(error))}"))


class _QuerySuggester(Suggester):
    def __init__(self, known: Known) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        return complete_query(value, self._known)
