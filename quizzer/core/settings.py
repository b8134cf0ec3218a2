"""What a learner can set; the defaults are good ones."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum

from quizzer.core.setting import Choice, Number, PathName, Setting, Text, ZoneName, about, declared
from quizzer.core.study_day import ROLLOVER_HOURS


class Grades(StrEnum):
    """How many answers a learner chooses from."""

    FOUR = "four"
    SIX = "six"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, each declared here and nowhere else; "" is the default place, or the system's zone."""

    workspace: str = field(
        default="~/quizzer", metadata=about(PathName(), "Your folder: decks, katas and earlier solutions.")
    )
    database: str = field(
        default="",
        metadata=about(PathName(), "The file with your reviews; empty is quizzer.db in the data folder."),
    )
    content: str = field(
        default="",
        metadata=about(PathName(), "A folder with decks/ in it; empty is what comes with quizzer."),
    )
    zone: str = field(
        default="", metadata=about(ZoneName(), "Your time zone; empty is the computer's.", "Europe/Berlin")
    )
    rollover_hour: int = field(
        default=4,
        metadata=about(
            Number(ROLLOVER_HOURS.start, ROLLOVER_HOURS.stop - 1), "The hour at which a study day starts."
        ),
    )
    new_limit: int = field(default=20, metadata=about(Number(0, 9999), "New cards a day."))
    review_limit: int = field(default=200, metadata=about(Number(0, 9999), "Due cards a day."))
    kata_limit: int = field(default=1, metadata=about(Number(0, 9999), "Katas a day, due before new."))
    grades: Grades = field(
        default=Grades.FOUR,
        metadata=about(Choice(Grades), "How many ratings there are; six are 0 to 5, as SM-2 was published."),
    )
    theme: str = field(
        default="quizzer-dark",
        metadata=about(
            Text("the name of a theme of the screen"),
            "Colours of the screen; quizzer's own suit colour-blind eyes, too.",
            "quizzer-light",
        ),
    )


SETTINGS = {field.name: declared(field) for field in fields(Settings)}


def find_setting(key: str) -> Setting:
    """Return the setting of that name.

    Raises:
        ValueError: If there is none; the text is a sentence that names the nearest.
    """
    if key in SETTINGS:
        return SETTINGS[key]
    import difflib

    # A distance between long texts costs their product, and no key is long.
    near = difflib.get_close_matches(key.lower(), SETTINGS, n=1) if len(key) <= 80 else []
    hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(SETTINGS)}."
    shown = repr(key if len(key) <= 80 else f"{key[:79]}…")
    raise ValueError(f"there is no setting {shown}; {hint}")
