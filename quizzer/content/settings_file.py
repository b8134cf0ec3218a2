"""The settings file (TOML) and the environment variables `QUIZZER_<KEY>` that override it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quizzer.core.settings import Settings, find_setting
from quizzer.errors import SettingsError

PREFIX = "QUIZZER_"
REMEDY = "'quizzer config edit' opens the file."
# Whoever writes a longer statement is told no line: finding its end costs the square of its lines.
LONGEST_STATEMENT_LINES = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: an environment variable, or the file, whose line is 0 where unknown."""

    line: int = 0
    variable: str = ""


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing that is wrong, as a sentence; `key` is None where it is the file as a whole."""

    sentence: str
    key: str | None
    origin: Origin

    def __str__(self) -> str:
        return self.sentence if self.origin.variable else f"{self.sentence} {REMEDY}"


@dataclass(slots=True)
class Survey:
    """All that was read; `values` is what the file holds, `origins` tells of the keys that are set."""

    settings: Settings = field(default_factory=Settings)
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    faults: list[SettingFault] = field(default_factory=list)


def read_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of the file at `path` (a missing one sets nothing), then of the environment.

    Raises:
        SettingsError: If a key is unknown or a value is not of its kind.
    """
    survey = survey_settings(path, environment)
    if survey.faults:
        raise SettingsError(str(survey.faults[0]))
    return survey.settings


def survey_settings(path: Path, environment: Mapping[str, str]) -> Survey:
    """Read what `read_settings` reads, and return all faults and where each value comes from."""
    survey = Survey()
    try:
        text = read_text(path)
        survey.values = _parse(path, text) if text else {}
    except SettingsError as error:
        survey.faults.append(SettingFault(str(error), None, Origin()))
    lines = find_lines(text) if survey.values else {}
    for key, value in survey.values.items():
        _set(survey, key, value, Origin(line=lines.get(key, 0)), path)
    for name, value in environment.items():
        if name.startswith(PREFIX):
            _set(survey, name.removeprefix(PREFIX).lower(), value, Origin(variable=name), path)
    return survey


def place(path: Path, origin: Origin) -> str:
    """Return where a value stands, as an error names it."""
    if origin.variable:
        return f"environment variable {origin.variable}"
    return f"{path}:{origin.line}" if origin.line else str(path)


def read_text(path: Path) -> str:
    """Return the text of the file, "" where it is missing.

    Raises:
        SettingsError: If it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")  # as Windows editors begin a file
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: the settings cannot be read ({error}). Mend or remove the file."
        ) from error


def find_lines(text: str) -> dict[str, int]:
    """Return the line on which each key of valid TOML is first set."""
    lines: dict[str, int] = {}
    is_in_table = False
    for line, statement, keys in statements(text):
        is_header = statement.lstrip().startswith("[")
        if is_header or not is_in_table:
            lines = {**dict.fromkeys(keys, line), **lines}
        is_in_table |= is_header
    return lines


def statements(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each statement of valid TOML: its first line, counted from 1, its text, the keys it sets.

    A comment and a blank line are statements, too. Each can be parsed by itself, and no beginning of one can.
    """
    import tomllib

    start, statement = 1, ""
    for number, line in enumerate(_lines(text), 1):
        statement += line
        try:
            keys = list(tomllib.loads(statement))
        except tomllib.TOMLDecodeError:
            if number - start > LONGEST_STATEMENT_LINES:
                return
            continue
        yield start, statement, keys
        start, statement = number + 1, ""


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SettingsError(f"{path}: this is nested too deeply. Mend the file, then try again.") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        where = place(path, Origin(line=int(found[1]) if found else 0))
        raise SettingsError(
            f"{where}: this is not valid TOML: {error}. Mend the line, then try again."
        ) from error


def _set(survey: Survey, key: str, value: Any, origin: Origin, path: Path) -> None:
    try:
        read: dict[str, Any] = {key: find_setting(key).read(value)}
        survey.settings = replace(survey.settings, **read)
    except ValueError as error:
        survey.faults.append(SettingFault(f"{place(path, origin)}: {error}", key, origin))
    else:
        survey.origins[key] = origin
