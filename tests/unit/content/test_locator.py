from __future__ import annotations

import re
from pathlib import Path

import pytest

from quizzer.content.locator import Found, locate_content
from quizzer.errors import ContentError


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package folder of a program that is neither a checkout nor installed with content."""
    folder = tmp_path / "lib" / "quizzer"
    folder.mkdir(parents=True)
    return folder


def _make_checkout(package: Path) -> None:
    (package.parent / "decks").mkdir()
    (package.parent / "pyproject.toml").touch()


def test_the_setting_wins_over_the_checkout(package: Path, tmp_path: Path) -> None:
    """A folder named by the setting is the shipped root even in a checkout."""
    _make_checkout(package)
    (tmp_path / "mine" / "decks").mkdir(parents=True)
    roots = locate_content(str(tmp_path / "mine"), tmp_path / "ws", package)
    assert (roots.shipped_decks, roots.found) == (tmp_path / "mine" / "decks", Found.SETTING)


def test_a_setting_without_decks_is_refused(package: Path, tmp_path: Path) -> None:
    """A setting that names a folder without decks is an error that names the setting and the next step."""
    expected = (
        f"the setting 'content' names {tmp_path}, which holds no folder 'decks', expected one that does: "
        "correct the setting, or remove it to use the shipped decks"
    )
    with pytest.raises(ContentError, match=f"^{re.escape(expected)}$"):
        locate_content(str(tmp_path), tmp_path / "ws", package)


def test_a_setting_may_start_with_a_tilde(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tilde in the setting stands for the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine" / "decks").mkdir(parents=True)
    assert locate_content("~/mine", tmp_path / "ws", package).shipped == tmp_path / "mine"


def test_a_checkout_wins_over_the_installed_copy(package: Path, tmp_path: Path) -> None:
    """With decks beside the package and inside it, those beside it are read."""
    _make_checkout(package)
    (package / "_content" / "decks").mkdir(parents=True)
    roots = locate_content(None, tmp_path / "ws", package)
    assert (roots.shipped, roots.found) == (package.parent, Found.CHECKOUT)


def test_decks_beside_an_installed_package_are_no_checkout(package: Path, tmp_path: Path) -> None:
    """Decks beside the package without a pyproject.toml are somebody else's."""
    (package.parent / "decks").mkdir()
    (package / "_content" / "decks").mkdir(parents=True)
    roots = locate_content(None, tmp_path / "ws", package)
    assert (roots.shipped, roots.found) == (package / "_content", Found.INSTALLED)


def test_an_installation_without_decks_is_an_error(package: Path, tmp_path: Path) -> None:
    """A package without any decks says to install it again."""
    with pytest.raises(ContentError, match=r"_content, expected the shipped ones: install quizzer again$"):
        locate_content(None, tmp_path / "ws", package)


def test_the_learners_decks_lie_in_the_workspace(tmp_path: Path) -> None:
    """The learner's decks are in the folder decks of the workspace, whether it exists or not."""
    assert locate_content(None, tmp_path / "ws").learner_decks == tmp_path / "ws" / "decks"
