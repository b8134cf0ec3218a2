"""The plain review: line by line, without boxes or colour, for screen readers, ssh and scripts."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from quizzer.core.card import back, front
from quizzer.core.note import NoteKind
from quizzer.core.queue import Turn
from quizzer.core.rating import Rating
from quizzer.core.suggestion import suggest_from_check, suggest_from_points
from quizzer.markup.clean import clean_line, prepare
from quizzer.markup.plain import render_inline, render_plain
from quizzer.markup.width import wrap_cells
from quizzer.services.answer_check import Check, check_choice, check_typed, order_choices
from quizzer.services.question import Grade, Question
from quizzer.services.review import CANNOT_UNDO, MOVED_ON, NOTHING_TO_UNDO, Progress, ReviewSession
from quizzer.services.summary import summarise

WIDEST = 100
HELP = (
    "Enter shows the answer; u undoes the last step, s suspends the card, "
    "b buries its note until tomorrow, f flags the card, q quits."
)


class _Quit(Exception):
    """The learner, or the end of input, ends the session."""


class _NextCard(Exception):
    """A command took this card's turn: look again whose it is."""


class PlainReview:
    """Runs a review session on two text streams."""

    def __init__(self, session: ReviewSession, source: TextIO, sink: TextIO) -> None:
        self._session = session
        self._source = source
        self._sink = sink
        self._width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
        self._asked: Question | None = None
        self._commands: dict[str, Callable[[Question], Question | None]] = {
            "u": self._undo,
            "s": self._suspend,
            "b": self._bury,
            "f": self._flag,
            "q": self._quit,
        }

    def run(self) -> None:
        """Ask until nothing is left, the learner quits, or the input ends."""
        try:
            self._say_line(HELP)
            while True:
                question, progress = self._session.look()
                if question is None:
                    break
                with suppress(_NextCard):
                    self._ask(question, progress)
        except (_Quit, KeyboardInterrupt):
            self._say("")
        for sentence in summarise(self._session).sentences():
            self._say(sentence)

    def _ask(self, question: Question, progress: Progress) -> None:
        self._asked = question
        card = question.card
        self._say(
            f"\n[{', '.join(progress.parts)}] "
            f"{question.queued.deck}: {clean_line(card.key)} ({question.queued.turn})"
            f"{' flagged' if question.is_flagged else ''}\n"
        )
        if question.reason:
            self._say_line(question.reason)
            self._say("")
        self._say_markdown(front(card))
        shown_at = time.monotonic()
        check = self._take_answer(question)
        self._reveal(question, check)
        if check is not None:
            suggested: Rating | None = suggest_from_check(check.is_right)
        else:
            suggested = self._tick(question) if card.note.points else None
        self._rate(question, suggested, shown_at)

    def _take_answer(self, question: Question) -> Check | None:
        note = question.card.note
        if note.kind is NoteKind.CHOICES:
            return self._choose(question)
        if note.kind is NoteKind.ACCEPT:
            return self._type(question)
        self._command("Answer? ", question, {""})
        return None

    def _reveal(self, question: Question, check: Check | None) -> None:
        note = question.card.note
        if check is not None:
            verdict = "Right." if check.is_right else "Not what was expected."
            self._say_line(f"{verdict} Expected: {check.expected}. {check.remark}")
        self._say("")
        self._say_markdown(back(question.card))
        if note.pitfall:
            self._say("")
            self._say_markdown(f"Pitfall: {note.pitfall}")
        if note.source:
            checked = f" ({note.source.checked})" if note.source.checked else ""
            self._say("")
            self._say_line(f"Source: {note.source.cite}{checked}")

    def _choose(self, question: Question) -> Check:
        note = question.card.note
        assert note.choices is not None
        options = order_choices(note.choices, question.card.key, question.position.number)
        keys = [str(number) for number in range(1, len(options) + 1)]
        for key, option in zip(keys, options, strict=True):
            self._say(render_inline(option, self._width, f"{key}) "))
        answer = self._command(f"Your choice (1-{len(options)})? ", question, set(keys))
        return check_choice(note, options[int(answer) - 1])

    def _type(self, question: Question) -> Check:
        self._say("(a line that starts with ':' is a command: :u :s :b :f :q)")
        while True:
            line = self._read("Your answer? ")
            if not line.startswith(":"):
                return check_typed(question.card.note, line)
            if not self._obeys(line[1:].strip().lower()):
                self._say("':u', ':s', ':b', ':f' or ':q' was expected.")

    def _tick(self, question: Question) -> Rating | None:
        points = question.card.note.points
        self._say("\nWhich points did you say?")
        for number, point in enumerate(points, 1):
            self._say(render_inline(point, self._width, f"{number}) "))
        while True:
            line = self._read("Their numbers, * for all, Enter to judge yourself: ")
            if line == "*":
                ticked = set(range(1, len(points) + 1))
                break
            if self._obeys(line.lower()):
                continue
            words = line.replace(",", " ").split()
            if all(word.isdecimal() and len(word) < 3 and 1 <= int(word) <= len(points) for word in words):
                ticked = {int(word) for word in words}
                break
            self._say(f"Numbers from 1 to {len(points)} were expected, e.g. '1 3', or u, s, b, f, q.")
        return suggest_from_points(len(ticked), len(points))

    def _rate(self, question: Question, suggested: Rating | None, shown_at: float) -> None:
        default = question.suggested(suggested) if suggested is not None else None
        if question.queued.turn in (Turn.DRILL, Turn.CRAM):
            self._say(f"\n{question.queued.turn.capitalize()}: the schedule stays as it is.")
        else:
            self._say("")
        self._say("  ".join(_label(grade) for grade in question.grades))
        hint = f", Enter for {default.key}" if default else ""
        prompt = f"Rating ({question.grades[0].key}-{question.grades[-1].key}{hint})? "
        allowed = {grade.key for grade in question.grades} | ({""} if default else set())
        grade = question.grade(self._command(prompt, question, allowed)) or default
        assert grade is not None
        duration_ms = int((time.monotonic() - shown_at) * 1000)
        assert self._asked is not None
        if not self._session.answer(self._asked, grade, duration_ms):
            self._say(MOVED_ON)
        elif self._session.remark:
            self._say_line(self._session.remark)

    def _command(self, prompt: str, question: Question, allowed: set[str]) -> str:
        """Read until a line is allowed, and return it; a command may end the card.

        Raises:
            _NextCard: After one that does.
        """
        while True:
            line = self._read(prompt).lower()
            if line in allowed:
                return line
            if self._obeys(line):
                continue
            expected = ", ".join(sorted(allowed - {""})) or "Enter"
            self._say(f"'{clean_line(line)}' is not known here; {expected}, u, s, b, f or q was expected.")

    def _obeys(self, word: str) -> bool:
        """Do what a command says; return False if it is none.

        Raises:
            _NextCard: If the card's turn is over.
        """
        command = self._commands.get(word)
        if command is None:
            return False
        assert self._asked is not None
        self._asked = command(self._asked)
        if self._asked is None:
            raise _NextCard
        return True

    def _undo(self, _: Question) -> None:
        before = len(self._session.steps)
        step = self._session.undo()
        self._say(step.undone() if step else CANNOT_UNDO if before else NOTHING_TO_UNDO)

    def _suspend(self, question: Question) -> None:
        is_written = self._session.suspend(question)
        self._say(f"Suspended: {clean_line(question.card.key)}." if is_written else MOVED_ON)

    def _bury(self, question: Question) -> None:
        is_written = self._session.bury(question)
        self._say(f"Buried until tomorrow: {clean_line(question.card.key)}." if is_written else MOVED_ON)

    def _flag(self, question: Question) -> Question | None:
        is_written, flagged = self._session.flag(question)
        if not is_written:
            self._say(MOVED_ON)
            return None
        word = "Flagged" if flagged.is_flagged else "Flag removed"
        self._say(f"{word}: {clean_line(question.card.key)}.")
        return flagged

    def _quit(self, _: Question) -> None:
        raise _Quit

    def _read(self, prompt: str) -> str:
        self._sink.write(prompt)
        self._sink.flush()
        line = self._source.readline()
        if not line:
            raise _Quit
        return line.strip()

    def _say(self, text: str) -> None:
        self._sink.write(text + "\n")
        self._sink.flush()

    def _say_line(self, text: str) -> None:
        self._say("\n".join(wrap_cells(clean_line(text), self._width)))

    def _say_markdown(self, text: str) -> None:
        self._say(render_plain(prepare(text), self._width))


def _label(grade: Grade) -> str:
    when = f" ({grade.when})" if grade.when else ""
    return f"{grade.key} {grade.label}{when}"
