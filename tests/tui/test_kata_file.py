from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.core.verdict import Status
from quizzer.services.workspace import Workspace
from quizzer.tui.screens.home import HomeScreen
from quizzer.tui.screens.message import MessageScreen
from tests.support import PreparedGrader, make_verdict
from tests.tui.kata_pilot import sit

FAILED = make_verdict(Status.FAILED)


def archived(workspace: Workspace) -> list[str]:
    """Return what the archive of the kata holds, in the order of the names."""
    folder = workspace.places.workspace / "archive" / "double-it"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))]


async def test_leaving_saves(desk_space: Workspace) -> None:
    """Escape leaves the editor, then the screen; what was typed is in the file."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("x")
        assert "● not saved" in desk.shown("#headline")
        await desk.press("escape", "escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        assert desk.path.read_text(encoding="utf-8").startswith("xdef double")


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_quitting_saves(desk_space: Workspace, key: str) -> None:
    """The keys that end the application lose nothing either."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("x", key)
    assert desk.path.read_text(encoding="utf-8").startswith("xdef double")


async def test_quitting_overwrites_nothing(desk_space: Workspace) -> None:
    """Where another program wrote the file meanwhile, the editor's text goes to the archive."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.write("# mine\n")
        desk.path.write_text("# theirs\n", encoding="utf-8")
        await desk.press("ctrl+q")
    assert desk.path.read_text(encoding="utf-8") == "# theirs\n"
    assert archived(desk_space) == ["# mine\n"]


async def test_a_file_changed_elsewhere_is_shown(desk_space: Workspace) -> None:
    """With nothing to lose, the editor shows what another program wrote; grading takes it, too."""
    grader = PreparedGrader([FAILED])
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        desk.path.write_text("# theirs\n", encoding="utf-8")
        await desk.screen.look_at_file()
        assert desk.screen.editor.text == "# theirs\n"
        assert "Another program changed the file" in desk.shown("#notice")
        desk.path.write_text("# again\n", encoding="utf-8")
        await desk.grade()
        assert grader.sources == ["# again\n"]


async def test_saving_asks_where_both_have_changed(desk_space: Workspace) -> None:
    """A change is told and not overwritten; what the learner does not choose goes to the archive."""
    grader = PreparedGrader([FAILED])
    async with sit(desk_space, grader=grader) as desk:
        await desk.start()
        await desk.write("# mine\n")
        desk.path.write_text("# theirs\n", encoding="utf-8")
        await desk.screen.look_at_file()
        assert "not saved. ^s asks which to keep." in desk.shown("#notice")
        assert desk.screen.editor.text == "# mine\n"
        await desk.press("ctrl+s")
        await desk.answer("escape")
        assert desk.path.read_text(encoding="utf-8") == "# theirs\n"
        await desk.press("ctrl+s")
        await desk.answer("t")
        await desk.until(lambda: desk.screen.editor.text == "# theirs\n")
        assert archived(desk_space) == ["# mine\n"]
        assert grader.sources == []
        await desk.write("# mine again\n")
        desk.path.write_text("# theirs again\n", encoding="utf-8")
        await desk.press("ctrl+s")
        await desk.answer("m")
        await desk.until(lambda: grader.sources == ["# mine again\n"])
        assert desk.path.read_text(encoding="utf-8") == "# mine again\n"
        assert set(archived(desk_space)) == {"# mine\n", "# theirs again\n"}


async def test_a_file_that_is_gone_is_written_again(desk_space: Workspace) -> None:
    """Where another program removed the file, its text stays in the editor and is saved on leaving."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.write("# mine\n")
        await desk.screen.save()
        desk.path.unlink()
        await desk.screen.look_at_file()
        assert desk.shown("#notice").startswith("The file is gone.")
        await desk.press("escape", "escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
        assert desk.path.read_text(encoding="utf-8") == "# mine\n"


async def test_a_sitting_whose_file_is_gone_shows_the_starter(desk_space: Workspace) -> None:
    """An open sitting without a file offers the starter; leaving untouched writes nothing."""
    async with sit(desk_space) as desk:
        await desk.start()
    desk.path.unlink()
    async with sit(desk_space) as desk:
        await desk.until(lambda: desk.screen.editor.text.startswith("def double"))
        assert "● not saved" in desk.shown("#headline")
        await desk.press("escape", "escape")
        await desk.until(lambda: isinstance(desk.app.screen, HomeScreen))
    assert not desk.path.exists()


async def test_a_file_that_is_no_text_is_not_edited(desk_space: Workspace) -> None:
    """Bytes that are no UTF-8 are a message with the place; the editor never writes over them."""
    async with sit(desk_space) as desk:
        await desk.start()
    desk.path.write_bytes(b"# \xff\n")
    async with sit(desk_space) as desk:
        await desk.until(lambda: isinstance(desk.app.screen, MessageScreen))
        await desk.press("enter", "ctrl+q")
    assert desk.path.read_bytes() == b"# \xff\n"


async def test_a_folder_that_cannot_be_written_is_a_message(desk_space: Workspace) -> None:
    """The text stays in the editor, and the message says what to do."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.write("# mine\n")
        desk.path.unlink()
        desk.path.parent.rmdir()
        desk.path.parent.write_text("no folder", encoding="utf-8")
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, MessageScreen) or not desk.screen.is_unsaved)
        assert isinstance(desk.app.screen, MessageScreen)
        assert desk.screen.editor.text == "# mine\n"
        desk.path.parent.unlink()


async def test_the_selection_of_the_editor_is_copied(desk_space: Workspace) -> None:
    """Ctrl+C with text selected in the editor copies it and does not quit."""
    async with sit(desk_space) as desk:
        await desk.start()
        await desk.press("ctrl+home", "shift+right", "shift+right", "shift+right", "ctrl+c")
        assert desk.app.clipboard == "def"
        assert desk.app.is_running


async def test_links_stay_links(desk_space: Workspace, tmp_path: Path) -> None:
    """A file that is a link to another place is saved there."""
    async with sit(desk_space) as desk:
        await desk.start()
        target = tmp_path / "elsewhere.py"
        target.write_text(desk.path.read_text(encoding="utf-8"), encoding="utf-8")
        desk.path.unlink()
        desk.path.symlink_to(target)
        await desk.write("# mine\n")
        await desk.screen.save()
        assert desk.path.is_symlink()
        assert target.read_text(encoding="utf-8") == "# mine\n"
