"""Changes of the settings file: what is set, and what stays as the learner wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.settings_change import change_setting, save_settings, write_template
from quizzer.content.settings_file import read_settings
from quizzer.core.setting import Choice, Number, Value, to_literal
from quizzer.core.settings import SETTINGS, Settings
from quizzer.errors import SettingsError, WorkspaceError

READABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def values_of(key: str) -> st.SearchStrategy[Value]:
    """Return what the setting takes."""
    match SETTINGS[key].kind:
        case Number(low=low, high=high):
            return st.integers(low, high)
        case Choice(options=options):
            return st.sampled_from(list(options))
        case _:
            return READABLE


PAIRS = st.sampled_from(list(SETTINGS)).flatmap(lambda key: st.tuples(st.just(key), values_of(key)))
REMOVALS = st.tuples(st.sampled_from(list(SETTINGS)), st.none())


@st.composite
def files(draw: st.DrawFn) -> str:
    """Draw a settings file as a learner may have written it."""
    pairs = draw(st.lists(PAIRS, unique_by=lambda pair: pair[0]))
    lines = [
        draw(st.sampled_from(["", "  "]))
        + key
        + draw(st.sampled_from(["=", " = ", "  =\t"]))
        + to_literal(value)
        + draw(st.sampled_from(["", " # why", "  "]))
        for key, value in pairs
    ]
    comments = draw(st.lists(st.sampled_from(["# one", "#new_limit = 20", "  # zone = x", "", " "])))
    lines = draw(st.permutations(lines + comments))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


def comment_lines(text: str) -> list[str]:
    """Return the lines that are comments, in order."""
    return [line.rstrip("\r") for line in text.split("\n") if line.lstrip().startswith("#")]


@given(st.just(write_template()) | files(), st.lists(PAIRS | REMOVALS))
def test_any_changes_leave_the_settings_expected_and_every_comment(
    text: str, changes: Sequence[tuple[str, Value | None]]
) -> None:
    """Whatever is set and taken out in turn, the file reads back as expected and keeps its comments."""
    expected: dict[str, Any] = tomllib.loads(text)
    comments = comment_lines(text)
    for key, value in changes:
        if value is None and key not in expected:
            continue
        text = change_setting(text, key, value)
        expected = {name: held for name, held in expected.items() if name != key}
        expected |= {} if value is None else {key: value}
        assert tomllib.loads(text) == expected
    assert comment_lines(text) == comments


def test_a_value_changes_in_its_place_and_keeps_what_stands_around_it() -> None:
    """Order, indentation and the comment behind a value stay."""
    text = '# mine\nzone = "UTC"\n  new_limit =  5   # for now\n\n# the end'
    changed = change_setting(text, "new_limit", 7)
    assert changed == '# mine\nzone = "UTC"\n  new_limit =  7   # for now\n\n# the end'


def test_a_new_value_stands_below_its_default() -> None:
    """The template shows each default as a comment: the value goes there, or to the end."""
    template = write_template()
    assert "#new_limit = 20\nnew_limit = 5\n\n" in change_setting(template, "new_limit", 5)
    assert change_setting("# mine", "new_limit", 5) == "# mine\nnew_limit = 5\n"


def test_line_ends_of_windows_stay() -> None:
    """No line changes its end, and the new one ends as they do."""
    assert change_setting("# a\r\nnew_limit = 5\r\n", "zone", "UTC") == (
        '# a\r\nnew_limit = 5\r\nzone = "UTC"\r\n'
    )


def test_a_long_text_hides_no_place_and_loses_nothing() -> None:
    """A statement too long to be looked through is kept, with all that follows."""
    text = 'content = """' + "x\n" * 300 + '"""\n# the end\n'
    assert change_setting(text, "new_limit", 5) == f"{text}new_limit = 5\n"


def test_what_looks_like_a_comment_inside_a_text_is_no_place() -> None:
    """A value that quotes the template keeps its text."""
    text = 'content = """\n#new_limit = 20\n"""\n'
    assert change_setting(text, "new_limit", 5) == f"{text}new_limit = 5\n"


def test_a_layout_that_cannot_be_kept_is_refused() -> None:
    """Where the new key would fall into a table nothing is done."""
    with pytest.raises(SettingsError, match="Nothing was changed: 'quizzer config edit' opens the file"):
        change_setting("[table]\nx = 1\n", "new_limit", 5)


def test_the_template_sets_nothing_and_shows_every_default(tmp_path: Path) -> None:
    """As it is, it changes nothing; with all defaults taken in, it changes nothing either."""
    path = tmp_path / "settings.toml"
    template = write_template()
    assert tomllib.loads(template) == {}
    assert all(len(line) < 80 for line in template.splitlines())
    path.write_text(re.sub(r"^#(?=\w)", "", template, flags=re.MULTILINE), encoding="utf-8")
    assert read_settings(path, {}) == Settings()
    assert list(tomllib.loads(path.read_text(encoding="utf-8"))) == list(SETTINGS)
    for setting in SETTINGS.values():
        assert setting.about in template.replace("\n# ", " ")


def test_a_saved_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """A settings file that is kept elsewhere, as among dotfiles, stays there; nothing else is left."""
    real, link = tmp_path / "dotfiles" / "quizzer.toml", tmp_path / "settings.toml"
    real.parent.mkdir()
    real.write_text("new_limit = 5\n", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    save_settings(link, "new_limit = 7\n")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new_limit = 7\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert list(real.parent.iterdir()) == [real]


def test_a_write_protected_file_is_left_alone(tmp_path: Path) -> None:
    """Its folder may be written to, so that it could be replaced; an editor would not do that either."""
    path = tmp_path / "settings.toml"
    path.write_text("new_limit = 5\n", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(WorkspaceError, match=r"the settings file is write-protected\. Nothing was changed"):
        save_settings(path, "new_limit = 7\n")
    assert path.read_text(encoding="utf-8") == "new_limit = 5\n"


def test_a_missing_file_is_created_with_its_folder_also_behind_a_link(tmp_path: Path) -> None:
    """The folder of a new learner is not there yet."""
    link = tmp_path / "settings.toml"
    link.symlink_to(tmp_path / "a" / "b" / "quizzer.toml")
    save_settings(link, "new_limit = 7\n")
    assert link.is_symlink()
    assert read_settings(link, {}) == replace(Settings(), new_limit=7)


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    """A file stands where the folder should be: it stays, and the learner is told."""
    (tmp_path / "quizzer").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="the settings cannot be written"):
        save_settings(tmp_path / "quizzer" / "settings.toml", "")
    assert (tmp_path / "quizzer").read_text(encoding="utf-8") == "mine"
