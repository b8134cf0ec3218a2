"""Where content lies: the shipped decks and katas, found by one rule, and the learner's decks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from quizzer.content.files import can_be_there
from quizzer.errors import ContentError

DECKS = "decks"
KATAS = "katas"
REFERENCES = "reference"


class Found(StrEnum):
    """How the shipped content was found."""

    SETTING = "setting"
    CHECKOUT = "checkout"
    INSTALLED = "installed"


@dataclass(frozen=True, slots=True)
class ContentRoots:
    """Two folders that hold `decks`: the program's, which is read-only, and the learner's workspace."""

    shipped: Path
    learner: Path
    found: Found = Found.SETTING

    @property
    def shipped_decks(self) -> Path:
        """The folder of the shipped decks."""
        return self.shipped / DECKS

    @property
    def learner_decks(self) -> Path:
        """The folder of the learner's decks, which need not exist."""
        return self.learner / DECKS

    @property
    def shipped_katas(self) -> Path:
        """The folder of the katas, which need not exist."""
        return self.shipped / KATAS

    @property
    def shipped_references(self) -> Path:
        """The folder of their references."""
        return self.shipped / REFERENCES


def locate_content(setting: str | None, workspace: Path, package: Path | None = None) -> ContentRoots:
    """Return where content lies; `package` is the folder of the program's own package.

    A checkout wins over the copy inside the package, so that an editable install never reads a stale one.

    Raises:
        ContentError: If `setting` names no folder with decks, or no decks were installed.
    """
    if setting is not None:
        return ContentRoots(_from_setting(setting), workspace, Found.SETTING)
    package = package or Path(__file__).resolve().parent.parent
    checkout = package.parent
    if can_be_there(checkout / DECKS) and can_be_there(checkout / "pyproject.toml"):
        return ContentRoots(checkout, workspace, Found.CHECKOUT)
    installed = package / "_content"
    if can_be_there(installed / DECKS):
        return ContentRoots(installed, workspace, Found.INSTALLED)
    raise ContentError(f"found no decks in {installed}, expected the shipped ones: install quizzer again")


def _from_setting(setting: str) -> Path:
    folder = Path(setting).expanduser()
    if not can_be_there(folder / DECKS):
        raise ContentError(
            f"the setting 'content' names {folder}, which holds no folder '{DECKS}', expected one that does: "
            "correct the setting, or remove it to use the shipped decks"
        )
    return folder
