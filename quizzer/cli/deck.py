"""`quizzer deck`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from quizzer.markup.clean import clean_line
from quizzer.services.decks import (
    DeckSummary,
    FixReport,
    LintReport,
    fix_ids,
    lint_decks,
    list_decks,
    new_deck,
    schema,
    shown_path,
)
from quizzer.services.workspace import open_content

FAULTS_FOUND = 1


@click.group()
def deck() -> None:
    """List, check and start decks."""


@deck.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """List the decks.

    JSON: [{"deck", "title", "notes", "cards", "owner", "path"}]; owner is quizzer, you or both.
    """
    library = open_content().library
    decks = list_decks(library)
    print(_list_json(decks) if as_json else _list_text(decks))
    if library.faults:
        count = _count(len(library.faults), "fault")
        print(f"{count} in the decks: 'quizzer deck lint' names them", file=sys.stderr)


@deck.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Write missing note ids into your own files.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(paths: Sequence[Path], fix: bool, as_json: bool) -> None:
    """Check decks: each fault with its line and column.

    Without a PATH all decks are checked. Exits with 1 if there is a fault.
    JSON: {"decks", "notes", "faults": [{"path", "line", "column", "message"}],
    "fixed": {path: [id, ...]}}.
    """
    content = open_content()
    fixed = FixReport()
    if fix:
        fixed = fix_ids(content.library, content.roots, paths)
        content = open_content()
    found = lint_decks(content.library, content.roots, paths)
    report = LintReport(found.decks, found.notes, (*found.faults, *fixed.faults))
    if as_json:
        print(_lint_json(report, fixed.written))
    else:
        for fault in report.faults:
            print(fault)
        _print_fixed(fixed.written)
    counts = (_count(report.decks, "deck"), _count(report.notes, "note"), _count(len(report.faults), "fault"))
    print(", ".join(counts), file=sys.stderr)
    if report.faults:
        sys.exit(FAULTS_FOUND)


@deck.command()
@click.argument("name")
@click.option("--title", help="The title that is shown; the name by default.")
def new(name: str, title: str | None) -> None:
    """Start a deck of your own with two notes to replace."""
    content = open_content()
    is_shipped = any(summary.id == name for summary in list_decks(content.library))
    path = new_deck(content.roots, name, title)
    print(shown_path(str(path)))
    if is_shipped:
        print(f"the deck {name!r} exists already; yours is laid over it", file=sys.stderr)
    print("Edit it, then check it with 'quizzer deck lint'.", file=sys.stderr)


@deck.command(name="schema")
def schema_command() -> None:
    """Print the JSON Schema of a deck file, for editors."""
    print(json.dumps(schema(), indent=2, ensure_ascii=False))


def _list_json(decks: Sequence[DeckSummary]) -> str:
    return json.dumps(
        [
            {
                "deck": summary.id,
                "title": summary.title,
                "notes": summary.notes,
                "cards": summary.cards,
                "owner": summary.owner,
                "path": shown_path(summary.path),
            }
            for summary in decks
        ]
    )


def _list_text(decks: Sequence[DeckSummary]) -> str:
    if not decks:
        return "There is no deck yet: 'quizzer deck new NAME' starts one."
    width = max(len(summary.id) for summary in decks)
    lines = [f"{'':{width}}  notes  cards  title"]
    lines += [f"{s.id:{width}}  {s.notes:5}  {s.cards:5}  {clean_line(s.title)}{_mark(s)}" for s in decks]
    return "\n".join(lines)


def _mark(summary: DeckSummary) -> str:
    return {"you": " (yours)", "both": " (with yours)"}.get(summary.owner, "")


def _lint_json(report: LintReport, written: Mapping[str, Sequence[str]]) -> str:
    faults = [
        {"path": shown_path(fault.path), "line": fault.line, "column": fault.column, "message": fault.message}
        for fault in report.faults
    ]
    fixed = {shown_path(path): list(ids) for path, ids in written.items()}
    return json.dumps({"decks": report.decks, "notes": report.notes, "faults": faults, "fixed": fixed})


def _print_fixed(written: Mapping[str, Sequence[str]]) -> None:
    for path, ids in written.items():
        print(f"{shown_path(path)}: wrote {_count(len(ids), 'id')}: {', '.join(ids)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
