"""`quizzer import`: what all formats share, and the formats themselves, each in a module of its own."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from quizzer.exchange.incoming import Incoming, Refused
    from quizzer.services.import_plan import Imported, ImportPlan
    from quizzer.services.workspace import Workspace

# name -> module:attribute
COMMANDS = {
    "anki": "quizzer.cli.import_anki:anki",
    "csv": "quizzer.cli.import_csv:import_csv",
    "json": "quizzer.cli.import_json:json_command",
    "markdown": "quizzer.cli.import_markdown:import_markdown",
    "undo": "quizzer.cli.import_undo:undo",
}
MOST_REFUSALS = 20


class _Formats(click.Group):
    """A group whose formats are imported when they are called, or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are listed in help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group("import", cls=_Formats)
def import_command() -> None:
    """Take in notes and their history from other programs."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a learner says of an import, whatever the format."""

    deck: str | None = None
    with_history: bool = False
    is_dry_run: bool = False
    overwrite: bool = False


def import_options(*, has_history: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all imports, as one argument `options`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(
            *arguments: Any,
            deck: str | None,
            dry_run: bool,
            overwrite: bool,
            with_history: bool = False,
            **named: Any,
        ) -> None:
            command(*arguments, options=ImportOptions(deck, with_history, dry_run, overwrite), **named)

        options = [
            click.option("--deck", metavar="NAME", help="Put all new notes into this deck of yours."),
            click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing."),
            click.option(
                "--overwrite", is_flag=True, help="Take the source's version of notes that you have edited."
            ),
        ]
        if has_history:
            options.insert(
                1, click.option("--with-history", is_flag=True, help="Take reviews and schedule along.")
            )
        for option in reversed(options):
            run = option(run)
        return run

    return decorate


def run_import(source: Incoming | Callable[[Workspace], Incoming], options: ImportOptions) -> None:
    """Plan the import, print the plan, do it, and print what came of it.

    A reader that needs to know the learner's decks or days is called with the workspace.
    """
    from quizzer.cli.opening import opened_workspace
    from quizzer.services.importing import apply_import, plan_import

    with opened_workspace() as workspace:
        imported = None
        try:
            if callable(source):
                tell_progress("reading")
                incoming = source(workspace)
            else:
                incoming = source
            plan = plan_import(
                workspace,
                incoming,
                deck=options.deck,
                with_history=options.with_history,
                overwrite=options.overwrite,
                tell=tell_progress,
            )
            if not options.is_dry_run:
                imported = apply_import(workspace, plan, tell=tell_progress)
        finally:
            tell_progress("")
        if imported is None:
            _print_plan(plan)
        else:
            _print_result(imported)


def _print_plan(plan: ImportPlan) -> None:
    from quizzer.services.import_text import counts_line, history_lines, note_lines

    for line in note_lines(plan):
        print(line)
    print(f"Would bring {counts_line(plan.counts)}.")
    if plan.media:
        print(f"Media files: {len(plan.media)}.")
    for line in history_lines(plan.history):
        print(line)
    _print_refused((*plan.refused, *plan.remarks))
    _print_missing(plan.missing_media)
    if not any(plan.counts.values()):
        _print_nothing_found()
    print("Nothing was written: this was a dry run.")


def _print_result(imported: Imported) -> None:
    from quizzer.services.import_text import counts_line, history_lines, shown_path

    print(f"Brought {counts_line(imported.counts)}.")
    if imported.media:
        print(f"Media files: {imported.media}.")
    for line in history_lines(imported.history):
        print(line)
    for path in imported.files:
        print(f"Deck file: {shown_path(str(path))}")
    _print_refused(imported.refused)
    _print_missing(imported.missing_media)
    if imported.kept is not None:
        print(f"What the files held before is in {shown_path(str(imported.kept))}.")
    if imported.backup is not None:
        print(f"The database as it was before is in {shown_path(str(imported.backup))}.")
    if imported.has_changed:
        print("'quizzer review' asks what is due, 'quizzer import undo' takes the import back.")
    elif any(imported.counts.values()):
        print("Nothing was written: there was nothing new.")
    else:
        _print_nothing_found()


def _print_nothing_found() -> None:
    command = f"quizzer import {click.get_current_context().info_name}"
    print(f"No note was found in the source: '{command} --help' says what is read.", file=sys.stderr)


def _print_refused(refused: Iterable[Refused]) -> None:
    from quizzer.services.import_text import refusal_lines

    for line in refusal_lines(refused, MOST_REFUSALS):
        print(line, file=sys.stderr)


def _print_missing(names: Iterable[str]) -> None:
    from quizzer.services.import_text import missing_line

    line = missing_line(names)
    if line:
        print(line, file=sys.stderr)


def tell_progress(what: str) -> None:
    """Say on the terminal's last line what is being done."""
    if sys.stderr is None or not sys.stderr.isatty():
        return
    shown = f"{what} ..." if what else ""
    sys.stderr.write(f"\r\x1b[K{shown}")
    sys.stderr.flush()
