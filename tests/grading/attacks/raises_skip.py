"""A4: raises what looks like a test framework's skip. Outcomes are the grader's; pytest is not even readable here."""
# expect: case ERRORED "Skipped"


class Skipped(BaseException):
    pass


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise Skipped("could not import a dependency")
