"""`quizzer import markdown`."""

from __future__ import annotations

from pathlib import Path

import click

from quizzer.cli.importing import ImportOptions, import_options, run_import


@click.command("markdown")
@click.argument("file", metavar="FILE|FOLDER|-", type=click.Path(path_type=Path))
@click.option("--headings", is_flag=True, help="Take headings as the names of decks.")
@click.option("--highlights", is_flag=True, help="Take ==highlighted== text as clozes.")
@click.option(
    "--deck-tag",
    metavar="TAG",
    default="flashcards",
    show_default=True,
    help="The tag below which tags name decks, as in #flashcards/ml/losses.",
)
@import_options(has_history=True)
def import_markdown(
    file: Path, headings: bool, highlights: bool, deck_tag: str, options: ImportOptions
) -> None:
    """Take in notes from Markdown: a file or a folder; - reads the standard input.

    Read are 'Q: ...' and 'A: ...', 'C: text with [an answer]', 'question::answer', lines around a line '?',
    and deletions such as {{c1::answer}}; never in code or math.
    """
    from quizzer.services.text_import import read_markdown_files

    incoming = read_markdown_files(
        file, headings=headings, highlights=highlights, deck_tag=deck_tag.lstrip("#")
    )
    run_import(incoming, options)
