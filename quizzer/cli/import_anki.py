"""`quizzer import anki`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizzer.cli.importing import ImportOptions, import_options, run_import, tell_progress

if TYPE_CHECKING:
    from quizzer.exchange.incoming import Incoming
    from quizzer.services.workspace import Workspace


@click.command()
@click.argument("file", metavar="FILE.apkg", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "mapping",
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    help="What stands where in note types of your own.",
)
@import_options(has_history=True)
def anki(file: Path, mapping: Path | None, options: ImportOptions) -> None:
    """Take in a package of Anki (.apkg or .colpkg).

    Anki's own note types are known: questions, also in both directions, typed answers, clozes. Notes that
    quizzer exported come back as they were, with what you edited in Anki. With --with-history come reviews,
    due dates, flags and what is suspended.

    A note type of your own is taken where its front shows one field alone. For others write a MAP.toml:

    \b
        ["Vocabulary"]                  # the note type, as Anki calls it
        q = "{{Word}}"                  # a field, or Markdown with fields in it
        a = "{{Meaning}} ({{Example}})"
        reverse = true                  # ask the other way round, too
    \b
        ["My gaps"]
        cloze = "{{Text}}"
    \b
        ["Spelling"]
        q = "{{Sound}}"
        accept = "{{Word}}"             # what is to be typed
    \b
        ["Pictures"]
        skip = true                     # leave its notes out
    """  # noqa: D301 (a raw text would have no \b, by which click knows lines to be kept)

    def read(workspace: Workspace) -> Incoming:
        from quizzer.services.import_anki import read_anki

        return read_anki(
            workspace, file, mapping=mapping, with_history=options.with_history, tell=tell_progress
        )

    run_import(read, options)
