from __future__ import annotations

from enum import StrEnum

import pytest

from quizzer.core.setting import Choice, Number, Text
from quizzer.core.settings import SETTINGS, Settings, find_setting


class Size(StrEnum):
    """A choice of three."""

    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"


def test_every_setting_is_documented_and_its_default_is_of_its_kind() -> None:
    """What `config show` prints below a setting fits a line of 80 columns, and a default can be set."""
    for key, setting in SETTINGS.items():
        assert setting.about.endswith(".")
        assert len(setting.about) <= 76, key
        assert setting.read(setting.default) == setting.default == getattr(Settings(), key)
        assert not setting.example or setting.read(setting.example) == setting.example


def test_a_setting_says_what_it_takes() -> None:
    """Range, choice and example are told in a sentence."""
    assert SETTINGS["rollover_hour"].takes == "Takes a whole number from 0 to 23."
    assert SETTINGS["grades"].takes == "Takes 'four' or 'six'."
    assert SETTINGS["zone"].takes == 'Takes the name of a time zone, such as "Europe/Berlin".'


@pytest.mark.parametrize("value", ["7", 7, " 7 "])
def test_a_number_may_stand_in_a_text(value: object) -> None:
    """A variable of the environment is a text, and so is what is typed."""
    assert Number(0, 9).read(value) == 7


@pytest.mark.parametrize("value", ["10", -1, 1.0, True, "", "x", "²", None])
def test_what_is_no_number_of_the_range_is_refused(value: object) -> None:
    """The range is part of the sentence."""
    with pytest.raises(ValueError, match=r"^a whole number from 0 to 9 was expected$"):
        Number(0, 9).read(value)


def test_a_choice_names_all_its_options() -> None:
    """More than two options are a list."""
    assert Choice(Size).read("middle") is Size.MIDDLE
    with pytest.raises(ValueError, match=r"^'small', 'middle' or 'large' was expected$"):
        Choice(Size).read("huge")


def test_a_text_is_taken_as_it_stands() -> None:
    """Nothing is stripped from a text, and a number is none."""
    assert Text().read(" a ") == " a "
    with pytest.raises(ValueError, match="a text in quotes"):
        Text().read(3)


def test_the_nearest_setting_is_named() -> None:
    """Case is no difference; where nothing is near, all are named."""
    with pytest.raises(ValueError, match="did you mean 'new_limit'"):
        find_setting("New_Limit")
    with pytest.raises(ValueError, match="known are workspace, database"):
        find_setting("colour")
