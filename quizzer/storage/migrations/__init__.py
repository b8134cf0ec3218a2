"""Alembic migrations; imported only when the schema of a database is behind."""
