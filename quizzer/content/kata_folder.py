"""Reads the folder of a kata: `kata.yaml`, prompt, starter and mistakes; none of its code is run.

A faulty kata costs only itself: it is left out, and every fault has its place and next step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizzer.content.decoding import decode
from quizzer.content.faults import Fault, FaultList, Place
from quizzer.content.files import UnreadableError, can_be_there, read_regular
from quizzer.content.kata_fields import KATA
from quizzer.content.kata_names import KATA_FILE, kata_folder, reference_path
from quizzer.content.kata_python import defined_names, is_signature, parse_python, read_mistake, read_text
from quizzer.content.locator import ContentRoots
from quizzer.content.tree_reader import Entry, TreeReader
from quizzer.content.yaml_tree import MapNode, read_tree
from quizzer.core.kata import Deadlines, EntryPoint, Gate, GateKind, Kata, Mistake
from quizzer.core.note import Level

PROMPT = "prompt.md"
STARTER = "starter.py"
SUITE = "hidden_tests.py"
MISTAKES = "mistakes"


@dataclass(frozen=True, slots=True)
class KataFile:
    """A kata as read; `kata` is None where something is wrong with it. `entry` knows the places."""

    slug: str
    kata: Kata | None
    faults: tuple[Fault, ...] = ()
    entry: Entry | None = None
    mistake_paths: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list of katas shows of one."""

    title: str
    level: Level
    par_minutes: int
    topics: tuple[str, ...]


def read_heading(roots: ContentRoots, slug: str) -> Heading | None:
    """Return the heading in the `kata.yaml` of `slug`, None where that is faulty; no other file is read."""
    path = kata_folder(roots, slug) / KATA_FILE
    entry = _read_fields(path, FaultList(str(path)))
    names = ("title", "level", "par_minutes", "topics")
    if entry is None or any(name not in entry.values for name in names):
        return None
    title, level, par_minutes, topics = (entry.values[name] for name in names)
    return Heading(title, Level(level), int(par_minutes), tuple(topics))


def read_kata(roots: ContentRoots, slug: str) -> KataFile:
    """Return the kata `slug` of the shipped content."""
    folder = kata_folder(roots, slug)
    reader = _FolderReader(slug, folder, reference_path(roots, slug))
    return reader.read()


class _FolderReader:
    """Reads one folder; every file of it has its own list of faults."""

    def __init__(self, slug: str, folder: Path, reference: Path) -> None:
        self._slug = slug
        self._folder = folder
        self._reference = reference
        self._lists: list[FaultList] = []

    def read(self) -> KataFile:
        """Return the kata, or what is wrong with it."""
        entry = self._fields()
        prompt = read_text(self._folder / PROMPT, self._faults(PROMPT))
        starter = self._starter(entry)
        self._check_code()
        mistakes, paths = self._mistakes()
        faults = tuple(fault for each in self._lists for fault in each.in_order())
        if faults or entry is None or prompt is None or starter is None:
            return KataFile(self._slug, None, faults, entry, paths)
        kata = _build(self._slug, entry.values, prompt, starter, mistakes, self._folder, self._reference)
        return KataFile(self._slug, kata, (), entry, paths)

    def _faults(self, *names: str) -> FaultList:
        faults = FaultList(str(self._folder.joinpath(*names)))
        self._lists.append(faults)
        return faults

    def _fields(self) -> Entry | None:
        faults = self._faults(KATA_FILE)
        entry = _read_fields(self._folder / KATA_FILE, faults)
        if entry is not None:
            _check_fields(entry, faults)
        return entry

    def _starter(self, entry: Entry | None) -> str | None:
        faults = self._faults(STARTER)
        text = read_text(self._folder / STARTER, faults)
        tree = None if text is None else parse_python(text, faults)
        if tree is None or entry is None:
            return text
        for name in entry.values.get("entry_points", {}):
            if name not in defined_names(tree):
                message = f"the starter defines no {name}, expected every entry point of {KATA_FILE}: add it"
                faults.add(Place(), message)
        return text

    def _check_code(self) -> None:
        for path in (self._folder / SUITE, self._reference):
            faults = FaultList(str(path))
            self._lists.append(faults)
            text = read_text(path, faults)
            if text is not None:
                parse_python(text, faults)

    def _mistakes(self) -> tuple[tuple[Mistake, ...], dict[str, Path]]:
        folder = self._folder / MISTAKES
        paths = sorted(folder.glob("[!_.]*.py")) if can_be_there(folder) else []
        found = [(path, read_mistake(path, self._faults(MISTAKES, path.name))) for path in paths]
        mistakes = tuple(mistake for _, mistake in found if mistake is not None)
        return mistakes, {mistake.name: path for path, mistake in found if mistake is not None}


def _read_fields(path: Path, faults: FaultList) -> Entry | None:
    try:
        source = decode(read_regular(path), faults)
    except UnreadableError as error:
        faults.add(Place(), str(error))
        return None
    root = None if source is None else read_tree(source.text, faults)
    return None if root is None else TreeReader(faults, is_shipped=True).record(root, KATA)


def _check_fields(entry: Entry, faults: FaultList) -> None:
    points = entry.values.get("entry_points")
    node = entry.nodes.get("entry_points")
    if isinstance(node, MapNode) and not node.values:
        message = "entry_points is empty, expected at least one: write what a submission must define"
        faults.add(entry.place("entry_points"), message)
    for name, (point, _) in (points or {}).items():
        signature = point.values.get("signature")
        if signature is not None and not is_signature(signature):
            message = (
                f"the signature of {name} is none of Python, expected one such as '(q, k, v)': correct it"
            )
            faults.add(point.place("signature"), message)
    gates = entry.values.get("gates")
    if gates is not None:
        _check_calls(entry, gates, faults)
        for name in gates.values:
            _check_positive(gates.values[name], ("limit",), faults)
    if (deadlines := entry.values.get("deadlines")) is not None:
        _check_positive(deadlines, tuple(deadlines.values), faults)


def _check_calls(entry: Entry, gates: Entry, faults: FaultList) -> None:
    name = GateKind.FORBIDDEN_CALLS.value
    is_missing = name not in entry or entry.values.get(name) == ()
    if name in gates and is_missing:
        message = (
            f"the gate {name} has nothing to look for, expected the list {name}: add it or remove the gate"
        )
        faults.add(gates.key_place(name), message)


def _check_positive(entry: Entry, names: Sequence[str], faults: FaultList) -> None:
    for name in names:
        if name in entry.values and float(entry.values[name]) <= 0:
            message = f"{name} is {entry.values[name]}, expected a number above zero: correct it"
            faults.add(entry.place(name), message)


def _build(
    slug: str,
    values: Any,
    prompt: str,
    starter: str,
    mistakes: tuple[Mistake, ...],
    folder: Path,
    reference: Path,
) -> Kata:
    return Kata(
        slug=slug,
        title=values["title"],
        level=Level(values["level"]),
        topics=values["topics"],
        cards=values["cards"],
        entry_points=tuple(_entry_point(name, point) for name, (point, _) in values["entry_points"].items()),
        par_minutes=int(values["par_minutes"]),
        hints=values["hints"],
        forbidden_calls=values.get("forbidden_calls", ()),
        gates=_gates(values.get("gates")),
        deadlines=_deadlines(values.get("deadlines")),
        sources=values["sources"],
        prompt=prompt,
        starter=starter,
        mistakes=mistakes,
        folder=str(folder),
        reference=str(reference),
    )


def _entry_point(name: str, point: Entry) -> EntryPoint:
    state = tuple((key, shape) for key, (shape, _) in point.values.get("state", {}).items())
    return EntryPoint(name, point.values["signature"], point.values.get("returns", "tensor"), state)


def _gates(gates: Entry | None) -> tuple[Gate, ...]:
    if gates is None:
        return ()
    return tuple(_gate(kind, gates.values[kind.value]) for kind in GateKind if kind.value in gates.values)


def _gate(kind: GateKind, entry: Entry) -> Gate:
    numbers = {
        name: int(entry.values[name]) for name in ("size", "repeats", "cap_mib") if name in entry.values
    }
    return Gate(
        kind=kind,
        misconception=entry.values["misconception"],
        limit=float(entry.values.get("limit", 0)),
        why=entry.values.get("why", ""),
        **numbers,
    )


def _deadlines(entry: Entry | None) -> Deadlines:
    return Deadlines() if entry is None else Deadlines(**{k: float(v) for k, v in entry.values.items()})
