"""Sittings and attempts of katas; when the notes of an Anki export last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sittings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("learner_id", sa.Integer, sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("card_id", sa.Integer, sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("study_day", sa.Date, nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("revealed_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ending", sa.String),
        sa.Column("review_sequence", sa.Integer),
    )
    # At most one open sitting a kata.
    op.execute("CREATE UNIQUE INDEX sittings_open ON sittings (learner_id, card_id) WHERE ended_at IS NULL")
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sitting_id", sa.Integer, sa.ForeignKey("sittings.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("graded_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("submission_sha256", sa.String, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.UniqueConstraint("sitting_id", "number"),
    )
    op.create_table(
        "exported_notes",
        sa.Column("guid", sa.String, primary_key=True),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
