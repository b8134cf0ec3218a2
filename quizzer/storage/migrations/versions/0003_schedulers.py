"""A second scheduler: what FSRS keeps of a card, reschedule events of all cards; flags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and indexes; card events may be of no single card."""
    for column in (
        sa.Column("stability", sa.Float),
        sa.Column("difficulty", sa.Float),
        sa.Column("step", sa.Integer),
        sa.Column("is_relearning", sa.Boolean, nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("is_flagged", sa.Boolean, nullable=False, server_default=sa.text("0")),
    ):
        op.add_column("memory_states", column)
    op.execute(
        "CREATE INDEX memory_states_learning ON memory_states (learner_id, due_at) "
        "WHERE due_at IS NOT NULL AND is_suspended = 0"
    )
    op.execute("CREATE INDEX memory_states_flagged ON memory_states (learner_id) WHERE is_flagged = 1")
    _free_events_of_cards()


def _free_events_of_cards() -> None:
    # SQLite cannot drop a NOT NULL, so the table is made anew; no other one points to it.
    op.execute("DROP VIEW live_card_events")
    for index in ("card_events_by_card", "card_events_by_study_day"):
        op.drop_index(index)
    op.rename_table("card_events", "old_card_events")
    op.create_table(
        "card_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id")),
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
    op.execute("INSERT INTO card_events SELECT * FROM old_card_events")
    op.drop_table("old_card_events")
    op.create_index("card_events_by_card", "card_events", ["learner_id", "card_id"])
    op.create_index("card_events_by_study_day", "card_events", ["learner_id", "study_day"])
    op.execute(
        "CREATE INDEX card_events_reschedule ON card_events (learner_id, sequence) WHERE kind = 'reschedule'"
    )
    op.execute("CREATE VIEW live_card_events AS SELECT * FROM card_events WHERE undone_at IS NULL")
