"""quizzer's own themes: light and dark, in hues that colour-blind eyes can tell apart.

The hues are those of M. Okabe and K. Ito, Color Universal Design, 2008, lightened or darkened until
they can be read on their ground.
"""

from __future__ import annotations

import difflib

from textual.theme import BUILTIN_THEMES, Theme

from quizzer.errors import UsageError

DARK = Theme(
    name="quizzer-dark",
    primary="#56b4e9",
    secondary="#cc79a7",
    accent="#e69f00",
    warning="#f0e442",
    error="#ff8c42",
    success="#4fc3f7",
    foreground="#e8e8e8",
    background="#14171c",
    surface="#1b2027",
    panel="#262d37",
    dark=True,
)
LIGHT = Theme(
    name="quizzer-light",
    primary="#005a8f",
    secondary="#8a3d6b",
    accent="#8a5a00",
    warning="#6b5900",
    error="#a83f00",
    success="#005fa3",
    foreground="#1a1a1a",
    background="#fafafa",
    surface="#f0f1f3",
    panel="#e1e4e8",
    dark=False,
)
OWN = (DARK, LIGHT)


def check_theme(name: str) -> None:
    """Refuse what is no theme.

    Raises:
        UsageError: With the nearest one, or all.
    """
    known = [*(theme.name for theme in OWN), *BUILTIN_THEMES]
    if name in known:
        return
    near = difflib.get_close_matches(name[:80].lower(), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}."
    raise UsageError(f"there is no theme {name[:80]!r}; {hint}")
