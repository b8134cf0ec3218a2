from __future__ import annotations

import subprocess
import sys

import pytest
from rich.text import Text
from textual.app import App, ComposeResult

from quizzer.tui.widgets.code_editor import LARGEST, CodeEditor
from quizzer.tui.widgets.verdict_view import gate_bar

CODE = 'import torch\n\n\ndef double(x):\n    """Return\n    twice."""\n    return x * 2  # doubled\n'


class EditorApp(App[None]):
    """An application of one editor."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield CodeEditor(id="editor")


def coloured(line: Text) -> dict[str, str]:
    """Return the parts of a line that have a style, each with it."""
    return {line.plain[span.start : span.end]: str(span.style) for span in line.spans}


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_python_is_coloured_in_every_theme(theme: str) -> None:
    """Keywords, names, texts over several lines and comments differ by style, too, and follow each edit."""
    app = EditorApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        editor = app.query_one(CodeEditor)
        editor.text = CODE
        await pilot.pause()
        assert "bold" in coloured(editor.get_line(3))["def"]
        assert "italic" in coloured(editor.get_line(5))['    twice."""']
        line = coloured(editor.get_line(6))
        assert "bold" in line["return"]
        assert "italic" in line["# doubled"]
        editor.insert("# ", (3, 0))
        assert list(coloured(editor.get_line(3))) == ["# def double(x):"]


async def test_what_no_terminal_should_be_sent_is_replaced() -> None:
    """Control characters of a file show as a sign, and the text keeps them."""
    app = EditorApp()
    async with app.run_test(size=(80, 24)):
        editor = app.query_one(CodeEditor)
        editor.text = "a\x1b[31m\x9bb"
        assert editor.get_line(0).plain == "a\ufffd[31m\ufffdb"
        assert editor.text == "a\x1b[31m\x9bb"


async def test_a_huge_file_is_not_coloured() -> None:
    """Colouring everything at each key would make a large file slow."""
    app = EditorApp()
    async with app.run_test(size=(80, 24)):
        editor = app.query_one(CodeEditor)
        editor.text = "pass\n" * (LARGEST // 5 + 1)
        assert not editor.get_line(0).spans


@pytest.mark.parametrize(
    ("measured", "bar"),
    [
        (0.0, f"{'░' * 20}│ 0 % of the limit"),
        (1.4, f"{'█' * 10}{'░' * 10}│ 50 % of the limit"),
        (2.8, f"{'█' * 20}│ 100 % of the limit"),
        (5.6, f"{'█' * 20}▶ 200 % of the limit"),
    ],
)
def test_a_gate_is_a_bar_against_its_limit(measured: float, bar: str) -> None:
    """The bar is full at the limit; what is beyond it is told by a sign and in digits."""
    assert gate_bar(measured, 2.8) == bar


def test_the_editor_is_loaded_with_the_first_kata() -> None:
    """The application imports neither torch nor the editor before a kata is opened; home names the screen."""
    code = (
        "import sys; import quizzer.tui.app; "
        "print([name for name in ('torch', 'pygments.lexers.python', 'textual.widgets._text_area', "
        "'quizzer.tui.screens.kata') if name in sys.modules]); "
        "import quizzer.tui.screens.kata; "
        "print('torch' in sys.modules, 'pygments.lexers.python' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines() == ["[]", "False False"]
