"""What runs the plain SQL of the hot reads.

The queue, the card in hand and the counts are read by plain SQL, because two kinds of
connection run it: SQLAlchemy's inside a writing transaction, and a bare read-only one
before that. So `quizzer due` and the first card do not wait for SQLAlchemy's import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Runner = Callable[[str, Mapping[str, Any]], Iterable[Any]]
"""Runs a statement with named parameters: `Connection.exec_driver_sql`, `sqlite3.Connection.execute`."""
