from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from quizzer.exchange.anki.fields import _ANKI_TAG, _SOUND, _safe

PIECES = [
    *(
        "a",
        " ",
        "<b>",
        "</b>",
        "[",
        "]",
        "[[",
        "sound:",
        "Sound:",
        "anki:",
        "type:",
        "latex]",
        "/latex]",
        "$]",
        "$$]",
    ),
    *(
        "[sound:a.mp3]",
        "<sound a.mp3>",
        "<sound ",
        "<sound x y>",
        "e\u0301",
        "\u212b",
        "\xe9",
        "\xad",
        "&#91;",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_field_is_what_all_replacements_make_of_it(html: str) -> None:
    """Those that a text gives no reason for are left out, and would have changed nothing."""
    replaced = _SOUND.sub(r"[sound:\1]", _ANKI_TAG.sub("&#91;", html))
    assert _safe(html) == unicodedata.normalize("NFC", replaced)
