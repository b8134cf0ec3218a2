"""The database: tables, log, memory states, migrations, backup."""
