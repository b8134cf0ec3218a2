"""`quizzer import csv`."""

from __future__ import annotations

from pathlib import Path

import click

from quizzer.cli.importing import ImportOptions, import_options, run_import


@click.command("csv")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path))
@click.option(
    "--columns",
    metavar="NAMES",
    default="",
    help="What the columns hold, as in question,answer,tags; - leaves one out.",
)
@click.option("--separator", metavar="CHARACTER", default="", help="What parts the columns: tab, comma, ...")
@import_options(has_history=False)
def import_csv(file: Path, columns: str, separator: str, options: ImportOptions) -> None:
    """Take in notes from a table: CSV, TSV, or text that Anki exports; - reads the standard input.

    Without --columns a first row with names such as question, answer and tags says what the columns
    hold, or Anki's headers do; else the first column asks and the second answers.
    """
    from quizzer.services.text_import import read_csv_file
    from quizzer.services.workspace import open_content

    names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    run_import(read_csv_file(open_content().library, file, names, separator), options)
