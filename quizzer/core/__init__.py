"""Values and rules of quizzer: standard library only, no IO, no clock."""
