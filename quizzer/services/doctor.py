"""Checking that everything holds: places, content, database, and that replaying the log gives the cache."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

import quizzer
from quizzer.content.kata_names import list_slugs
from quizzer.core.counted import counted
from quizzer.core.memory import CardState
from quizzer.core.verdict import Machine, Mode, mode_of
from quizzer.errors import QuizzerError
from quizzer.services.backup import list_backups
from quizzer.services.places import Places, find_places
from quizzer.services.replaying import find_differing
from quizzer.services.workspace import Content, Workspace, open_workspace
from quizzer.storage.backup import check_integrity
from quizzer.storage.file import check_file, is_missing, read_version

T = TypeVar("T")

MISSING = "missing"
PACKAGES = ("click", "textual", "SQLAlchemy", "alembic", "PyYAML", "msgspec", "TeXicode", "torch")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `is_sound` is None where there is nothing to judge."""

    name: str
    text: str
    is_sound: bool | None = None


def examine() -> Iterator[Finding]:
    """Look at everything; a thing that cannot be looked at is a finding too."""
    yield Finding("versions", _versions())
    places = _attempt("settings", find_places)
    if isinstance(places, Finding):
        yield places
        return
    yield Finding("settings", f"{places.settings_file}{_not_there(places.settings_file)}", True)
    yield from _examine_content(places)
    yield from _examine_katas(places)
    yield from _examine_database(places)


def differing_states(workspace: Workspace) -> dict[int, CardState]:
    """Return, by card id, the replayed states that differ from the cached ones."""
    with workspace.database.reading() as connection:
        return find_differing(connection, workspace.regime(connection.exec_driver_sql))


def rebuild_states(places: Places | None = None) -> int:
    """Replay the log into the cache; return how many states were wrong.

    Raises:
        QuizzerError: If the database cannot be used.
    """
    from quizzer.storage.states import write_states

    with open_workspace(places) as workspace, workspace.database.writing() as connection:
        differing = find_differing(connection, workspace.regime(connection.exec_driver_sql))
        write_states(connection, differing.items())
    return len(differing)


def _examine_content(places: Places) -> Iterator[Finding]:
    content = _attempt("decks", lambda: Content(places))
    if isinstance(content, Finding):
        yield content
        return
    yield Finding("shipped decks", f"{content.roots.shipped} ({content.roots.found})", True)
    yield Finding(
        "your decks", f"{content.roots.learner_decks}{_not_there(content.roots.learner_decks)}", True
    )
    library = content.library
    notes = sum(len(deck.notes) for deck in library.decks)
    counts = ((len(library.decks), "deck"), (notes, "note"), (len(library.faults), "fault"))
    text = ", ".join(counted(number, noun) for number, noun in counts)
    if library.faults:
        text += "; 'quizzer deck lint' shows each"
    yield Finding("content", text, not library.faults)


def _examine_katas(places: Places) -> Iterator[Finding]:
    content = _attempt("katas", lambda: Content(places))
    if isinstance(content, Finding):
        return  # told with the decks
    slugs = list_slugs(content.roots)
    yield Finding("katas", f"{', '.join(slugs) or 'none'} ({content.roots.shipped_katas})", True)
    if _version("torch") == MISSING:
        yield Finding("grader", "PyTorch is not installed, which katas need: 'make katas' brings it")
        return
    machine = _attempt("grader", _probe)
    yield from [machine] if isinstance(machine, Finding) else (_tell_layers(machine), _tell_gpu(machine))


def _probe() -> Machine:
    from quizzer.grading.client import GraderClient

    with GraderClient() as grader:
        return grader.probe()


def _tell_layers(machine: Machine) -> Finding:
    layers = machine.layers
    held = ", ".join(f"{layer.name} ({layer.detail})" for layer in layers if layer.is_held)
    missing = "".join(f"; not held: {layer.name} ({layer.detail})" for layer in layers if not layer.is_held)
    mode = mode_of(layers)
    return Finding("grader", f"{mode.value} mode: {held}{missing}", mode is Mode.STRICT or None)


def _tell_gpu(machine: Machine) -> Finding:
    if machine.gpu:
        return Finding("GPU", f"{machine.gpu}: time and memory of katas are judged on it too", True)
    return Finding("GPU", f"none that can be used: {machine.gpu_problem}; its gates are skipped")


def _examine_database(places: Places) -> Iterator[Finding]:
    path = places.database

    def sound() -> Finding:
        if is_missing(path):
            return Finding("database", f"{path} (not there yet: 'quizzer review' starts it)", True)
        check_file(path)
        schema = read_version(path)
        check_integrity(path)
        return Finding("database", f"{path} (schema {schema}, integrity and foreign keys sound)", True)

    finding = _attempt("database", sound)
    yield finding
    if finding.is_sound and not is_missing(path):
        yield _attempt("replay", lambda: _examine_replay(places))
    yield from _examine_backups(places)


def _examine_replay(places: Places) -> Finding:
    with open_workspace(places) as workspace:
        differing = differing_states(workspace)
    if differing:
        differ = "differs" if len(differing) == 1 else "differ"
        found = f"{counted(len(differing), 'memory state')} {differ} from the log"
        text = f"{found}; 'quizzer doctor --fix' rebuilds what differs"
        return Finding("replay", text, False)
    return Finding("replay", "replaying the log gives the memory states", True)


def _examine_backups(places: Places) -> Iterator[Finding]:
    """Make today's backup where it is missing, which shows whether it can be made; name the newest."""
    is_started = not is_missing(places.database)
    if is_started:
        made = _attempt("daily backup", lambda: _make_daily_backup(places))
        if made is not None:
            yield made
    backups = _attempt("backups", lambda: list_backups(places))
    if isinstance(backups, Finding):
        yield backups
    elif backups:
        newest = backups[0]
        text = f"{len(backups)}, the newest of {newest.made}; 'quizzer restore' lists them ({places.backups})"
        yield Finding("backups", text, True if is_started else None)
    else:
        yield Finding("backups", f"none yet, the first answer of a day makes one ({places.backups})", True)


def _make_daily_backup(places: Places) -> Finding | None:
    with open_workspace(places) as workspace:
        workspace.daily.make()
        failure = workspace.daily.failure
    return Finding("daily backup", failure, False) if failure else None


def _not_there(path: Path) -> str:
    return "" if path.exists() else " (not there yet)"


def _attempt(name: str, look: Callable[[], T]) -> T | Finding:
    try:
        return look()
    except QuizzerError as error:
        return Finding(name, str(error), False)


def _versions() -> str:
    return ", ".join(
        [
            f"quizzer {quizzer.__version__}",
            f"Python {platform.python_version()} on {sys.platform}",
            f"SQLite {sqlite3.sqlite_version}",
            *(f"{name} {_version(name)}" for name in PACKAGES),
        ]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
