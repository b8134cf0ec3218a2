"""Bringing the schema up to date with Alembic, after a copy of the file."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config

from quizzer.storage.backup import copy_database
from quizzer.storage.database import Database
from quizzer.storage.schema import APPLICATION_ID, SCHEMA_VERSION

MIGRATIONS = Path(__file__).parent / "migrations"


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
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
