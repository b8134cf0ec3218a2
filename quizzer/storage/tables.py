"""The tables as SQLAlchemy Core sees them; `migrations/` creates them.

The log (reviews, card_events) is the truth and only appended; undo marks a row.
cards holds identities: a card keeps its row, and so its history, when its note is
edited, moved or renamed; `deck` is NULL while no deck has it. memory_states is a
cache of the log, replayed a card at a time whenever an entry of the card changes.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Enum, Float, ForeignKey, Integer, MetaData, String, Table

from quizzer.core.review import EventKind, ReviewKind
from quizzer.storage.types import Instant, WholeNumber

metadata = MetaData()


def _kind(values: type[ReviewKind] | type[EventKind]) -> Enum:
    # By value and without a CHECK: a later kind needs no migration.
    return Enum(values, values_callable=lambda kinds: [kind.value for kind in kinds], create_constraint=False)


learners = Table(
    "learners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("created_at", Instant, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("note_id", String, nullable=False),
    Column("deck", String),
    Column("place", Integer),  # its turn among the new cards
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner_id", ForeignKey("learners.id"), nullable=False),
    Column("card_id", ForeignKey("cards.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", _kind(ReviewKind), nullable=False),
    Column("origin", String, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("quality", Integer),
    Column("reviewed_at", Instant, nullable=False),
    Column("zone", String, nullable=False),
    Column("study_day", Date, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("scheduler", String, nullable=False),
    Column("interval_days", WholeNumber, nullable=False),
    Column("undone_at", Instant),
)

card_events = Table(
    "card_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner_id", ForeignKey("learners.id"), nullable=False),
    Column("card_id", ForeignKey("cards.id")),  # NULL for a reschedule, which is of all cards
    Column("sequence", Integer, nullable=False),
    Column("kind", _kind(EventKind), nullable=False),
    Column("origin", String, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("zone", String, nullable=False),
    Column("study_day", Date, nullable=False),
    Column("data", String),  # JSON, for kinds that carry more
    Column("undone_at", Instant),
)

memory_states = Table(
    "memory_states",
    metadata,
    Column("learner_id", ForeignKey("learners.id"), primary_key=True),
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("place", Integer),  # the card's, while it is new; NULL afterwards
    Column("ease_factor", Integer),  # SM-2's, in hundredths
    Column("repetitions", Integer),
    Column("interval_days", WholeNumber),
    Column("due_on", Date),
    Column("introduced_on", Date),
    Column("reviewed_on", Date),
    Column("reviews", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("drill_on", Date),
    Column("drill_sequence", Integer, nullable=False),
    Column("is_suspended", Boolean, nullable=False),
    Column("stability", Float),  # FSRS's, in days
    Column("difficulty", Float),
    Column("step", Integer),  # of learning or relearning; NULL outside of them
    Column("is_relearning", Boolean, nullable=False),
    Column("due_at", Instant),  # within steps
    Column("is_flagged", Boolean, nullable=False),
)

content_state = Table(
    "content_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String, nullable=False),
)

# Pairs of notes that are both there and of which one names the other in its `was`: decided once, since
# two notes that have exchanged their ids would change their histories back at the next edit.
decided_renames = Table(
    "decided_renames",
    metadata,
    Column("note_id", String, primary_key=True),
    Column("old_note_id", String, primary_key=True),
)

# From laying out a kata's starter to its pass or the learner's giving up; at most one is open a kata.
sittings = Table(
    "sittings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner_id", ForeignKey("learners.id"), nullable=False),
    Column("card_id", ForeignKey("cards.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("zone", String, nullable=False),
    Column("study_day", Date, nullable=False),
    Column("hints", Integer, nullable=False),  # how many were shown
    Column("revealed_at", Instant),
    Column("ended_at", Instant),
    Column("ending", String),
    Column("review_sequence", Integer),  # the review that the sitting ended in
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("graded_at", Instant, nullable=False),
    Column("status", String, nullable=False),
    Column("source", String, nullable=False),
    Column("submission_sha256", String, nullable=False),
    Column("verdict", String, nullable=False),  # JSON
)

# When a note last changed in an export to Anki, whose client asks for that before it updates its own.
exported_notes = Table(
    "exported_notes",
    metadata,
    Column("guid", String, primary_key=True),
    Column("content_hash", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
