"""How a database of quizzer is known, before anything is read from it."""

APPLICATION_ID = 0x5155495A  # "QUIZ" in the header of the file
SCHEMA_VERSION = 3  # the number of the newest migration, kept as PRAGMA user_version
LEARNER_ID = 1  # the learner whose history this is; one so far

# What each schema has added: a database that lacks a table or a view of its own schema is none of quizzer.
ADDED = {
    1: (
        *(
            "alembic_version",
            "learners",
            "cards",
            "reviews",
            "live_reviews",
            "card_events",
            "live_card_events",
        ),
        *("memory_states", "content_state", "decided_renames"),
    ),
    2: ("sittings", "attempts", "exported_notes"),
    3: (),
}


def names_of(version: int) -> frozenset[str]:
    """Return the tables and views of a schema; none where there is no such schema."""
    return frozenset(name for added, names in ADDED.items() if added <= version for name in names)
