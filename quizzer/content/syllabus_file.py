"""Reads the syllabus file: its areas and topics and everything that is wrong with it, in one run."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from quizzer.content.decoding import decode
from quizzer.content.faults import FaultList, Place, nearest
from quizzer.content.fields import SYLLABUS
from quizzer.content.parsed import SyllabusFile
from quizzer.content.tree_reader import Entry, TreeReader
from quizzer.content.yaml_tree import read_tree
from quizzer.core.note import Level
from quizzer.core.syllabus import Area, Reading, Syllabus, Topic


def parse_syllabus(data: bytes, path: str) -> SyllabusFile:
    """Return the syllabus in `data`, the bytes of the file `path`, without its faulty parts."""
    faults = FaultList(path)
    source = decode(data, faults)
    root = None if source is None else read_tree(source.text, faults)
    entry = None if root is None else TreeReader(faults, is_shipped=True).record(root, SYLLABUS)
    if entry is None:
        return SyllabusFile(Syllabus(), faults.in_order())
    areas = _unique([area for area in entry.values.get("areas", ()) if _is_usable(area)], "area", faults)
    topics = _unique([topic for area in areas.values() for topic in _topics(area)], "topic", faults)
    area_requires = _requirements(areas, "area", faults)
    topic_requires = _requirements(topics, "topic", faults)
    merged = _merged(entry, topics, faults)
    built = tuple(_area(area, topics, area_requires, topic_requires) for area in areas.values())
    return SyllabusFile(Syllabus(built, merged), faults.in_order())


def _is_usable(entry: Entry) -> bool:
    return "id" in entry.values and "title" in entry.values


def _topics(area: Entry) -> list[Entry]:
    return [topic for topic in area.values.get("topics", ()) if _is_usable(topic) and "level" in topic.values]


def _unique(entries: list[Entry], noun: str, faults: FaultList) -> dict[str, Entry]:
    """Return the entries by id; a second one of an id is a fault."""
    unique: dict[str, Entry] = {}
    for entry in entries:
        name = entry.values["id"]
        first = unique.setdefault(name, entry)
        if first is not entry:
            line = first.place("id").line
            message = (
                f"the {noun} {name!r} stands on line {line}, too, expected it once: change one of the ids"
            )
            faults.add(entry.place("id"), message)
    return unique


def _requirements(entries: dict[str, Entry], noun: str, faults: FaultList) -> dict[str, tuple[str, ...]]:
    """Return what each entry requires; what does not exist or closes a circle is a fault and left out."""
    places: dict[tuple[str, str], Place] = {}
    for name, entry in entries.items():
        for index, required in enumerate(entry.values.get("requires", ())):
            place = entry.item_place("requires", index)
            if required in entries:
                places[name, required] = place
            else:
                faults.add(place, _unknown(required, entries, noun))
    while cycle := _cycle(places):
        closing = max(cycle, key=lambda edge: (places[edge].line, places[edge].column))
        name, required = closing
        if name == required:
            message = f"{name} requires itself, expected an order: remove it"
        else:
            found = f"{name} requires {required}, which requires it in turn"
            message = f"{found}, expected an order: remove one of both"
        faults.add(places.pop(closing), message)
    requires: dict[str, tuple[str, ...]] = dict.fromkeys(entries, ())
    for name, required in places:
        requires[name] += (required,)
    return requires


def _cycle(edges: dict[tuple[str, str], Place]) -> list[tuple[str, str]]:
    """Return the edges of one circle, [] where there is none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, required in edges:
        sorter.add(name, required)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = error.args[1]
        return [(circle[i + 1], circle[i]) for i in range(len(circle) - 1)]
    return []


def _merged(entry: Entry, topics: dict[str, Entry], faults: FaultList) -> dict[str, str]:
    merged: dict[str, str] = {}
    for old, (kept, place) in entry.values.get("merged", {}).items():
        if old in topics:
            line = topics[old].place("id").line
            found = f"{old!r} is merged and a topic on line {line}"
            message = f"{found}, expected an id that is gone: remove one of both"
            faults.add(place, message)
        elif kept not in topics:
            faults.add(place, _unknown(kept, topics, "topic"))
        else:
            merged[old] = kept
    return merged


def _unknown(name: str, entries: dict[str, Entry], noun: str) -> str:
    near = nearest(name, list(entries))
    step = f"write {near!r}" if near else f"correct it or add the {noun}"
    return f"there is no {noun} {name!r}, expected one of the syllabus: {step}"


def _area(
    area: Entry,
    topics: dict[str, Entry],
    area_requires: dict[str, tuple[str, ...]],
    topic_requires: dict[str, tuple[str, ...]],
) -> Area:
    own = [topic for topic in _topics(area) if topics[topic.values["id"]] is topic]
    return Area(
        area.values["id"],
        area.values["title"],
        tuple(
            Topic(
                topic.values["id"],
                topic.values["title"],
                Level(topic.values["level"]),
                topic_requires[topic.values["id"]],
                topic.place("id").line,
            )
            for topic in own
        ),
        area_requires[area.values["id"]],
        tuple(
            Reading(entry.values["title"], entry.values.get("url", ""))
            for entry in area.values.get("reading", ())
            if "title" in entry.values
        ),
    )
