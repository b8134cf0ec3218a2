from __future__ import annotations

from textwrap import dedent

import pytest

from quizzer.content.syllabus_file import parse_syllabus
from quizzer.core.note import Level
from quizzer.core.syllabus import Area, Syllabus, Topic

SOUND = """\
areas:
  - id: base
    title: The base
    topics:
      - {id: one, title: First, level: mid}
  - id: top
    title: The top
    requires: [base]
    topics:
      - {id: two, title: Second, level: senior, requires: [one]}
merged:
  old: one
"""


def faults_of(text: str) -> list[str]:
    """Return the faults of a syllabus, without the path."""
    found = parse_syllabus(dedent(text).encode(), "x.yaml").faults
    return [f"{fault.line}:{fault.column}: {fault.message}" for fault in found]


def test_a_syllabus_is_read() -> None:
    """Areas, topics, what they require and what was merged are in the value."""
    file = parse_syllabus(SOUND.encode(), "x.yaml")
    assert file.faults == ()
    assert file.syllabus == Syllabus(
        (
            Area("base", "The base", (Topic("one", "First", Level.MID),)),
            Area("top", "The top", (Topic("two", "Second", Level.SENIOR, ("one",)),), ("base",)),
        ),
        {"old": "one"},
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "requires: [base]",
            "requires: [bas]",
            "8:16: there is no area 'bas', expected one of the syllabus: write 'base'",
        ),
        (
            "[one]}",
            "[qqq]}",
            "10:60: there is no topic 'qqq', expected one of the syllabus: correct it or add the topic",
        ),
        (
            "old: one",
            "old: onee",
            "12:8: there is no topic 'onee', expected one of the syllabus: write 'one'",
        ),
        (
            "old: one",
            "two: one",
            "12:8: 'two' is merged and a topic on line 10, expected an id that is gone: remove one of both",
        ),
        (
            "id: top",
            "id: base",
            "6:9: the area 'base' stands on line 2, too, expected it once: change one of the ids",
        ),
        (
            "id: two",
            "id: one",
            "10:14: the topic 'one' stands on line 5, too, expected it once: change one of the ids",
        ),
        (
            "level: senior",
            "level: junior",
            "10:41: level is 'junior', expected mid, senior or principal: write 'senior'",
        ),
        (
            "title: Second, ",
            "",
            "10:9: a topic without title, expected one line of text: add title: Explain self-attention",
        ),
        (
            "title: The base",
            "titel: The base",
            "3:5: an area has no field 'titel', expected 'title' perhaps: rename it or remove it",
        ),
        (
            "old: one",
            "- one",
            "12:3: merged is a list, expected a mapping of old topic ids to topics: "
            "write merged: {old: kept}",
        ),
        (
            "old: one",
            "Old One: one",
            "12:3: merged is 'Old One', expected an id of lower-case letters, digits and single hyphens: "
            "write 'old-one'",
        ),
        (
            "[one]}",
            "[two]}",
            "10:60: two requires itself, expected an order: remove it",
        ),
    ],
)
def test_each_fault_is_told_with_its_place(old: str, new: str, expected: str) -> None:
    """A syllabus with one thing changed reports it first among its faults, or alone."""
    assert old in SOUND
    assert expected in faults_of(SOUND.replace(old, new))


def test_every_circle_is_told_once_and_opened() -> None:
    """Two circles of topics are two faults, each at its last edge, and that edge is left out."""
    text = """\
        areas:
          - id: a
            title: A
            topics:
              - {id: a1, title: T, level: mid, requires: [a3]}
              - {id: a2, title: T, level: mid, requires: [a1]}
              - {id: a3, title: T, level: mid, requires: [a2]}
              - {id: b1, title: T, level: mid, requires: [b2]}
              - {id: b2, title: T, level: mid, requires: [b1, a1]}
        """
    assert faults_of(text) == [
        "7:51: a3 requires a2, which requires it in turn, expected an order: remove one of both",
        "9:51: b2 requires b1, which requires it in turn, expected an order: remove one of both",
    ]
    topics = parse_syllabus(dedent(text).encode(), "x.yaml").syllabus.areas[0].topics
    assert [topic.requires for topic in topics] == [("a3",), ("a1",), (), ("b2",), ("a1",)]


def test_a_faulty_topic_costs_only_itself() -> None:
    """The topics and areas beside a faulty one are in the syllabus."""
    syllabus = parse_syllabus(SOUND.replace("level: senior", "level: x").encode(), "x.yaml").syllabus
    assert [area.id for area in syllabus.areas] == ["base", "top"]
    assert syllabus.topic_ids() == {"one"}


@pytest.mark.parametrize("text", ["", "areas", "- a", "areas: [", "areas: x"])
def test_what_is_no_syllabus_is_an_empty_one_with_a_fault(text: str) -> None:
    """A file that holds no areas gives no topics and says why."""
    file = parse_syllabus(text.encode(), "x.yaml")
    assert file.syllabus == Syllabus()
    assert len(file.faults) == 1
