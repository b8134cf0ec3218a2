"""How a database of quizzer is known, before anything is read from it."""

APPLICATION_ID = 0x5155495A  # "QUIZ" in the header of the file
SCHEMA_VERSION = 3  # the number of the newest migration, kept as PRAGMA user_version
LEARNER_ID = 1  # the learner whose history this is; one so far
