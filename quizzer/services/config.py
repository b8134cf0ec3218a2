"""The settings as the learner handles them: look, set, take back, edit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizzer.content.settings_file import PREFIX, Origin, SettingFault, Survey, place, survey_settings
from quizzer.core.setting import PathName, Setting, Value, ZoneName
from quizzer.core.settings import SETTINGS, Settings, find_setting
from quizzer.errors import SettingsError, UsageError
from quizzer.services.clock import make_calendar
from quizzer.services.places import find_settings_file as find_settings_file
from quizzer.services.places import read_path


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting, the value that holds, and where that comes from; no origin is the default."""

    setting: Setting
    value: Value
    origin: Origin | None

    @property
    def source(self) -> str:
        """Return the origin as programs read it: default, file:LINE or environment:NAME."""
        if self.origin is None:
            return "default"
        if self.origin.variable:
            return f"environment:{self.origin.variable}"
        return f"file:{self.origin.line}" if self.origin.line else "file"

    @property
    def variable(self) -> str:
        """Return the environment variable that overrides the setting."""
        return f"{PREFIX}{self.setting.key.upper()}"


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the file before and after; `variable` overrides it, "" where none does.

    `is_written` is False where the file was so already; `is_first` says that there was no file.
    """

    key: str
    old: Value
    new: Value
    variable: str = ""
    is_written: bool = True
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """The settings file, all entries in the order they are declared, and what is wrong with them."""

    path: Path
    entries: tuple[Entry, ...]
    faults: tuple[SettingFault, ...]


def look_at_settings(*, with_environment: bool = True) -> Look:
    """Read the settings of the file, and of the environment unless that is left out."""
    path = find_settings_file()
    survey = _survey(path, os.environ if with_environment else {})
    entries = tuple(
        Entry(setting, getattr(survey.settings, key), survey.origins.get(key))
        for key, setting in SETTINGS.items()
    )
    return Look(path, entries, tuple(survey.faults))


def know_setting(key: str) -> Setting:
    """Return the setting of that name.

    Raises:
        UsageError: If there is none; the nearest is named.
    """
    try:
        return find_setting(key)
    except ValueError as error:
        raise UsageError(str(error)) from None


def set_setting(key: str, text: str) -> Change:
    """Write a value into the settings file, which is created where it is missing.

    Raises:
        UsageError: If there is no such setting, the value is not of its kind, or the file is faulty.
        WorkspaceError: If the file cannot be written.
    """
    return _write(key, check_setting(key, text))


def check_setting(key: str, text: str) -> Value:
    """Return the value that `text` means.

    Raises:
        UsageError: If there is no such setting, or the value is not of its kind.
    """
    setting = know_setting(key)
    try:
        value = setting.read(text)
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"'{key}' is {text!r}; a settings file is UTF-8: set {PREFIX}{key.upper()} instead."
        ) from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    _check_meaning(setting, value)
    return value


def unset_setting(key: str) -> Change:
    """Take a key out of the settings file, so that its default holds.

    Raises:
        UsageError: If there is no such setting, or the file is faulty.
        WorkspaceError: If the file cannot be written.
    """
    know_setting(key)
    return _write(key, None)


def start_file() -> bool:
    """Create the settings file, with all keys explained and none set; say whether it was missing.

    Raises:
        WorkspaceError: If it cannot be created.
    """
    path = find_settings_file()
    if os.path.lexists(path):
        return False
    from quizzer.content.settings_change import save_settings, write_template

    save_settings(path, write_template())
    return True


def compare(before: Look, after: Look) -> tuple[Change, ...]:
    """Return the changes between two looks."""
    return tuple(
        Change(old.setting.key, old.value, new.value, _override(old.setting.key))
        for old, new in zip(before.entries, after.entries, strict=True)
        if old.value != new.value
    )


def _write(key: str, value: Value | None) -> Change:
    from quizzer.content import settings_change
    from quizzer.content.settings_file import read_text

    path = find_settings_file()
    survey = _survey(path, {})
    _refuse(survey, key)
    old, default = getattr(survey.settings, key), getattr(Settings(), key)
    is_written = survey.values.get(key) != value
    is_first = is_written and not os.path.lexists(path)
    if is_written:
        text = settings_change.write_template() if is_first else read_text(path)
        settings_change.save_settings(path, settings_change.change_setting(text, key, value))
    return Change(key, old, default if value is None else value, _override(key), is_written, is_first)


def _refuse(survey: Survey, key: str) -> None:
    """Refuse a faulty file; a wrong value of `key` itself is what is about to be mended."""
    for fault in survey.faults:
        if fault.key != key or isinstance(survey.values.get(key), dict | list):
            raise SettingsError(
                f"{fault.sentence} Nothing was changed: 'quizzer config edit' opens the file."
            )


def _survey(path: Path, environment: Mapping[str, str]) -> Survey:
    """Return a survey whose faults also name zones and paths that cannot be."""
    survey = survey_settings(path, environment)
    for key, origin in survey.origins.items():
        try:
            _check_meaning(SETTINGS[key], getattr(survey.settings, key))
        except SettingsError as error:
            survey.faults.append(SettingFault(f"{place(path, origin)}: {error}", key, origin))
    survey.faults.sort(key=lambda fault: (fault.origin.variable, fault.origin.line))
    return survey


def _check_meaning(setting: Setting, value: Value) -> None:
    if not isinstance(value, str) or not value:
        return
    if isinstance(setting.kind, ZoneName):
        make_calendar(value, 0)
    elif isinstance(setting.kind, PathName):
        read_path(setting.key, value)


def _override(key: str) -> str:
    """Return the environment variable that overrides the file's value, "" where none does."""
    names = (name for name in os.environ if name.startswith(PREFIX))
    return next((name for name in names if name.removeprefix(PREFIX).lower() == key), "")
