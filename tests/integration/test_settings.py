from __future__ import annotations

import re
from pathlib import Path

import pytest

from quizzer.content.settings_file import Origin, find_lines, read_settings, survey_settings
from quizzer.core.settings import Grades, Settings
from quizzer.errors import SettingsError
from quizzer.services.clock import make_calendar
from quizzer.services.config import look_at_settings, set_setting
from quizzer.services.places import find_places, find_settings_file


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Where the settings are read from."""
    return tmp_path / "settings.toml"


def test_without_a_file_the_defaults_hold(settings_file: Path) -> None:
    """Nothing needs to be set."""
    assert read_settings(settings_file, {}) == Settings()


def test_the_environment_overrides_the_file(settings_file: Path) -> None:
    """Both are read, and the variable wins."""
    settings_file.write_text('new_limit = 5\ngrades = "six"\nzone = "UTC"\n', encoding="utf-8")
    settings = read_settings(settings_file, {"QUIZZER_NEW_LIMIT": "7", "OTHER": "x"})
    assert (settings.new_limit, settings.grades, settings.zone) == (7, Grades.SIX, "UTC")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("new_limt = 3", "there is no setting 'new_limt'; did you mean 'new_limit'?"),
        ("colour = 3", "there is no setting 'colour'; known are workspace, database"),
        ("new_limit = -1", "'new_limit' is -1; a whole number from 0 to 9999 was expected."),
        ("new_limit = true", "'new_limit' is True; a whole number from 0 to 9999 was expected."),
        ("new_limit = 1.5", "'new_limit' is 1.5; a whole number from 0 to 9999 was expected."),
        ("rollover_hour = 24", "'rollover_hour' is 24; a whole number from 0 to 23 was expected."),
        ('grades = "five"', "'grades' is 'five'; 'four' or 'six' was expected."),
        ("zone = 3", "'zone' is 3; a text in quotes was expected."),
        ("zone = ", "this is not valid TOML"),
        ("zone = " + "[" * 5000, "this is nested too deeply"),
        (f'new_limit = "{"9" * 5000}"', "a whole number from 0 to 9999 was expected."),
        ("k" * 5000 + " = 3", "there is no setting 'kkk"),
        (r'"\u001b[31m" = 3', r"there is no setting '\x1b[31m'"),
    ],
)
def test_a_wrong_setting_is_named(settings_file: Path, text: str, message: str) -> None:
    """Each mistake is a sentence with the place, what was found and what was expected, never a long one."""
    settings_file.write_text(f"# mine\n{text}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        read_settings(settings_file, {})
    place = settings_file if "nested" in message else f"{settings_file}:2"
    assert str(error.value).startswith(f"{place}: ")
    assert str(error.value).endswith("'quizzer config edit' opens the file.")
    assert message in str(error.value)
    assert len(str(error.value)) < 300 + len(str(settings_file))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('zone = """\nnew_limit = 3\n"""\nnew_limit = 4', {"zone": 1, "new_limit": 4}),
        ("# new_limit = 1\r\n\r\n'new_limit' = 2\r\n", {"new_limit": 3}),
        ("content = [ # [zone]\n  1,\n]\nzone.name = 2\nzone.other = 3", {"content": 1, "zone": 4}),
        ("[zone]\nnew_limit = 3\n[new_limit]", {"zone": 1, "new_limit": 3}),
        ("content = [\n" + "1,\n" * 200 + "]\nzone = 3", {}),
    ],
)
def test_the_line_of_a_key_is_where_its_statement_begins(text: str, lines: dict[str, int]) -> None:
    """What looks like a key in a text, a comment or a table is none; an endless statement has no line."""
    assert find_lines(text) == lines


def test_a_survey_names_every_fault_and_keeps_what_is_sound(settings_file: Path) -> None:
    """One mistake hides no other; where the rest comes from is told."""
    settings_file.write_text('new_limt = 3\nzone = "UTC"\ngrades = 4\n', encoding="utf-8")
    survey = survey_settings(settings_file, {"QUIZZER_KATA_LIMIT": "2", "QUIZZER_NEW_LIMIT": "many"})
    assert [(fault.key, fault.origin) for fault in survey.faults] == [
        ("new_limt", Origin(line=1)),
        ("grades", Origin(line=3)),
        ("new_limit", Origin(variable="QUIZZER_NEW_LIMIT")),
    ]
    assert survey.settings == Settings(zone="UTC", kata_limit=2)
    assert survey.origins == {"zone": Origin(line=2), "kata_limit": Origin(variable="QUIZZER_KATA_LIMIT")}


def test_a_mistyped_variable_is_refused(settings_file: Path) -> None:
    """A variable with our prefix that means nothing is a mistake, not silence."""
    with pytest.raises(SettingsError, match="QUIZZER_NEW_LIMT: there is no setting 'new_limt'; did you mean"):
        read_settings(settings_file, {"QUIZZER_NEW_LIMT": "3"})


def test_an_empty_workspace_is_the_default_one(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Set to nothing, the folder is the default, not the one quizzer was started in."""
    monkeypatch.setenv("QUIZZER_WORKSPACE", "")
    assert find_places().workspace == home / "quizzer"


@pytest.mark.parametrize("key", ["workspace", "database", "content"])
def test_a_path_of_nobody_is_a_sentence(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A home that does not exist is named with its setting."""
    monkeypatch.setenv(f"QUIZZER_{key.upper()}", "~no-such-user/x")
    with pytest.raises(SettingsError, match=f"setting '{key}'"):
        find_places()


@pytest.mark.parametrize("key", ["workspace", "database", "content"])
def test_a_relative_path_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str) -> None:
    """It would be another place in each folder: the sentence names the path to write instead."""
    monkeypatch.chdir(tmp_path)
    sentence = re.escape("'../mine/q.db' would be another place in each folder. Write an absolute path, as ")
    sentence += re.escape(f"'{tmp_path.parent / 'mine' / 'q.db'}'.")
    with pytest.raises(SettingsError, match=sentence):
        set_setting(key, "../mine/q.db")
    settings_file = find_settings_file()
    assert not settings_file.exists()

    settings_file.parent.mkdir(parents=True)
    settings_file.write_text(f'\n{key} = "../mine/q.db"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        find_places()
    (fault,) = look_at_settings().faults
    assert re.search(f":2: setting '{key}' .*{sentence}", fault.sentence)

    settings_file.unlink()
    monkeypatch.setenv(f"QUIZZER_{key.upper()}", "../mine/q.db")
    with pytest.raises(SettingsError, match=sentence):
        find_places()
    monkeypatch.setenv(f"QUIZZER_{key.upper()}", "~/mine/q.db")
    assert find_places().settings_file == settings_file


def test_a_relative_path_is_refused_where_the_folder_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a folder to begin from, a path below the home is named."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setenv("QUIZZER_DATABASE", "q.db")
    with pytest.raises(SettingsError, match=r"Write an absolute path, as '~/q\.db'\."):
        find_places()


@pytest.mark.parametrize("zone", ["EST5EDT4,M3.2.0", "garbage", "/etc/passwd"])
def test_a_zone_of_the_system_that_cannot_be_told(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Whatever TZ holds, the sentence says which setting helps."""
    monkeypatch.setenv("TZ", zone)
    with pytest.raises(SettingsError, match="setting 'zone'"):
        make_calendar("", 4)
    assert make_calendar("Europe/Berlin", 4).zone_name == "Europe/Berlin"


@pytest.mark.parametrize("zone", ["UTC0", "<+03>-3"])
def test_a_zone_that_only_posix_knows_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """What is wrong with TZ stands on one line, without the quotes and escapes of an exception."""
    monkeypatch.setenv("TZ", zone)
    with pytest.raises(SettingsError, match="time zone cannot be told") as caught:
        make_calendar("", 4)
    assert zone in str(caught.value)
    assert "\n" not in str(caught.value).replace(r"\n", "\n")
