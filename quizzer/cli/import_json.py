"""`quizzer import json`."""

from __future__ import annotations

from pathlib import Path

import click

from quizzer.cli.importing import ImportOptions, import_options, run_import


@click.command("json")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path))
@import_options(has_history=True)
def json_command(file: Path, options: ImportOptions) -> None:
    """Take in what 'quizzer export json' wrote; - reads the standard input.

    Decks come, and with --with-history all reviews. Into an empty history everything comes as it was, the
    scheduler too. Beside a history of yours only reviews come that are newer than a card's last one, and
    your scheduler stays.
    """
    from quizzer.services.json_exchange import read_json

    run_import(read_json(file), options)
