"""Where things lie on this computer: settings, database, caches, backups, the learner's folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from quizzer.content.settings_file import PREFIX, read_settings
from quizzer.core.settings import Settings
from quizzer.errors import SettingsError

NAME = "quizzer"


@dataclass(frozen=True, slots=True)
class Places:
    """The settings as read, and the paths that follow from them."""

    settings: Settings
    settings_file: Path
    database: Path
    backups: Path
    cache: Path
    workspace: Path


def find_places() -> Places:
    """Read the settings and return all paths; creates nothing.

    Raises:
        SettingsError: If the settings file or an environment variable is wrong.
    """
    settings_file = find_settings_file()
    settings = read_settings(settings_file, os.environ)
    if settings.content:
        read_path("content", settings.content)
    data = platformdirs.user_data_path(NAME, appauthor=False)
    database = read_path("database", settings.database) if settings.database else data / "quizzer.db"
    return Places(
        settings=settings,
        settings_file=settings_file,
        database=database,
        backups=database.parent / "backups",
        cache=platformdirs.user_cache_path(NAME, appauthor=False),
        workspace=_beside_checkout(read_path("workspace", settings.workspace or Settings().workspace)),
    )


def find_settings_file() -> Path:
    """Return where the settings file is, or would be."""
    return platformdirs.user_config_path(NAME, appauthor=False) / "settings.toml"


def read_path(key: str, text: str) -> Path:
    """Return the path that the setting `key` names.

    Raises:
        SettingsError: If it is none, or a relative one.
    """
    try:
        if "\0" in text:
            raise ValueError("it holds a NUL character")
        path = Path(text).expanduser()
    except (RuntimeError, ValueError) as error:
        raise SettingsError(f"setting '{key}': {text!r} is no path ({error}). Correct it.") from error
    if not path.is_absolute():
        raise SettingsError(
            f"setting '{key}' (or {PREFIX}{key.upper()}): {text!r} would be another place in each folder. "
            f"Write an absolute path, as {str(_from_here(path))!r}."
        )
    return path


def _from_here(path: Path) -> Path:
    try:
        return Path(os.path.normpath(path.absolute()))
    except FileNotFoundError:  # the folder one stands in was removed
        return Path("~", path)


def _beside_checkout(workspace: Path, checkout: Path | None = None) -> Path:
    """Return the learner's folder; within a checkout that lies just there, a folder of its own.

    Else the learner's decks and the shipped ones, which are read-only, would be the same files.
    """
    checkout = checkout or Path(__file__).resolve().parents[2]
    return workspace / "workspace" if workspace.resolve() == checkout else workspace
