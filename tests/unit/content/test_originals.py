"""What a note was made of, in one field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.originals import Original, read_original

HASHES = st.text("0123456789abcdef", min_size=16, max_size=16)


@given(st.just("") | HASHES, HASHES, st.integers(0, 10**11), st.just("") | HASHES)
def test_what_is_written_is_read(shipped: str, imported: str, changed_at_s: int, copied: str) -> None:
    """Hashes of a shipped note, of an import and of a copy, and when the source last changed it."""
    original = Original(shipped, imported, changed_at_s, copied if copied != imported else "")
    assert read_original(str(original)) == original


@pytest.mark.parametrize("instant", ["", "x", "-5", "٣", "9" * 13, "1@2"])
def test_a_time_that_is_none_is_passed_over(instant: str) -> None:
    """Whatever stands behind the sign, the hash before it counts."""
    assert read_original(f"import-77ab@{instant}") == Original("", "77ab")
