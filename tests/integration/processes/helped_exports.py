"""Exports that a second process helps with, or fails to, and what is left of it.

A program, since it forks: `python -m tests.integration.processes.helped_exports FOLDER CASE...`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from unittest.mock import patch

from quizzer.core.note import Note
from quizzer.exchange.anki.rendering import PartRenderer, Rendered
from quizzer.services import rendering_ahead
from quizzer.services.export import ExportPlan, export_anki
from quizzer.services.rendering_ahead import SharedStore
from quizzer.services.selection import Selection
from quizzer.services.workspace import Workspace, open_workspace
from tests.integration.processes.forks import make_places
from tests.support import StandingClock

DECKS = 6
NOTES = 5  # in each deck


class Case:
    """One export into a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.starts = 0
        self.rendered = 0
        self.files = 0
        self._folder = folder
        self._places = make_places(folder, folder / "data")
        _write_decks(folder / "content" / "decks")

    def run(self) -> dict[str, object]:
        """Export, and say what came of it."""
        start, render = SharedStore._start, PartRenderer._rendered

        def start_and_meddle(store: SharedStore) -> None:
            start(store)
            self.starts += 1
            self._meddle(store._helper)

        def count(renderer: PartRenderer, note: Note) -> Rendered:
            self.rendered += 1
            return render(renderer, note)

        package = self._folder / "x.apkg"
        with (
            patch.object(rendering_ahead, "WORTH_NOTES", 10_000 if self.name == "alone" else 1),
            patch.object(rendering_ahead, "_can_fork", lambda: True),
            patch.object(SharedStore, "_start", start_and_meddle),
            patch.object(PartRenderer, "_rendered", count),
            patch("os.fork", _refuse) if self.name == "refused" else nullcontext(),
            patch("os.getppid", lambda: 1) if self.name == "orphaned" else nullcontext(),
            suppress(KeyboardInterrupt),
            open_workspace(self._places, StandingClock()) as workspace,
        ):
            if self.name == "kept":
                self._export_last(workspace)
            self.files = export_anki(workspace, package, ExportPlan(katas=False)).media
        return {
            "digest": hashlib.sha256(package.read_bytes()).hexdigest() if package.exists() else "",
            "starts": self.starts,
            "rendered": self.rendered,
            "is_left": _has_child(),
            "files": self.files,
            "parts": len(list(self._folder.rglob("*.part"))),
        }

    def _export_last(self, workspace: Workspace) -> None:
        """Render the last deck, which is kept then."""
        last = ExportPlan(Selection(decks=(f"d{DECKS - 1}",)), katas=False)
        export_anki(workspace, self._folder / "last.apkg", last)

    def _meddle(self, helper: int) -> None:
        if self.name == "refused":
            assert not helper
        elif self.name == "interrupted":
            raise KeyboardInterrupt
        else:
            if self.name == "killed":
                os.kill(helper, signal.SIGKILL)
            os.waitid(os.P_PID, helper, os.WEXITED | os.WNOWAIT)


def _refuse() -> int:
    raise OSError(errno.EAGAIN, "no more processes")


def _has_child() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def _write_decks(folder: Path) -> None:
    (folder / "attention.yaml").unlink()
    (folder / "media").mkdir()
    for deck in range(DECKS):
        (folder / "media" / f"p{deck}.png").write_bytes(f"a picture of {deck}".encode())
        notes = "".join(
            f"  - id: d{deck}-n{number}\n    level: mid\n    topics: [t]\n"
            f"    source: {{cite: A book 2017, checked: recalled}}\n    q: What is *it*?\n"
            f'    a: "![plot](media/p{deck}.png)"\n'
            for number in range(NOTES)
        )
        (folder / f"d{deck}.yaml").write_text(
            f"deck: d{deck}\ntitle: D{deck}\nnotes:\n{notes}", encoding="utf-8"
        )


def main() -> None:
    """Run the cases, each in a folder of its own, and print what each left."""
    folder = Path(sys.argv[1])
    sys.stdout.write(json.dumps({name: Case(name, folder / name).run() for name in sys.argv[2:]}))


if __name__ == "__main__":
    main()
