from __future__ import annotations

from collections.abc import Callable

import pytest

from quizzer.markup.highlight import highlight
from quizzer.markup.html import escape_code, escape_text

CODE = "def f(x):\n    return x  # why <\\(a\\)>"


@pytest.mark.parametrize("escape", [escape_code, escape_text])
@pytest.mark.parametrize("language", ["python", "Python", "json", "text", "nothing-that-is-known", ""])
@pytest.mark.parametrize("code", [CODE, f"{CODE}\n", ""])
def test_code_that_was_kept_is_as_it_would_be_made(
    code: str, language: str, escape: Callable[[str], str]
) -> None:
    """Neither another language's colours nor what another caller escapes come with it."""
    fresh = highlight.__wrapped__(code, language, escape)
    assert highlight(code, language, escape) == highlight(code, language, escape) == fresh
