"""The `quizzer` command: a group that imports a command's module only when it is called."""

from __future__ import annotations

import difflib
import importlib
import io
import os
import select
import sys
from collections.abc import Sequence

import click

import quizzer
from quizzer.errors import QuizzerError

# name -> (module:attribute, its line in --help; a test holds it to the command's own docstring)
COMMANDS = {
    "review": ("quizzer.cli.review:review", "Review the cards that are due, then new ones."),
    "due": ("quizzer.cli.due:due", "Show what is due today."),
    "deck": ("quizzer.cli.deck:deck", "List, check and start decks."),
    "kata": ("quizzer.cli.kata:kata", "Write a coding kata from a blank file, and have it graded."),
    "stats": ("quizzer.cli.stats:stats", "Show how it goes: reviews, retention, readiness."),
    "syllabus": ("quizzer.cli.syllabus:syllabus", "Show the plan: areas in order, what opens next, reading."),
    "check": ("quizzer.cli.check:check", "Check decks and katas, as their authors do."),
    "export": ("quizzer.cli.export:export", "Take your decks along to other programs."),
    "import": (
        "quizzer.cli.importing:import_command",
        "Take in notes and their history from other programs.",
    ),
    "schedule": ("quizzer.cli.schedule:schedule", "Choose, fit and look into the scheduler."),
    "cards": (
        "quizzer.cli.cards:cards",
        "List cards: those that fit a query, or are suspended, leeches or flagged.",
    ),
    "unsuspend": ("quizzer.cli.unsuspend:unsuspend_command", "List suspended cards, or bring them back."),
    "config": ("quizzer.cli.config:config", "Show and change the settings."),
    "backup": ("quizzer.cli.backup:backup", "Copy the database to a file."),
    "restore": ("quizzer.cli.backup:restore", "Bring a backup back; the present database is kept aside."),
    "doctor": ("quizzer.cli.doctor:doctor", "Check that everything holds."),
}
UNEXPECTED = 3


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and whose errors are sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are listed in help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; an unknown name gets the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "'quizzer --help' lists them."
            ctx.fail(f"there is no command '{name}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--yes", is_flag=True, help="At the first start, take the defaults instead of asking.")
@click.version_option(quizzer.__version__, message="quizzer %(version)s")
@click.pass_context
def cli(ctx: click.Context, yes: bool) -> None:
    """An interview quiz engine for machine learning.

    Cards come back when you are about to forget them. Without a command, quizzer opens
    its home screen; 'quizzer review' starts today's cards at once.
    """
    if ctx.invoked_subcommand is None:
        from quizzer.cli.review import open_home

        open_home(takes_defaults=yes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run quizzer and exit: 0 done, 1 faults found, 2 wrong usage or input, 3 quizzer failed."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a sign that the terminal does not know is no failure
    code = _run(arguments)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # Output goes nowhere from here on, so that the interpreter's own flush does not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            code = _fail(_unwritable(error))
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        # Outside click's standalone mode an exit code comes back as the result.
        return cli.main(args=arguments, prog_name="quizzer", standalone_mode=False) or 0
    except SystemExit as error:
        # click exits with 1 when the reader of our output has gone, as `head` does: that is no error of ours.
        return 0 if _is_reader_gone() else int(error.code or 0)
    except click.Abort:
        return 130  # what a shell reports for a program ended by Ctrl-C
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except QuizzerError as error:
        click.echo(f"quizzer: {error}", err=True)
        return error.exit_code
    except Exception as error:
        is_output = isinstance(error, OSError) and error.filename is None
        return _fail(_unwritable(error) if is_output else _report(error))


def _fail(sentence: str) -> int:
    click.echo(f"quizzer: {sentence}", err=True)
    return UNEXPECTED


def _unwritable(error: Exception) -> str:
    return f"the output cannot be written ({error}). Send it elsewhere."


def _is_reader_gone() -> bool:
    if sys.__stdout__ is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(sys.__stdout__, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _report(error: Exception) -> str:
    """Write an unexpected error down and return a sentence about it."""
    import traceback

    import platformdirs

    text = "".join(traceback.format_exception(error))
    summary = f"{type(error).__name__}: {error}"
    try:
        path = platformdirs.user_cache_path("quizzer", appauthor=False, ensure_exists=True) / "last-error.txt"
        path.write_text(text, encoding="utf-8")
    except OSError:
        return (
            f"something unexpected happened ({summary}). Answered cards are saved; 'quizzer doctor' checks."
        )
    return (
        f"something unexpected happened ({summary}). Answered cards are saved; 'quizzer doctor' checks. "
        f"If it finds nothing, please report it with the details in {path}."
    )
