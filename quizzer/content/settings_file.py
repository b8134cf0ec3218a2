"""The settings file (TOML) and the environment variables `QUIZZER_<KEY>` that override it."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from quizzer.core.settings import Grades, Settings
from quizzer.core.study_day import ROLLOVER_HOURS
from quizzer.errors import SettingsError

PREFIX = "QUIZZER_"
KEYS = tuple(field.name for field in fields(Settings))


def read_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of the file at `path` (a missing one sets nothing), then of the environment.

    Raises:
        SettingsError: If a key is unknown or a value is not of its kind.
    """
    settings = Settings()
    for key, value in _read_toml(path).items():
        settings = _set(settings, key, value, f"{path}: ")
    for name, value in environment.items():
        if name.startswith(PREFIX):
            settings = _set(
                settings, name.removeprefix(PREFIX).lower(), value, f"environment variable {name}: "
            )
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except RecursionError as error:
        raise SettingsError(f"{path}: this is nested too deeply. Mend the file, then try again.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path}: this is not valid TOML: {error}. Mend the line, then try again."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: the settings cannot be read ({error}). Mend or remove the file."
        ) from error


def _set(settings: Settings, key: str, value: Any, place: str) -> Settings:
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(KEYS)}."
        raise SettingsError(f"{place}there is no setting '{key}'; {hint}")
    try:
        return replace(settings, **{key: _READERS[key](value)})
    except ValueError as error:
        shown = textwrap.shorten(repr(value), 60)
        raise SettingsError(f"{place}'{key}' is {shown}; {error}.") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes was expected")
    return value


def _number(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
            value, is_number = int(value), True
        if not is_number or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high} was expected")
        return int(value)

    return read


def _grades(value: Any) -> Grades:
    try:
        return Grades(value)
    except ValueError:
        raise ValueError("'four' or 'six' was expected") from None


_READERS: dict[str, Callable[[Any], Any]] = {
    "workspace": _text,
    "database": _text,
    "content": _text,
    "zone": _text,
    "rollover_hour": _number(ROLLOVER_HOURS.start, ROLLOVER_HOURS.stop - 1),
    "new_limit": _number(0, 9999),
    "review_limit": _number(0, 9999),
    "kata_limit": _number(0, 9999),
    "grades": _grades,
}
