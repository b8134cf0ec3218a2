"""`quizzer config`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from quizzer.cli.console import Console, open_console
from quizzer.core.setting import Value, to_literal
from quizzer.errors import UsageError
from quizzer.markup.clean import clean
from quizzer.markup.width import cell_width, pad_cells
from quizzer.services.config import (
    Change,
    Entry,
    Look,
    compare,
    find_settings_file,
    know_setting,
    look_at_settings,
    set_setting,
    start_file,
    unset_setting,
)
from quizzer.services.decks import shown_path
from quizzer.services.editor import open_editor

FAULTY = 2
WIDEST_ASSIGNMENT = 34
INDENT = "    "


@click.group(invoke_without_command=True)
@click.pass_context
def config(ctx: click.Context) -> None:
    """Show and change the settings.

    Without a command all settings are shown. An environment variable, as QUIZZER_NEW_LIMIT,
    overrides the settings file.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@config.command()
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(key: str | None = None, as_json: bool = False) -> None:
    """Show each setting, its value, and where that comes from.

    JSON: {"path", "settings": [{"key", "value", "default", "source", "about"}]}; source is default,
    file:LINE or environment:NAME.
    """
    wanted = know_setting(key).key if key else None
    look = look_at_settings()
    if look.faults:
        _exit_with(look)
    entries = [entry for entry in look.entries if wanted in (None, entry.setting.key)]
    if as_json:
        print(_to_json(look, entries))
    elif wanted:
        _show_one(entries[0])
    else:
        _show_all(look)


@config.command(name="set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
def set_command(key: str, value: str) -> None:
    """Set a value in the settings file."""
    if value.startswith("--"):
        raise UsageError(
            f"'config set' has no option '{value}'; 'quizzer config unset {key}' brings the default back."
        )
    if key == "theme":
        from quizzer.tui.themes import check_theme  # Textual, for those who set one

        check_theme(value)
    change = set_setting(key, value)
    _tell(change, f"{change.key} is {_shown(change.new)} already")


@config.command()
@click.argument("key")
def unset(key: str) -> None:
    """Take a setting out of the file: its default holds."""
    change = unset_setting(key)
    _tell(change, f"{change.key} is not in the file; its default is {_shown(change.new)}")


@config.command()
def edit() -> None:
    """Open the settings file in $VISUAL or $EDITOR, then check it."""
    path = find_settings_file()
    if start_file():
        print(f"A new settings file: {shown_path(str(path))}", file=sys.stderr)
    before = look_at_settings(with_environment=False)
    open_editor(path)
    after = look_at_settings(with_environment=False)
    if after.faults:
        _exit_with(after)
    changes = compare(before, after)
    for change in changes:
        _tell(change)
    if not changes:
        print("The settings are in order; none has changed.")


@config.command(name="path")
def path_command() -> None:
    """Print where the settings file is."""
    print(shown_path(str(find_settings_file())))


def _exit_with(look: Look) -> None:
    for fault in look.faults:
        print(f"quizzer: {shown_path(fault.sentence)}", file=sys.stderr)
    if any(not fault.origin.variable for fault in look.faults):
        print("'quizzer config edit' opens the file.", file=sys.stderr)
    sys.exit(FAULTY)


def _to_json(look: Look, entries: Sequence[Entry]) -> str:
    settings = [
        {
            "key": entry.setting.key,
            "value": entry.value,
            "default": entry.setting.default,
            "source": entry.source,
            "about": entry.setting.about,
        }
        for entry in entries
    ]
    return json.dumps({"path": shown_path(str(look.path)), "settings": settings})


def _show_all(look: Look) -> None:
    console = open_console()
    console.say(shown_path(str(look.path)))
    if not look.path.exists():
        console.say("It is not there yet: 'quizzer config edit' starts it.")
    console.say()
    widths = [cell_width(_assignment(entry)) for entry in look.entries]
    width = max((width for width in widths if width <= WIDEST_ASSIGNMENT), default=0)
    for entry in look.entries:
        _show(console, entry, width)


def _show_one(entry: Entry) -> None:
    console = open_console()
    _show(console, entry)
    console.tell(entry.setting.takes, INDENT)
    console.tell(f"The environment variable {entry.variable} overrides the file.", INDENT)


def _show(console: Console, entry: Entry, width: int = 0) -> None:
    """Show a setting; its origin stands in a column after `width` cells, or below a long value."""
    hue = "cyan" if entry.origin else None
    line = f"{pad_cells(_assignment(entry), width)}  {_origin(entry)}"
    if cell_width(line) <= console.width:
        console.say(line, hue)
    else:
        console.say(_assignment(entry), hue)
        console.tell(_origin(entry), INDENT)
    console.tell(entry.setting.about, INDENT)


def _assignment(entry: Entry) -> str:
    return f"{entry.setting.key} = {_shown(entry.value)}"


def _origin(entry: Entry) -> str:
    if entry.origin is None:
        return "default"
    line = f"line {entry.origin.line}" if entry.origin.line else "the file"
    return f"{entry.origin.variable or line}; default {_shown(entry.setting.default)}"


def _tell(change: Change, otherwise: str = "") -> None:
    """Say what a change did, `otherwise` where there was nothing to do; what is beside it goes to stderr."""
    if change.is_first:
        print(f"A new settings file: {shown_path(str(find_settings_file()))}", file=sys.stderr)
    old, new = _shown(change.old), _shown(change.new)
    print(f"{change.key}: {old} -> {new}" if change.is_written else otherwise)
    if change.variable:
        print(f"The environment variable {change.variable} overrides the file.", file=sys.stderr)


def _shown(value: Value) -> str:
    return clean(to_literal(value)).replace("\n", " ")
