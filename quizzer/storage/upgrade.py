"""Bringing the schema up to date with Alembic, after a copy of the file."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from quizzer.core.memory import LEECH_LAPSES
from quizzer.core.replay import Regime, replay
from quizzer.core.scheduling.sm2 import Sm2
from quizzer.storage.backup import copy_database
from quizzer.storage.database import Database
from quizzer.storage.log_reads import read_entries
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION
from quizzer.storage.states import write_states

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
FIRST_WITH_LEECHES = 3


def upgrade(database: Database) -> None:
    """Migrate `database` to `SCHEMA_VERSION`; one that has a schema is copied beside itself first.

    All in one transaction: two processes that start together migrate once.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with database.writing() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version >= SCHEMA_VERSION:
            return
        if version > 0:
            stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
            copy_database(
                database.path, database.path.with_name(f"before-schema-{SCHEMA_VERSION}-{stamp}.db")
            )
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, f"{SCHEMA_VERSION:04d}")
        if 0 < version < FIRST_WITH_LEECHES:
            _suspend_leeches(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _suspend_leeches(connection: Connection) -> None:
    """Replay the cards that were forgotten often: now the log says that they are suspended."""
    run = connection.exec_driver_sql
    regime = Regime(Sm2())  # the one scheduler there was
    ids = [row[0] for row in run("SELECT card_id FROM memory_states WHERE lapses >= ?", (LEECH_LAPSES,))]
    write_states(connection, [(card_id, replay(read_entries(run, card_id), regime)) for card_id in ids])
