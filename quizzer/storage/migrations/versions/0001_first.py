"""The first schema: learner, cards, review log, card events, memory states."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables, the views of live log rows, and the first learner."""
    learners = op.create_table(
        "learners",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("note_id", sa.String, nullable=False),
        sa.Column("deck", sa.String),
        sa.Column("place", sa.Integer),
    )
    op.create_index("cards_by_note", "cards", ["note_id"])
    op.create_index("cards_by_deck", "cards", ["deck"])
    _create_log()
    _create_caches()
    op.bulk_insert(learners, [{"id": 1, "name": "learner", "created_at": time.time_ns() // 1_000_000}])


def _create_log() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("quality", sa.Integer),
        sa.Column("reviewed_at", sa.BigInteger, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("study_day", sa.Date, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("scheduler", sa.String, nullable=False),
        sa.Column("interval_days", sa.BLOB, nullable=False),
        sa.Column("undone_at", sa.BigInteger),
        sa.UniqueConstraint("learner_id", "card_id", "number"),
        sa.UniqueConstraint("learner_id", "sequence"),
    )
    op.create_index("reviews_by_study_day", "reviews", ["learner_id", "study_day"])
    op.create_table(
        "card_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("study_day", sa.Date, nullable=False),
        sa.Column("data", sa.String),
        sa.Column("undone_at", sa.BigInteger),
        sa.UniqueConstraint("learner_id", "sequence"),
    )
    op.create_index("card_events_by_card", "card_events", ["learner_id", "card_id"])
    op.create_index("card_events_by_study_day", "card_events", ["learner_id", "study_day"])
    op.execute("CREATE VIEW live_reviews AS SELECT * FROM reviews WHERE undone_at IS NULL")
    op.execute("CREATE VIEW live_card_events AS SELECT * FROM card_events WHERE undone_at IS NULL")


def _create_caches() -> None:
    op.create_table(
        "memory_states",
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), primary_key=True),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("place", sa.Integer),
        sa.Column("ease_factor", sa.Integer),
        sa.Column("repetitions", sa.Integer),
        sa.Column("interval_days", sa.BLOB),
        sa.Column("due_on", sa.Date),
        sa.Column("introduced_on", sa.Date),
        sa.Column("reviewed_on", sa.Date),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.Column("drill_on", sa.Date),
        sa.Column("drill_sequence", sa.Integer, nullable=False),
        sa.Column("is_suspended", sa.Boolean, nullable=False),
    )
    # The queue walks these in order and stops at the day's limit.
    op.execute(
        "CREATE INDEX memory_states_due ON memory_states (learner_id, due_on, card_id) "
        "WHERE due_on IS NOT NULL AND is_suspended = 0"
    )
    op.execute(
        "CREATE INDEX memory_states_new ON memory_states (learner_id, place) "
        "WHERE place IS NOT NULL AND is_suspended = 0"
    )
    op.execute(
        "CREATE INDEX memory_states_drill ON memory_states (learner_id, drill_on) WHERE drill_on IS NOT NULL"
    )
    op.create_table(
        "content_state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
    )
    op.create_table(
        "decided_renames",
        sa.Column("note_id", sa.String, primary_key=True),
        sa.Column("old_note_id", sa.String, primary_key=True),
    )
