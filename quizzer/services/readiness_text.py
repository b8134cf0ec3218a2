"""Readiness and the syllabus as lines of plain text."""

from __future__ import annotations

from quizzer.core.counted import counted
from quizzer.core.readiness import AreaReadiness, Readiness, TopicReadiness, missing_for
from quizzer.core.syllabus import Area, Reading
from quizzer.markup.chart import draw_bar, draw_table
from quizzer.markup.clean import clean_line
from quizzer.markup.width import cell_width, wrap_cells
from quizzer.services.stats_text import Section, percent

NO_SYLLABUS = "There is no syllabus: decks/_syllabus.yaml is missing or empty."
AREA_WIDTHS = (33, -8, -8, -6, -6)
HEADS = ("Area", "covered", "learnt", "now", "katas")
NEXT_TOPICS = 8
SHARE_BAR = 8


def readiness_section(readiness: Readiness) -> Section:
    """Return a table of the areas."""
    if not readiness.areas:
        return Section("Readiness", (NO_SYLLABUS,))
    rows = [area_cells(area) for area in readiness.areas]
    lines = draw_table([HEADS, *rows], AREA_WIDTHS)
    bars = ["", *(draw_bar(area.retrievable or 0.0, 1.0, SHARE_BAR) for area in readiness.areas)]
    table = [f"{line:71}{bar}".rstrip() if bar else line for line, bar in zip(lines, bars, strict=True)]
    note = "Topics with a note, topics of which a card was seen, share of all cards recalled if asked now."
    return Section("Readiness", (*table, *wrap_cells(note, 79)))


def area_cells(area: AreaReadiness) -> tuple[str, ...]:
    """Return title, topics covered and learnt, the share recalled now, and katas passed."""
    total = len(area.topics)
    return (
        clean_line(area.area.title),
        f"{area.covered}/{total}",
        f"{area.learnt}/{total}",
        "-" if area.retrievable is None else percent(area.retrievable),
        f"{area.katas_passed}/{area.katas}" if area.katas else "-",
    )


def weakest_section(readiness: Readiness, width: int) -> Section:
    """Return the weakest topics, each with why."""
    weakest = enumerate(readiness.weakest(), 1)
    lines = [line for number, topic in weakest for line in _weak_lines(number, topic, width)]
    return Section("Weakest topics", tuple(lines or [no_weakness(readiness)]))


def no_weakness(readiness: Readiness) -> str:
    """Return why there is no weak topic."""
    if any(topic.is_learnt for topic in readiness.topics):
        return "No topic that you have begun is weak."
    return "No topic has been begun, so none is weak yet."


def syllabus_lines(readiness: Readiness, width: int) -> list[str]:
    """Return the plan: areas in the order of their prerequisites, then which topics open next."""
    if not readiness.areas:
        return [NO_SYLLABUS]
    rows = [("", "Area", "seen", "now", "after")]
    for number, area in enumerate(readiness.areas, 1):
        seen = f"{area.learnt}/{len(area.topics)}"
        now = "-" if area.retrievable is None else percent(area.retrievable)
        rows.append((str(number), clean_line(area.area.id), seen, now, ", ".join(area.area.requires)))
    lines = draw_table(rows, (-2, 22, -7, -5, max(10, width - 44)))
    opens = readiness.next_topics()[:NEXT_TOPICS]
    lines += ["", "What opens next:" if opens else "Every topic that has a note was begun."]
    for topic in opens:
        lines += _wrapped(f"{topic.topic.id}: {topic.topic.title}", width, "  ", "    ")
    return [*lines, "", "'quizzer syllabus AREA' shows its topics and what to read."]


def area_lines(readiness: Readiness, area: AreaReadiness, width: int) -> list[str]:
    """Return one area: its topics with how they stand, what to read, and what comes after it."""
    title, covered, learnt, now, katas = area_cells(area)
    lines = _wrapped(f"{title} ({area.area.id})", width)
    lines.append(f"{covered} topics covered, {learnt} seen, {now} recalled now, katas {katas}.")
    if area.area.requires:
        lines += _wrapped(f"After: {', '.join(area.area.requires)}", width)
    lines.append("")
    waiting = readiness.waiting_topics()
    for topic in area.topics:
        lines += _wrapped(f"{topic.topic.id}: {topic.topic.title}", width, _mark(topic), "    ")
        lines += _wrapped(topic_words(topic, waiting), width, "      ", "      ")
    lines += _reading_lines(area.area, width)
    after = [other.area.id for other in readiness.areas if area.area.id in other.area.requires]
    if after:
        lines += ["", *_wrapped(f"It opens: {', '.join(after)}", width)]
    return lines


def topic_words(topic: TopicReadiness, waiting: frozenset[str]) -> str:
    """Return how a topic stands, in words."""
    if not topic.is_covered:
        return "no note yet"
    cards = f"{len(topic.seen)} of {counted(len(topic.cards), 'card')} seen"
    if topic.is_learnt:
        return f"{cards}, {topic.why}"
    missing = missing_for(topic.topic, waiting)
    return f"{cards}, after {', '.join(missing)}" if missing else f"{cards}, opens next"


def _mark(topic: TopicReadiness) -> str:
    return "[x] " if topic.is_learnt else "[ ] "


def _weak_lines(number: int, topic: TopicReadiness, width: int) -> list[str]:
    head = _wrapped(f"{topic.topic.id}: {topic.topic.title}", width, f"{number:>2}  ", "    ")
    return [*head, *_wrapped(topic.why, width, "      ", "      ")]


def _reading_lines(area: Area, width: int) -> list[str]:
    if not area.reading:
        return []
    return ["", "To read:", *(line for reading in area.reading for line in _reading(reading, width))]


def _reading(reading: Reading, width: int) -> list[str]:
    lines = _wrapped(reading.title, width, "  ", "    ")
    return [*lines, f"    {clean_line(reading.url)}"] if reading.url else lines


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    lines = wrap_cells(clean_line(text), width - max(cell_width(first), cell_width(rest)))
    return [f"{rest if number else first}{line}" for number, line in enumerate(lines)]
