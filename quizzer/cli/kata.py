"""`quizzer kata`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from quizzer.errors import UsageError
from quizzer.markup.width import cell_width, cut_cells, pad_cells

TITLE, LEAST_TITLE = 1, 8  # the column of titles, and the cells that it keeps
GAP = "  "
ACTIONS = ("start", "hint", "reveal", "give_up", "undo", "regrade", "submission")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of one call."""

    submission: Path | None
    watch: bool
    edit: bool
    start: bool
    hint: bool
    reveal: bool
    give_up: bool
    regrade: bool
    undo: bool
    seed: int | None
    json: str | None
    junit: str | None
    yes: bool
    clock_is_right: bool
    plain: bool = False

    @property
    def action(self) -> str:
        """The one thing that is asked for beside grading, "" where nothing is.

        Raises:
            UsageError: If options contradict each other.
        """
        found = [name for name in ACTIONS if getattr(self, name)]
        if len(found) > 1:
            raise UsageError(f"--{_option(found[0])} and --{_option(found[1])} exclude each other: drop one.")
        action = found[0] if found else ""
        for name in ("watch", "edit"):
            if getattr(self, name) and action not in ("", "start"):
                raise UsageError(f"--{name} and --{_option(action)} exclude each other: drop one.")
        if self.watch and (self.edit or self.json or self.junit):
            raise UsageError("--watch goes with neither --edit, --json nor --junit: drop one.")
        if (self.json or self.junit) and action in ("hint", "reveal", "give_up", "undo"):
            raise UsageError(f"--{_option(action)} gives no report: drop --json and --junit.")
        return action


@click.command()
@click.argument("slug", required=False)
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Grade FILE outside any sitting; records nothing.",
)
@click.option("--watch", is_flag=True, help="Grade whenever you save; Ctrl-C leaves.")
@click.option("--edit", is_flag=True, help="Open $VISUAL or $EDITOR, then grade.")
@click.option("--start", is_flag=True, help="Begin a sitting although the kata is not due.")
@click.option("--hint", is_flag=True, help="Show one more hint.")
@click.option("--reveal", is_flag=True, help="Show the reference; the sitting will be rated Again.")
@click.option("--give-up", is_flag=True, help="End the sitting; it is rated Again.")
@click.option("--regrade", is_flag=True, help="Grade your last file again; records nothing.")
@click.option("--undo", is_flag=True, help="Take the last rating back and reopen the sitting.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), metavar="N", help="The seed of the inputs.")
@click.option("--json", metavar="FILE|-", help="Write the verdict as JSON.")
@click.option("--junit", metavar="FILE", help="Write the verdict as JUnit XML.")
@click.option("--plain", is_flag=True, help="Without colour and columns: a sentence a kata.")
@click.option("--yes", is_flag=True, help="Start, and take the suggested rating, without asking.")
@click.option("--clock-is-right", is_flag=True, help="Go on although the clock was set back.")
@click.pass_context
def kata(ctx: click.Context, /, slug: str | None, **options: object) -> None:
    """Write a coding kata from a blank file, and have it graded.

    Without a SLUG the katas are listed. With one, an open sitting is graded; a kata that is
    new or due begins: an earlier file is archived and a blank starter laid out. Exits with 1
    if the submission failed. JSON: see the README.
    """
    wanted = Wanted(**options)  # type: ignore[arg-type]
    if slug is None:
        _list(wanted)
        return
    from quizzer.cli.kata_run import run_kata
    from quizzer.services.grading import open_grader

    with closing(ctx.obj or open_grader()) as grader:
        ctx.exit(run_kata(slug, wanted, grader))


def _list(wanted: Wanted) -> None:
    from quizzer.cli.opening import opened_workspace
    from quizzer.cli.reports import write_report
    from quizzer.services.katas import list_katas

    if wanted.action or wanted.watch or wanted.edit or wanted.junit:
        raise UsageError("name the kata, as in 'quizzer kata flash-attention'; 'quizzer kata' lists them.")
    with opened_workspace() as workspace:
        rows, today = list_katas(workspace), workspace.study_day()
    if wanted.json:
        write_report(wanted.json, json.dumps([row.fields() for row in rows], ensure_ascii=False))
        return
    lines = [row.cells(today) for row in rows]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    shown = "\n".join(map(_sentence, lines)) if wanted.plain else _table(lines, width)
    print(shown if rows else "There are no katas in this content.")


def _sentence(cells: Sequence[str]) -> str:
    """Return a row as it is read aloud."""
    slug, title, level, par, last, due = cells
    went = "never graded" if last == "-" else f"last {last}"
    parts = (level, f"par {par}" if par else "", went, due)
    return f"{slug}: {title}; {', '.join(part for part in parts if part)}."


def _table(rows: Sequence[Sequence[str]], terminal_width: int | None) -> str:
    """Return the rows in columns; where the terminal is too narrow, the titles are cut."""
    lines = [("kata", "title", "level", "par", "last", "due"), *rows]
    widths = [max(cell_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    if terminal_width is not None:
        over = sum(widths) + len(GAP) * (len(widths) - 1) - terminal_width
        widths[TITLE] -= min(max(0, over), max(0, widths[TITLE] - LEAST_TITLE))
    return "\n".join(
        GAP.join(
            pad_cells(cut_cells(cell, width), width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _option(name: str) -> str:
    return name.replace("_", "-")
