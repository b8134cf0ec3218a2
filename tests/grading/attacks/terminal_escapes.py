"""Puts terminal escapes into names, messages and output. Everything is cleaned before a screen shows it."""
# expect: case ERRORED "\x1b]0;"
# prints: "PASSED"
print("\x1b]0;owned\x07\x1b[2J\x1b[31mPASSED\u202e\x9b31m")


def flash_attention(q, k, v, *, causal=False, block_size=64):
    raise type("\x1b[2JError", (Exception,), {})("\x1b]0;owned\x07\x1b[1;1HPASSED\r[bold]PASSED[/bold]")
