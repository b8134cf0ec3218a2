"""`quizzer config` as a learner calls it: a process of its own, a real settings file, a real editor."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from quizzer.core.settings import SETTINGS
from quizzer.services.places import find_settings_file
from tests.integration.processes.shell import WITHOUT_OVERRIDE, Outcome, run


@pytest.fixture
def settings_file() -> Path:
    """Where the settings of the test's home are; its folder exists, the file does not."""
    path = find_settings_file()
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learner's editor, a script for `sh`; the file is $1."""
    path = tmp_path / "editor"
    path.touch(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(path))
    return path


def config(*arguments: str, **variables: str) -> Outcome:
    """Run `quizzer config` with variables of the environment."""
    return run("config", *arguments, cwd=None, **variables)


def write(path: Path, text: str) -> None:
    """Write a file of the learner's."""
    path.write_text(text, encoding="utf-8")


def test_without_a_file_all_settings_are_shown_with_their_defaults() -> None:
    """A new learner sees where the file would be, what there is to set, and lines of at most 80 columns."""
    outcome = config()
    lines = outcome.out.splitlines()

    assert (outcome.code, outcome.err) == (0, "")
    assert lines[0] == str(find_settings_file())
    assert "It is not there yet: 'quizzer config edit' starts it" in lines[1]
    assert [line.split(" = ")[0] for line in lines[3::2]] == list(SETTINGS)
    assert all(line.endswith("  default") for line in lines[3::2])
    assert [line.strip() for line in lines[4::2]] == [setting.about for setting in SETTINGS.values()]
    assert all(len(line) <= 80 for line in lines[1:])
    assert not find_settings_file().exists()
    assert outcome.out == config("show").out


def test_a_theme_that_there_is_not_is_refused() -> None:
    """The nearest is named, and nothing is written; a theme of Textual's is one, too."""
    outcome = config("set", "theme", "quizer-light")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no theme 'quizer-light'; did you mean 'quizzer-light'?" in outcome.err
    assert not find_settings_file().exists()
    assert config("set", "theme", "nord").code == 0


def test_a_file_of_a_windows_editor_is_read(settings_file: Path) -> None:
    """The mark at its beginning is no part of a key."""
    settings_file.write_text("new_limit = 3\n", encoding="utf-8-sig")
    assert config("show", "new_limit").out.startswith("new_limit = 3")
    assert config("set", "new_limit", "4").code == 0


def test_each_value_says_where_it_comes_from(settings_file: Path) -> None:
    """The line of the file, or the variable, which wins, stands beside the default."""
    write(settings_file, '\nnew_limit = 5\nzone = "UTC"\n')
    out = config(QUIZZER_ZONE="Europe/Paris").out

    assert "new_limit = 5            line 2; default 20\n" in out
    assert 'zone = "Europe/Paris"    QUIZZER_ZONE; default ""\n' in out
    assert 'grades = "four"          default\n' in out


def test_a_long_value_keeps_its_line_and_the_columns_of_the_others(settings_file: Path) -> None:
    """A path can be copied whole; where it comes from stands below."""
    path = "/a/long/folder" * 7
    write(settings_file, f'workspace = "{path}"\n')
    lines = config().out.splitlines()

    at = lines.index(f'workspace = "{path}"')
    assert lines[at + 1] == '    line 1; default "~/quizzer"'
    assert 'grades = "four"         default' in lines


def test_one_setting_says_what_it_takes(settings_file: Path) -> None:
    """`show KEY` tells all there is to know of it."""
    write(settings_file, 'zone = "UTC"\n')
    assert config("show", "zone").out.splitlines() == [
        'zone = "UTC"  line 1; default ""',
        "    Your time zone; empty is the computer's.",
        '    Takes the name of a time zone, such as "Europe/Berlin".',
        "    The environment variable QUIZZER_ZONE overrides the file.",
    ]


def test_programs_get_the_settings_as_json(settings_file: Path) -> None:
    """The JSON has one entry a setting, in the same order; one alone where it is named."""
    write(settings_file, "new_limit = 5\n")
    outcome = config("show", "--json", QUIZZER_GRADES="six")
    report = json.loads(outcome.out)
    found = {entry["key"]: entry for entry in report["settings"]}

    assert report["path"] == str(settings_file)
    assert list(found) == list(SETTINGS)
    assert found["new_limit"] == {
        "key": "new_limit",
        "value": 5,
        "default": 20,
        "source": "file:1",
        "about": "New cards a day.",
    }
    assert (found["grades"]["value"], found["grades"]["source"]) == ("six", "environment:QUIZZER_GRADES")
    assert found["zone"]["source"] == "default"
    one = json.loads(config("show", "new_limit", "--json").out)["settings"]
    assert one == [found["new_limit"]]


def test_a_value_holds_no_escape_that_a_terminal_would_obey(settings_file: Path) -> None:
    """What a file holds is shown, not done."""
    write(settings_file, 'workspace = "/a\\u001b[31m\\u009bm\\u202eb"\n')
    for outcome in (config(), config("unset", "workspace")):
        assert "\x1b" not in outcome.out
        assert "\x9b" not in outcome.out
        assert "\u202e" not in outcome.out
    write(settings_file, '"\\u001b[31m" = 3\n')
    assert "\x1b" not in config().err
    assert "\x1b" not in config("set", "zone", "\x1b[31m").err


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("# mine\nnew_limt = 3\n", [":2: there is no setting 'new_limt'; did you mean 'new_limit'?"]),
        ("zone = \n", [":1: this is not valid TOML: Invalid value (at line 1, column 8)."]),
        (
            'grades = "five"\nzone = "Mars"\nkata_limit = -1\n',
            [
                ":1: 'grades' is 'five'; 'four' or 'six' was expected.",
                ":2: setting 'zone' (or QUIZZER_ZONE): there is no time zone 'Mars'",
                ":3: 'kata_limit' is -1; a whole number from 0 to 9999 was expected.",
            ],
        ),
        ('database = "~nobody-such/x"\n', [":1: setting 'database': '~nobody-such/x' is no path"]),
    ],
)
def test_a_faulty_file_is_told_with_its_lines_and_left_alone(
    settings_file: Path, text: str, faults: list[str]
) -> None:
    """Looking and changing exit with 2, name each place, and say what to do; the file stays as it is."""
    write(settings_file, text)
    shown, changed = config(), config("set", "rollover_hour", "3")

    assert (shown.code, shown.out, changed.code) == (2, "", 2)
    lines = shown.err.splitlines()
    assert lines.pop() == "'quizzer config edit' opens the file."
    assert len(lines) == len(faults)
    for line, fault in zip(lines, faults, strict=True):
        assert line.startswith(f"quizzer: {settings_file}{fault}")
    assert f"{settings_file}{faults[0]}" in changed.err
    assert "Nothing was changed: 'quizzer config edit' opens the file." in changed.err
    assert settings_file.read_text(encoding="utf-8") == text
    assert config("path").out == f"{settings_file}\n"


def test_a_faulty_variable_is_told_but_hinders_no_change(settings_file: Path) -> None:
    """The file is not at fault: it is not what the learner is sent to, and it can be written."""
    shown = config(QUIZZER_NEW_LIMIT="many")
    assert shown.code == 2
    assert shown.err == (
        "quizzer: environment variable QUIZZER_NEW_LIMIT: 'new_limit' is 'many'; "
        "a whole number from 0 to 9999 was expected.\n"
    )
    assert config("set", "zone", "UTC", QUIZZER_NEW_LIMIT="many").code == 0
    assert 'zone = "UTC"' in settings_file.read_text(encoding="utf-8")


def test_set_creates_the_file_with_all_settings_explained() -> None:
    """The folder is created, too; the value stands below its default, and is what quizzer reads."""
    outcome = config("set", "new_limit", "5")
    path = find_settings_file()

    assert (outcome.code, outcome.out) == (0, "new_limit: 20 -> 5\n")
    assert outcome.err == f"A new settings file: {path}\n"
    text = path.read_text(encoding="utf-8")
    assert "# New cards a day. Takes a whole number from 0 to 9999.\n#new_limit = 20\nnew_limit = 5\n" in text
    assert json.loads(config("show", "new_limit", "--json").out)["settings"][0]["value"] == 5


def test_set_and_unset_keep_what_the_learner_wrote(settings_file: Path) -> None:
    """Only the line itself changes, goes and comes."""
    text = '# mine\nzone = "UTC" # home\n\nnew_limit = 5\n# the end\n'
    write(settings_file, text)

    assert config("set", "zone", "Europe/Berlin").out == 'zone: "UTC" -> "Europe/Berlin"\n'
    assert settings_file.read_text(encoding="utf-8") == text.replace("UTC", "Europe/Berlin")
    assert config("unset", "zone").out == 'zone: "Europe/Berlin" -> ""\n'
    assert settings_file.read_text(encoding="utf-8") == "# mine\n\nnew_limit = 5\n# the end\n"


def test_what_is_so_already_is_not_written(settings_file: Path) -> None:
    """A change that is none says so; no file is created for it."""
    assert config("unset", "zone").out == 'zone is not in the file; its default is ""\n'
    assert not settings_file.exists()
    write(settings_file, "new_limit = 5\n")
    before = settings_file.stat()
    assert config("set", "new_limit", "5").out == "new_limit is 5 already\n"
    after = settings_file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_wrong_value_can_be_mended_by_setting_it(settings_file: Path) -> None:
    """The fault of the key itself is no reason against a right value."""
    write(settings_file, "new_limit = -1\n")
    assert config("set", "new_limit", "5").code == 0
    assert settings_file.read_text(encoding="utf-8") == "new_limit = 5\n"


def test_a_value_of_another_shape_is_left_to_the_editor(settings_file: Path) -> None:
    """What stands in a list or a table, comments among them, is not thrown away."""
    text = "new_limit = [\n  # mine\n  1,\n]\n"
    write(settings_file, text)
    assert config("set", "new_limit", "5").code == 2
    assert config("unset", "new_limit").code == 2
    assert settings_file.read_text(encoding="utf-8") == text


def test_a_variable_that_overrides_what_is_set_is_named() -> None:
    """The learner would else wonder why nothing changes."""
    outcome = config("set", "new_limit", "5", QUIZZER_NEW_LIMIT="7")
    assert outcome.out == "new_limit: 20 -> 5\n"
    assert "The environment variable QUIZZER_NEW_LIMIT overrides the file.\n" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "new_limt", "3"), "there is no setting 'new_limt'; did you mean 'new_limit'?"),
        (("set", "colour", "3"), "there is no setting 'colour'; known are workspace"),
        (("unset", "new_limt"), "there is no setting 'new_limt'; did you mean 'new_limit'?"),
        (("show", "new_limt"), "there is no setting 'new_limt'; did you mean 'new_limit'?"),
        (("set", "new_limit", "-1"), "'new_limit' is '-1'; a whole number from 0 to 9999 was expected."),
        (("set", "grades", "five"), "'grades' is 'five'; 'four' or 'six' was expected."),
        (("set", "zone", "Mars/Base"), "there is no time zone 'Mars/Base'; a name such as 'Europe/Berlin'"),
        (("set", "workspace", "~nobody-such/x"), "setting 'workspace': '~nobody-such/x' is no path"),
        (("set", "workspace", "--default"), "'quizzer config unset workspace' brings the default back."),
        (("set", "new_limit"), "Missing argument 'VALUE'"),
    ],
)
def test_what_cannot_be_set_is_refused_before_anything_is_written(
    settings_file: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Keys and values are checked first."""
    outcome = config(*arguments)

    assert outcome.code == 2
    assert message in outcome.err
    assert not settings_file.exists()


def test_bytes_that_are_no_text_are_refused(settings_file: Path) -> None:
    """A path of odd bytes has no place in a file of UTF-8; the environment can hold it."""
    outcome = config("set", "workspace", os.fsdecode(b"/a\xff"))
    assert outcome.code == 2
    assert "a settings file is UTF-8: set QUIZZER_WORKSPACE instead" in outcome.err
    assert not settings_file.exists()


def test_a_folder_that_cannot_be_written_to_is_a_sentence(settings_file: Path) -> None:
    """The file stays, nothing is left beside it, and the exit code says that it is no wrong input."""
    write(settings_file, "new_limit = 5\n")
    settings_file.parent.chmod(0o500)
    outcome = run("config", "set", "new_limit", "7", before=WITHOUT_OVERRIDE)
    settings_file.parent.chmod(0o700)

    assert outcome.code == 3
    assert "the settings cannot be written (Permission denied). Nothing was changed" in outcome.err
    assert settings_file.read_text(encoding="utf-8") == "new_limit = 5\n"
    assert list(settings_file.parent.iterdir()) == [settings_file]


def test_edit_starts_a_file_that_explains_all_settings(editor: Path) -> None:
    """A new learner removes a sign and changes a value."""
    write(editor, '#!/bin/sh\nsed -i "s/^#new_limit = 20/new_limit = 5/" "$1"\n')
    outcome = config("edit")

    assert (outcome.code, outcome.out) == (0, "new_limit: 20 -> 5\n")
    assert outcome.err == f"A new settings file: {find_settings_file()}\n"
    assert config("edit").out == "The settings are in order; none has changed.\n"


def test_what_is_wrong_after_an_edit_is_told_with_its_lines(settings_file: Path, editor: Path) -> None:
    """What the learner wrote stays, and the next edit mends it."""
    write(settings_file, "new_limit = 5\n")
    write(editor, '#!/bin/sh\nprintf "new_limit = 6\\nnew_limt = 3\\nzone = 1\\n" > "$1"\n')
    outcome = config("edit")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        f"quizzer: {settings_file}:2: there is no setting 'new_limt'; did you mean 'new_limit'?",
        f"quizzer: {settings_file}:3: 'zone' is 1; a text in quotes was expected.",
        "'quizzer config edit' opens the file.",
    ]
    write(editor, '#!/bin/sh\nsed -i 2,3d "$1"\n')
    assert config("edit").code == 0
    assert settings_file.read_text(encoding="utf-8") == "new_limit = 6\n"


def test_an_editor_that_fails_is_a_sentence(editor: Path) -> None:
    """The learner is told which variables name it."""
    write(editor, "#!/bin/sh\nexit 1\n")
    outcome = config("edit")

    assert outcome.code == 2
    assert f"the editor '{editor}' failed with 1. Set VISUAL or EDITOR" in outcome.err
