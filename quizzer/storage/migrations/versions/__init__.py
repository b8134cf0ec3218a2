"""One module a migration, numbered; `PRAGMA user_version` is the number of the newest applied."""
