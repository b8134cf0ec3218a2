"""`quizzer cards`: what is set apart or fits a query, as a table, and what can be done to it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

import click

from quizzer.cli.opening import opened_workspace
from quizzer.core.query_guide import guide_text
from quizzer.core.review import EventKind
from quizzer.errors import UsageError
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width, pad_cells
from quizzer.services.set_apart import list_set_apart, what_to_do
from quizzer.services.workspace import Workspace

ACTIONS = {
    EventKind.SUSPEND: "Take the cards out of all sessions.",
    EventKind.UNSUSPEND: "Bring suspended cards back.",
    EventKind.BURY: "Hide their notes until tomorrow.",
    EventKind.FLAG: "Flag them.",
    EventKind.UNFLAG: "Take their flags away.",
    EventKind.RESET: "Make them new again; what was answered stays in the log.",
}
UNDO = "'quizzer cards --undo' takes it back."


class Listed(Protocol):
    """What a line of the table is made of."""

    @property
    def key(self) -> str:
        """The card's key."""

    @property
    def deck(self) -> str:
        """Its deck, or ""."""

    @property
    def place(self) -> str:
        """Where it stands, in a word."""

    @property
    def lapses(self) -> int:
        """How often it was failed."""

    @property
    def words(self) -> tuple[str, ...]:
        """What sets it apart."""

    @property
    def is_suspended(self) -> bool:
        """Whether it is out of all sessions."""

    @property
    def is_leech(self) -> bool:
        """Whether it was failed too often."""

    @property
    def is_flagged(self) -> bool:
        """Whether it has a flag."""


class QueryCommand(click.Command):
    """A command with flags alone, whose other words are a query: `-is:new` is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what is no option behind the options."""
        end = args.index("--") if "--" in args else len(args)
        options = [word for word in args[:end] if word.startswith("--") or word == "-h"]
        words = [word for word in args[:end] if word not in options]
        return super().parse_args(ctx, [*options, "--", *words, *args[end + 1 :]])


def _language() -> str:
    """Return what a query can ask, behind the marks by which click leaves lines as they are."""
    return "\n\n".join(f"\b\n{section}" for section in guide_text("  ").split("\n\n"))


def _with_actions(command: Callable[..., None]) -> Callable[..., None]:
    for kind, about in reversed(ACTIONS.items()):
        command = click.option(f"--{kind}", is_flag=True, help=about)(command)
    return command


@click.command(cls=QueryCommand, epilog=_language())
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@click.option("--suspended", is_flag=True, help="Only suspended cards.")
@click.option("--leeches", is_flag=True, help="Only leeches: forgotten eight times or more.")
@click.option("--flagged", is_flag=True, help="Only flagged cards.")
@_with_actions
@click.option("--undo", is_flag=True, help="Take back what was last done to cards here.")
@click.option("--plain", is_flag=True, help="Without columns: a sentence a card.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cards(
    query: tuple[str, ...],
    suspended: bool,
    leeches: bool,
    flagged: bool,
    undo: bool,
    plain: bool,
    as_json: bool,
    **actions: bool,
) -> None:
    """List cards: those that fit a query, or are suspended, leeches or flagged.

    With several options, all of them have to hold. What is done to cards is done to all that are found,
    or to none.

    QUERY: words side by side are all required; the rest of the language stands below. In single quotes
    your shell leaves < and > alone: 'deck:attention prop:lapses>3'.

    JSON: [{"card", "deck", "lapses", "is_suspended", "is_leech", "is_flagged"}], sorted by card; deck is
    null for a kata and for a card that no deck has any more.
    """
    chosen = [EventKind(name) for name, is_asked in actions.items() if is_asked]
    is_narrowed = bool(query) or suspended or leeches or flagged
    _check(chosen, is_narrowed, undo, as_json)
    with opened_workspace() as workspace:
        if undo:
            from quizzer.services import bulk

            print(bulk.undo(workspace).undone)
            return
        found: Sequence[Listed]
        if chosen or query:
            found = _find(workspace, " ".join(query), suspended, leeches, flagged, chosen)
        else:
            found = list_set_apart(workspace, is_suspended=suspended, is_leech=leeches, is_flagged=flagged)
        if chosen:
            return
    if as_json:
        print(to_json(found))
    elif not found:
        print(_nothing(query, suspended, leeches, flagged), file=sys.stderr)
    elif query:
        show_table(found, is_plain=plain)
    else:
        show_cards(found, is_plain=plain)


def _check(chosen: list[EventKind], is_narrowed: bool, undo: bool, as_json: bool) -> None:
    options = [*(f"--{kind}" for kind in chosen), *(["--undo"] if undo else [])]
    if len(options) > 1:
        raise UsageError(f"{' and '.join(options)} cannot be done at once. Choose one of them.")
    if options and as_json:
        raise UsageError(f"--json lists cards and {options[0]} changes them. Leave one of them out.")
    if chosen and not is_narrowed:
        raise UsageError(
            f"{options[0]} needs to know which cards: add a query, as in "
            f"'quizzer cards deck:NAME {options[0]}'; id:* is all of them."
        )
    if undo and is_narrowed:
        raise UsageError("--undo takes back the whole of what was last done. Leave the rest out.")


def _find(
    workspace: Workspace, query: str, suspended: bool, leeches: bool, flagged: bool, chosen: list[EventKind]
) -> Sequence[Listed]:
    """Return the cards that fit, by their keys; do to them what was chosen, and say so."""
    from quizzer.services.browse import load_cards

    found = [
        card
        for card in load_cards(workspace).find(query)
        if card.is_suspended >= suspended and card.is_leech >= leeches and card.is_flagged >= flagged
    ]
    found.sort(key=lambda card: card.key)
    for kind in chosen:
        from quizzer.services.bulk import act, nothing_to_do

        step = act(workspace, [(card.card_id, card.key) for card in found], kind)
        if step.keys:
            print(step.sentence)
            print(UNDO, file=sys.stderr)
        else:
            nothing = nothing_to_do(kind, len(found)) if found else "Nothing was done: no card was found."
            print(nothing, file=sys.stderr)
    return found


def show_cards(found: Sequence[Listed], *, is_plain: bool = False) -> None:
    """Print the cards, and on stderr what can be done about them."""
    show_table(found, is_plain=is_plain)
    for sentence in what_to_do(found):
        print(sentence, file=sys.stderr)


def show_table(found: Sequence[Listed], *, is_plain: bool = False) -> None:
    """Print the cards as a table, plain as a sentence each."""
    if is_plain:
        print("\n".join(map(to_sentence, found)))
        return
    columns = shutil.get_terminal_size((80, 24)).columns if sys.stdout and sys.stdout.isatty() else None
    print(to_text(found, columns))


def to_json(found: Sequence[Listed]) -> str:
    """Return the cards as one JSON array."""
    return json.dumps(
        [
            {
                "card": card.key,
                "deck": card.deck or None,
                "lapses": card.lapses,
                "is_suspended": card.is_suspended,
                "is_leech": card.is_leech,
                "is_flagged": card.is_flagged,
            }
            for card in found
        ],
        ensure_ascii=False,
    )


def to_sentence(card: Listed) -> str:
    """Return a card as it is read aloud."""
    parts = (clean_line(card.place), *card.words)
    return f"{clean_line(card.key)}: {', '.join(parts)}."


def to_text(found: Sequence[Listed], columns: int | None = None) -> str:
    """Return a line a card: key, deck, what sets it apart.

    Where one is wider than `columns`, all have two lines, the key first.
    """
    rows = [(clean_line(card.key), clean_line(card.place), ", ".join(card.words)) for card in found]
    widths = [max(cell_width(row[column]) for row in rows) for column in (0, 1)]
    lines = [
        f"{pad_cells(key, widths[0])}  {pad_cells(deck, widths[1])}  {why}".rstrip()
        for key, deck, why in rows
    ]
    if columns is not None and max(map(cell_width, lines)) > columns:
        lines = [f"{key}\n    {pad_cells(deck, widths[1])}  {why}".rstrip() for key, deck, why in rows]
    return "\n".join(lines)


def _nothing(query: tuple[str, ...], suspended: bool, leeches: bool, flagged: bool) -> str:
    if query:
        return "No card fits the query."
    chosen = ("suspended", suspended), ("a leech", leeches), ("flagged", flagged)
    words = [word for word, is_asked in chosen if is_asked]
    return f"No card is {' and '.join(words) if words else 'suspended, a leech or flagged'}."
