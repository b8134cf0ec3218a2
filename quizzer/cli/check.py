"""`quizzer check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizzer.errors import UsageError

if TYPE_CHECKING:
    from quizzer.services.check import Target
    from quizzer.services.grading import Grader
    from quizzer.services.workspace import Content

FAULTS_FOUND = 1
MESSAGE_LIMIT = 300


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--katas", "grades", is_flag=True, help="Grade every known solution of the katas.")
@click.option("--report", is_flag=True, help="With --katas: print in Markdown which mistakes are caught.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    metavar="N",
    help="With --katas: the seed of each kata's first solution; the next ones count on. By default chance.",
)
@click.option("--links", "asks", is_flag=True, help="Ask every address that decks and syllabus name.")
@click.pass_context
def check(
    ctx: click.Context, /, paths: Sequence[Path], grades: bool, report: bool, seed: int | None, asks: bool
) -> None:
    """Check decks and katas, as their authors do.

    Without --katas, decks and the folders of katas are read, and every fault is named; no
    code is run. With it katas are graded: the reference and honest alternatives must pass,
    gates included; starter, trivial outputs and every mistake must fail, each mistake by its
    name. That runs the code of the folders, so only check katas you trust. A PATH is a deck,
    a folder, or a kata's folder. With --links the web is asked for each address of all decks
    and reading lists instead. Exits with 1 if something is wrong.
    """
    if report and not grades:
        raise UsageError("--report tells how solutions were graded: add --katas.")
    if seed is not None and not grades:
        raise UsageError("--seed is of the graded solutions: add --katas.")
    if asks and (grades or paths):
        raise UsageError("--links asks for the addresses of all decks: leave --katas and paths out.")
    from quizzer.services.check import find_targets
    from quizzer.services.workspace import open_content

    content = open_content()
    if asks:
        ctx.exit(_reach(content))
    target = find_targets(content.roots, paths)
    if not grades:
        from quizzer.services.check import lint_targets

        faults = lint_targets(target, content.library, content.roots)
        for fault in faults:
            print(fault)
        looked_at = [f"{len(target.katas)} kata{'' if len(target.katas) == 1 else 's'}"]
        if target.has_all_decks or target.decks:
            looked_at.insert(0, "all decks" if target.has_all_decks else "the decks named")
        found = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
        print(f"{', '.join(looked_at)}: {found}", file=sys.stderr)
        ctx.exit(FAULTS_FOUND if faults else 0)
    from quizzer.services.grading import open_grader

    with closing(ctx.obj or open_grader()) as grader:
        ctx.exit(_grade(target, grader, seed, reports=report))


def _reach(content: Content) -> int:
    from quizzer.services.link_check import find_links, reach_links

    found = find_links(content.library)
    broken = 0
    for link in reach_links(found):
        print(f"{'broken' if link.problem else 'ok':7} {link.address}", file=sys.stderr, flush=True)
        if link.problem:
            broken += 1
            print(f"{link.address} {link.problem}: correct or remove it in {', '.join(link.named_by)}")
    print(f"{len(found)} link{'' if len(found) == 1 else 's'}, {broken} broken", file=sys.stderr)
    return FAULTS_FOUND if broken else 0


def _grade(target: Target, grader: Grader, seed: int | None, *, reports: bool) -> int:
    from quizzer.markup.clean import clean_line
    from quizzer.services.check import grade_target

    progress = sys.stderr if reports else sys.stdout
    found = []
    wrong: list[str] = []
    for slug, checked in grade_target(target, grader, seed):
        found.append((slug, checked))
        print(f"{'wrong' if checked.problem else 'ok':5}  {slug}: {checked.name}", file=progress, flush=True)
        if checked.problem:
            seeded = f" (seed {checked.verdict.seed})" if checked.verdict else ""
            wrong.append(f"{slug}: {checked.name}: {clean_line(checked.problem)[:MESSAGE_LIMIT]}{seeded}")
    if wrong:
        print("\nWrong:", file=progress)
        print("\n".join(wrong), file=progress)
    print(f"{len(found)} solutions graded, {len(wrong)} wrong", file=sys.stderr)
    if reports:
        from quizzer.services.mistake_report import report_mistakes

        print("\n".join(report_mistakes(found)))
    return FAULTS_FOUND if wrong else 0
