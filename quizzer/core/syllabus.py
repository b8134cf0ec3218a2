"""The syllabus: areas in learning order, each with the topics a learner must be able to answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from quizzer.core.note import Level, Note


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to be able to answer; `requires` names the topics that come first, `line` is the file's."""

    id: str
    title: str
    level: Level
    requires: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """Something to read on: what it is, and where it is found ("" for a book or paper by its name)."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A field of topics; `requires` names the areas that come first."""

    id: str
    title: str
    topics: tuple[Topic, ...]
    requires: tuple[str, ...] = ()
    reading: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Syllabus:
    """All areas, and `merged`: the topics that went into another, by their old id."""

    areas: tuple[Area, ...] = ()
    merged: dict[str, str] = field(default_factory=dict)

    def topics_of(self, note: Note) -> frozenset[str]:
        """Return the topics of a note, each that was merged as the one it went into."""
        if self.merged.keys().isdisjoint(note.topics):
            return frozenset(note.topics)
        return frozenset(self.merged.get(topic, topic) for topic in note.topics)

    def topic_ids(self) -> frozenset[str]:
        """Return the ids of all topics that exist."""
        return frozenset(topic.id for area in self.areas for topic in area.topics)
