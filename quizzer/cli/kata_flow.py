"""What `quizzer kata SLUG` does with one kata at a terminal: start, grade, watch, ask for the rating."""

from __future__ import annotations

from collections.abc import Callable

from quizzer.cli.console import Console
from quizzer.cli.verdict_text import show_progress, show_verdict
from quizzer.core.interval import format_interval
from quizzer.core.sitting import Suggestion
from quizzer.core.verdict import Progress, Status, Verdict
from quizzer.errors import UsageError
from quizzer.markup.plain import render_plain
from quizzer.services.grading import Grader, fresh_seed
from quizzer.services.katas import shown
from quizzer.services.question import Grade, Question
from quizzer.services.sitting import Graded, KataDesk
from quizzer.services.sitting_end import Finished
from quizzer.services.standing import Standing
from quizzer.services.verdict_words import ENDED_ELSEWHERE, NOT_YOURS, pulled_sentence

DONE, FAILED, BROKEN = 0, 1, 3
POLL_S = 0.2
EXIT_CODES = {Status.PASSED: DONE, Status.FAILED: FAILED, Status.ERRORED: BROKEN}
Report = Callable[[Verdict, dict[str, object] | None], None]


class KataFlow:
    """One call of the command; `report` is told every verdict, `takes_suggestion` asks no rating."""

    def __init__(
        self,
        desk: KataDesk,
        console: Console,
        grader: Grader,
        report: Report,
        *,
        seed: int | None = None,
        takes_suggestion: bool = False,
    ) -> None:
        self.desk = desk
        self._console = console
        self._grader = grader
        self._report = report
        self._seed = seed
        self._takes_suggestion = takes_suggestion
        self._is_watching = False

    def start(self) -> None:
        """Lay out the starter; say where it is and what to do."""
        kata, console = self.desk.kata, self._console
        self._grader.check()
        started = self.desk.start()
        console.say(render_plain(kata.prompt, console.width))
        console.say()
        if started.archived:
            console.say(f"Your earlier file is kept as {shown(started.archived)}")
        console.say(f"Write your solution into {shown(started.path)} (par: {kata.par_minutes} minutes).")
        console.say(f"Then:  {self._call()}            grades it")
        console.say(f"       {self._call('--watch')}    grades it whenever you save")
        console.say(f"       {self._call('--hint')}     gives the first of {len(kata.hints)} hints")

    def grade(self) -> int:
        """Grade the learner's file in the open sitting; a pass ends it. Return the exit code."""
        return self.grade_source(self.desk.read())

    def grade_source(self, source: str) -> int:
        """Grade `source` in the open sitting; a pass ends it. Return the exit code."""
        self._announce()
        graded = self.desk.grade(self._grader, source, self._next_seed(), self._show)
        show_verdict(self._console, graded.verdict)
        if graded.verdict.status is Status.PASSED and graded.number is not None:
            self.rate(graded.verdict)
            return DONE
        self._report(graded.verdict, _facts(self.desk.look(), pulled=graded.pulled))
        self._say_next(graded)
        return EXIT_CODES[graded.verdict.status]

    def rate(self, verdict: Verdict | None = None) -> int:
        """End a sitting that has passed in its review: the learner's rating, else the suggested one."""
        question, suggestion = self.desk.question(), self.desk.suggestion()
        standing = self.desk.look()
        verdict = verdict or standing.last_verdict
        grade = self._choose(question, suggestion)
        finished = None if grade is None else self.desk.rate(grade, question)
        if finished is None:
            self._console.tell(f"Not rated yet; your solution is stored. '{self._call()}' asks again.")
        else:
            self.say_finished(finished)
        if verdict is not None:
            self._report(verdict, _facts(standing, finished=finished, suggestion=suggestion))
        return DONE

    def watch(self) -> int:
        """Grade the file now, unless it is blank, and whenever it changes; until it passes, or Ctrl-C."""
        console, last = self._console, self.desk.kata.starter
        console.say(f"Watching {shown(self.desk.path)}; Ctrl-C leaves.")
        self._grader.start()
        self._is_watching = True
        try:
            while True:
                source = self._read_patiently()
                if source is None or source == last:
                    console.wait(POLL_S)
                    continue
                last = source
                if self.grade_source(source) == DONE:
                    return DONE
        except KeyboardInterrupt:
            console.say("\nThe sitting stays open.")
            return DONE

    def is_sure(self, question: str) -> bool:
        """Ask before something that costs a rating; without a terminal it was meant."""
        if not self._console.is_interactive or self._takes_suggestion:
            return True
        answer = self._console.ask(f"{question} [y/N]? ")
        return answer is not None and answer.lower() in {"y", "yes"}

    def show_standing(self, standing: Standing) -> bool:
        """Show the last verdict of a kata that is neither new nor due; return whether to start all the same.

        Raises:
            UsageError: If there is nobody to ask.
        """
        console = self._console
        if standing.last_verdict is not None:
            console.say("The last verdict, from an earlier attempt:")
            show_verdict(console, standing.last_verdict)
        found = standing.not_wanted
        if not console.is_interactive:
            raise UsageError(f"{found}, and no sitting is open; '{self._call('--start')}' starts one anyway.")
        console.say()
        console.tell(f"{found}.")
        answer = console.ask("Start anyway [y/N]? ")
        return answer is not None and answer.lower() in {"y", "yes"}

    def say_finished(self, finished: Finished) -> None:
        """Say what a sitting ended in."""
        self._console.tell(finished.sentence(self.desk.kata.title))
        if finished.remark:
            self._console.tell(finished.remark)
        self._console.say(f"'{self._call('--undo')}' takes the rating back.")

    def _choose(self, question: Question, suggestion: Suggestion) -> Grade | None:
        """Return the grade to record, None where the learner was asked and did not answer."""
        default = question.suggested(suggestion.rating)
        console = self._console
        console.say()
        console.tell(f"{suggestion.reason} Suggested: {default.label}.")
        if self._takes_suggestion or not console.is_interactive:
            return default
        console.say("  ".join(_label(grade) for grade in question.grades))
        while True:
            first, last = question.grades[0].key, question.grades[-1].key
            answer = console.ask(f"Rating ({first}-{last}, Enter for {default.key})? ")
            if answer is None or answer == "":
                return None if answer is None else default
            if grade := question.grade(answer):
                return grade
            console.say(f"A number from {first} to {last} was expected.")

    def _say_next(self, graded: Graded) -> None:
        console = self._console
        if graded.verdict.status is Status.ERRORED:
            console.say()
            console.tell(NOT_YOURS)
            return
        if graded.number is None:
            console.say(f"\n{ENDED_ELSEWHERE}")
            return
        if graded.pulled:
            console.tell(f"{pulled_sentence(graded.pulled)}: 'quizzer review'.")
        if self._is_watching:
            console.say(f"\nWatching {shown(self.desk.path)}: the next save is graded; Ctrl-C leaves.")
            return
        console.say(f"\nNext:   mend {shown(self.desk.path)}")
        console.say(f"Then:   {self._call()}")
        console.say(f"Stuck?  {self._call('--hint')}")

    def _read_patiently(self) -> str | None:
        """Return the file's source; None, with the reason told, where it cannot be read just now."""
        try:
            return self.desk.read()
        except UsageError:
            return None  # an editor may be replacing it

    def _announce(self) -> None:
        self._console.say(f"\nGrading {shown(self.desk.path)} ...")

    def _show(self, item: Progress) -> None:
        show_progress(self._console, item)

    def _next_seed(self) -> int:
        return fresh_seed() if self._seed is None else self._seed

    def _call(self, option: str = "") -> str:
        return f"quizzer kata {self.desk.kata.slug} {option}".rstrip()


def _facts(
    standing: Standing,
    *,
    pulled: int = 0,
    finished: Finished | None = None,
    suggestion: Suggestion | None = None,
) -> dict[str, object]:
    """Return what the JSON report says of a sitting; `standing` is how it stood before it was rated."""
    return {
        "is_open": standing.sitting is not None and finished is None,
        "attempts": len(standing.attempts),
        "pulled": pulled,
        "suggested": suggestion.rating.name.lower() if suggestion else None,
        "reason": suggestion.reason if suggestion else None,
        "rating": finished.rating.name.lower() if finished else None,
        "due_on": finished.due_on.isoformat() if finished else None,
    }


def _label(grade: Grade) -> str:
    interval = "" if grade.interval_days is None else f" ({format_interval(grade.interval_days)})"
    return f"{grade.key} {grade.label}{interval}"
