"""Changes the settings file, whose comments and order are the learner's: they stay."""

from __future__ import annotations

import os
import re
import stat
import textwrap
import tomllib
from pathlib import Path

from quizzer.content.settings_file import statements
from quizzer.content.writing import replace_file
from quizzer.core.setting import Setting, Value, to_literal
from quizzer.core.settings import SETTINGS
from quizzer.errors import SettingsError, WorkspaceError

NEW_FILE_MODE = 0o644
ANY_MAY_WRITE = 0o222
WIDTH = 79
HEAD = """\
# The settings of quizzer. Remove the "#" before a line, then change its value.
# 'quizzer config' shows what holds, and where it comes from.
"""


def write_template() -> str:
    """Return a settings file that sets nothing: each key with its documentation and its default."""
    return "\n".join([HEAD, *(_describe(setting) for setting in SETTINGS.values())])


def change_setting(text: str, key: str, value: Value | None) -> str:
    """Return the settings file `text` with `key` set to `value`; None removes it.

    A new key goes below the comment that shows its default, else to the end.

    Raises:
        SettingsError: If the file is laid out so that this cannot be done without loss.
    """
    import tomlkit

    is_crlf = "\r\n" in text
    text = text.replace("\r\n", "\n")
    before = tomllib.loads(text)
    try:
        document = tomlkit.parse(text)
        if value is None:
            document.remove(key)
        elif key in document:
            document[key] = _plain(value)
        changed = document.as_string()
    except tomlkit.exceptions.TOMLKitError as error:
        raise _unusual(key) from error
    if value is not None and key not in before:
        changed = _add(text, f"{key} = {to_literal(value)}\n", key)
    after = {name: held for name, held in before.items() if name != key}
    if value is not None:
        after[key] = _plain(value)
    if tomllib.loads(changed) != after:
        raise _unusual(key)
    return changed.replace("\n", "\r\n") if is_crlf else changed


def save_settings(path: Path, text: str) -> None:
    """Put `text` in the place of the settings file, or create it; a link stays one, and the mode is kept.

    Raises:
        WorkspaceError: If that cannot be done, or the file is write-protected; it is untouched then.
    """
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _kept_mode(target)
        replace_file(target, text.encode(), mode)
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename or path}: the settings cannot be written ({error.strerror}). "
            "Nothing was changed: make the folder writable, then try again."
        ) from error


def _kept_mode(target: Path) -> int:
    if not target.exists():
        return NEW_FILE_MODE
    mode = stat.S_IMODE(target.stat().st_mode)
    # The folder's rights would be enough to replace it, but whoever takes all of its own away means it.
    if not mode & ANY_MAY_WRITE or not os.access(target, os.W_OK):
        raise WorkspaceError(
            f"{target}: the settings file is write-protected. "
            "Nothing was changed: make the file writable, then try again."
        )
    return mode


def _describe(setting: Setting) -> str:
    lines = textwrap.wrap(f"{setting.about} {setting.takes}", WIDTH - 2)
    return "".join(f"# {line}\n" for line in lines) + f"#{setting.key} = {to_literal(setting.default)}\n"


def _add(text: str, line: str, key: str) -> str:
    """Return `text` with `line` below the last comment that sets `key`, else at the end."""
    comment = re.compile(rf"[ \t]*#[ \t]*{key}[ \t]*=")
    text = text if text.endswith("\n") or not text else f"{text}\n"
    place, end = len(text), 0
    for _, statement, _ in statements(text):
        end += len(statement)
        if comment.match(statement):
            place = end
    return text[:place] + line + text[place:]


def _plain(value: Value) -> Value:
    return str(value) if isinstance(value, str) else value


def _unusual(key: str) -> SettingsError:
    return SettingsError(
        f"'{key}' cannot be changed, as the settings file is laid out in an unusual way. "
        "Nothing was changed: 'quizzer config edit' opens the file."
    )
