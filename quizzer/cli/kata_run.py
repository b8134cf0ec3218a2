"""One call of `quizzer kata SLUG`: which of its things is done, by options and by how the learner stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from quizzer.cli.console import Console, open_console
from quizzer.cli.kata_flow import DONE, EXIT_CODES, KataFlow
from quizzer.cli.opening import opened_workspace
from quizzer.cli.reports import STDOUT, verdict_json, verdict_junit, write_report
from quizzer.cli.verdict_text import show_progress, show_verdict
from quizzer.core.kata import Kata
from quizzer.core.verdict import Verdict
from quizzer.markup.plain import render_plain
from quizzer.services.clock_check import check_clock
from quizzer.services.editor import open_editor
from quizzer.services.grading import Grader, fresh_seed, run_grader
from quizzer.services.katas import find_kata, shown
from quizzer.services.sitting import KataDesk
from quizzer.services.submission_file import read_submission, submission_path
from quizzer.services.workspace import Content, open_content

if TYPE_CHECKING:
    from quizzer.cli.kata import Wanted


def run_kata(slug: str, wanted: Wanted, grader: Grader, console: Console | None = None) -> int:
    """Do what is wanted with the kata `slug` and return the exit code.

    Raises:
        QuizzerError: If it cannot be done.
    """
    action = wanted.action
    console = console or open_console(leaves_stdout_free=wanted.json == STDOUT, is_plain=wanted.plain)
    if action in ("submission", "regrade"):
        content = open_content()
        return _grade_outside(find_kata(content.roots, slug), content, wanted, grader, console)
    with opened_workspace() as workspace:
        desk = KataDesk(workspace, find_kata(workspace.content.roots, slug))
        if not wanted.clock_is_right:
            check_clock(workspace, f"quizzer kata {slug}")
        return _Call(desk, wanted, grader, console).run(action)


class _Call:
    def __init__(self, desk: KataDesk, wanted: Wanted, grader: Grader, console: Console) -> None:
        self._desk = desk
        self._wanted = wanted
        self._console = console
        self._flow = KataFlow(
            desk,
            console,
            grader,
            self._report,
            seed=wanted.seed,
            takes_suggestion=wanted.yes or wanted.json is not None,
        )

    def run(self, action: str) -> int:
        match action:
            case "hint":
                return self._hint()
            case "reveal":
                return self._reveal()
            case "give_up":
                if self._flow.is_sure("Give up? The sitting ends with Again"):
                    self._flow.say_finished(self._desk.give_up())
                return DONE
            case "undo":
                rating = self._desk.undo().name.capitalize()
                self._console.say(f"Undone: {rating}. The sitting is open again.")
                return DONE
            case _:
                return self._sit(must_start=action == "start")

    def _sit(self, *, must_start: bool) -> int:
        """Grade the open sitting, or begin one."""
        standing = self._desk.look()
        if not must_start and standing.passed is not None:
            self._console.say(f"{self._desk.kata.title} has passed and waits for its rating.")
            return self._flow.rate()
        if not must_start and standing.sitting is not None:
            return self._work()
        is_wanted = must_start or standing.is_wanted or self._wanted.yes
        if not is_wanted and not self._flow.show_standing(standing):
            return DONE
        self._flow.start()
        if self._wanted.watch or self._wanted.edit:
            return self._work()
        self._report_start()
        return DONE

    def _work(self) -> int:
        if self._wanted.edit:
            open_editor(self._desk.path)
        if self._wanted.watch:
            return self._flow.watch()
        return self._flow.grade()

    def _reveal(self) -> int:
        standing = self._desk.look()
        costs = standing.sitting is not None and standing.passed is None
        if not costs or self._flow.is_sure("Show the reference? The sitting will be rated Again"):
            print(self._desk.reveal(), end="")
        return DONE

    def _hint(self) -> int:
        hints = self._desk.hint()
        for number, hint in enumerate(hints, 1):
            self._console.say(f"Hint {number} of {len(self._desk.kata.hints)}:")
            self._console.say(render_plain(hint, self._console.width))
        return DONE

    def _report(self, verdict: Verdict, sitting: dict[str, object] | None) -> None:
        _write_reports(self._wanted, verdict, sitting)

    def _report_start(self) -> None:
        if self._wanted.json:
            fields = {"kata": self._desk.kata.slug, "status": "STARTED", "path": str(self._desk.path)}
            write_report(self._wanted.json, json.dumps(fields, ensure_ascii=False))


def _grade_outside(kata: Kata, content: Content, wanted: Wanted, grader: Grader, console: Console) -> int:
    """Grade a file that belongs to no sitting; nothing is recorded."""
    path = wanted.submission or submission_path(content.workspace, kata.slug)
    source = read_submission(path, _advice(wanted.submission, kata))
    console.say(f"Grading {shown(path)} outside any sitting ...")
    seed = fresh_seed() if wanted.seed is None else wanted.seed
    verdict = run_grader(grader, kata, source, seed, lambda item: show_progress(console, item))
    show_verdict(console, verdict)
    _write_reports(wanted, verdict, None)
    return EXIT_CODES[verdict.status]


def _advice(submission: Path | None, kata: Kata) -> str:
    return "check the name." if submission else f"'quizzer kata {kata.slug} --start' begins a sitting."


def _write_reports(wanted: Wanted, verdict: Verdict, sitting: dict[str, object] | None) -> None:
    if wanted.json:
        write_report(wanted.json, verdict_json(verdict, sitting))
    if wanted.junit:
        write_report(wanted.junit, verdict_junit(verdict))
