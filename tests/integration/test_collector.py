"""The collector of garbage, held back for a while."""

from __future__ import annotations

import gc

import pytest

from quizzer.services.collector import pausing_collector


def test_the_collector_is_off_within_the_block_and_on_after_it() -> None:
    """The collector rests within the block, and works again after it."""
    assert gc.isenabled()
    with pausing_collector():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_does_not_leave_the_collector_off() -> None:
    """A reading that fails leaves no process whose memory only grows."""
    with pytest.raises(KeyError), pausing_collector():
        raise KeyError
    assert gc.isenabled()


def test_who_had_it_off_finds_it_off() -> None:
    """A block within another, or within a program that has it off, changes nothing."""
    gc.disable()
    try:
        with pausing_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
