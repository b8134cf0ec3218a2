"""The text files that an import reads: rows, and Markdown in a file or a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from quizzer.content.library import Library
from quizzer.errors import UsageError
from quizzer.exchange.anki.identity import guid_of, oldest_ids
from quizzer.exchange.csv_files.reading import CsvOptions, read_csv
from quizzer.exchange.incoming import Incoming, Refused
from quizzer.exchange.markdown_files.dialects import Dialect
from quizzer.exchange.markdown_files.reading import MarkdownFile, read_markdown
from quizzer.exchange.text_file import MAX_BYTES
from quizzer.services.input_file import read_input

SUFFIXES = (".md", ".markdown")
MAX_FILES = 5_000
MAX_DEPTH = 20


def read_csv_file(library: Library, path: Path, columns: Sequence[str], separator: str) -> Incoming:
    """Return what a file of rows holds; notes of `library` are known by their GUIDs in Anki.

    Raises:
        UsageError: If it cannot be read.
    """
    oldest = oldest_ids(library.decks)
    guids = {
        guid_of(old, is_cloze=is_cloze): note_id
        for note_id, old in oldest.items()
        for is_cloze in (False, True)
    }
    options = CsvOptions(tuple(columns), separator, guids)
    data, name = read_input(path, MAX_BYTES)
    return read_csv(data, name, options)


def read_markdown_files(path: Path, *, headings: bool, highlights: bool, deck_tag: str) -> Incoming:
    """Return what a Markdown file holds, or all those of a folder and the folders in it.

    With `headings` these name decks, with `highlights` these are clozes; tags below `deck_tag` name decks.
    Hidden files and folders are left out, links to folders are not followed.

    Raises:
        UsageError: If it cannot be read, or the folder holds too much.
    """
    dialect = Dialect(headings, highlights, deck_tag)
    if not path.is_dir():
        data, name = read_input(path, MAX_BYTES)
        return read_markdown([MarkdownFile(name, data)], dialect)
    files: list[MarkdownFile] = []
    refused: list[Refused] = []
    size = 0
    for number, file in enumerate(_find(path)):
        try:
            _check_link(file, path)
            data, _ = read_input(file, MAX_BYTES)
        except UsageError as error:
            refused.append(Refused(str(file), str(error).removeprefix(f"{file}: ").rstrip(".")))
            continue
        size += len(data)
        if size > MAX_BYTES or number >= MAX_FILES:
            raise UsageError(
                f"{path}: the folder holds more than {MAX_FILES:,} files or {MAX_BYTES // 1_000_000} MB of "
                "Markdown, expected less: name a folder in it."
            )
        files.append(MarkdownFile(str(file), data, file.relative_to(path).parts[:-1]))
    incoming = read_markdown(files, dialect)
    return replace(incoming, refused=(*refused, *incoming.refused))


def _find(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        depth = len(here.relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and depth < MAX_DEPTH)
        yield from (
            here / name
            for name in sorted(names)
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        )


def _check_link(file: Path, folder: Path) -> None:
    if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError("the link leads out of the folder, expected a file in it: copy the file")
