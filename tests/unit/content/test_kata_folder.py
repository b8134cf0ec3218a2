from __future__ import annotations

from pathlib import Path

import pytest

from quizzer.content.kata_folder import Heading, KataFile, read_heading, read_kata
from quizzer.content.kata_lint import lint_kata
from quizzer.content.kata_names import guess_title, list_slugs
from quizzer.content.library import load_library
from quizzer.content.locator import ContentRoots, locate_content
from quizzer.core.kata import Deadlines, EntryPoint, Gate, GateKind, Mistake
from quizzer.core.note import Level
from tests.support import WriteDeck, WriteKata


@pytest.fixture
def kata_roots(shipped: Path, tmp_path: Path) -> ContentRoots:
    """The roots of the fixture's content."""
    return ContentRoots(shipped, tmp_path / "quizzer")


def faults_of(file: KataFile) -> list[str]:
    """Return the faults with the names of their files alone."""
    return [f"{Path(fault.path).name}:{fault.line}:{fault.column}: {fault.message}" for fault in file.faults]


def test_a_kata_is_read_whole(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """Fields, prompt, starter and mistakes become one value."""
    folder = write_kata()
    kata = read_kata(kata_roots, "double-it").kata

    assert kata is not None
    assert (kata.slug, kata.title, kata.level, kata.par_minutes) == ("double-it", "Double it", Level.MID, 20)
    assert kata.entry_points == (EntryPoint("double", "(x)"),)
    assert kata.hints == ("Think of adding.", "What is $x + x$?", "Return x + x.")
    assert kata.gates == (
        Gate(GateKind.FORBIDDEN_CALLS, "calls-mul"),
        Gate(GateKind.CPU_TIME, "calls-mul", limit=6.0, size=8, why="A loop is slow."),
    )
    assert kata.deadlines == Deadlines()
    assert kata.mistakes == (
        Mistake("calls-mul", "You call torch.mul.", ("a3",)),
        Mistake("drops-the-sign", "You drop the sign: the absolute value is doubled.", ("a1", "a2")),
    )
    assert kata.starter.startswith("def double(x):")
    assert kata.prompt.startswith("# Double it")
    assert (kata.folder, kata.reference) == (
        str(folder),
        str(kata_roots.shipped / "reference" / "double_it.py"),
    )


def test_modules_state_and_nested_results_are_read(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """A class has the keys of its state dict, a result its structure, deadlines their seconds."""
    folder = write_kata()
    path = folder / "kata.yaml"
    text = path.read_text(encoding="utf-8").replace(
        '  double: {signature: "(x)", returns: tensor}\n',
        '  double: {signature: "(x)", returns: [tensor, [tensor, any]], state: {"proj.weight": "(d, d)"}}\n',
    )
    path.write_text(f"{text}deadlines: {{call_s: 0.5}}\n", encoding="utf-8")
    kata = read_kata(kata_roots, "double-it").kata

    assert kata is not None
    assert kata.entry_points[0].returns == ("tensor", ("tensor", "any"))
    assert kata.entry_points[0].state == (("proj.weight", "(d, d)"),)
    assert kata.deadlines == Deadlines(call_s=0.5)


def test_a_mistake_is_read_without_being_run(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """What stands in the file below its docstring is never executed."""
    bomb = '"""You blow up.\n\nNotes: a1\n"""\n\nraise SystemExit\n'
    write_kata(files={"mistakes/blows_up.py": bomb})
    kata = read_kata(kata_roots, "double-it").kata

    assert kata is not None
    assert kata.mistake("blows-up") == Mistake("blows-up", "You blow up.", ("a1",))


YAML_FAULTS = {
    ("level: mid", "levl: mid"): [
        "kata.yaml:1:1: a kata without level, expected mid, senior or principal: add level: senior",
        "kata.yaml:2:1: a kata has no field 'levl', expected 'level' perhaps: rename it or remove it",
    ],
    ("par_minutes: 20", "par_minutes: soon"): [
        "kata.yaml:5:14: par_minutes is 'soon', expected a whole number of at least 1: write it in digits"
    ],
    ("par_minutes: 20", "par_minutes: 0"): [
        "kata.yaml:5:14: par_minutes is '0', expected a whole number of at least 1: write 1 or more"
    ],
    ('"(x)"', '"(x"'): [
        "kata.yaml:7:23: the signature of double is none of Python, expected one such as '(q, k, v)': "
        "correct it"
    ],
    ("returns: tensor", "returns: tensr"): [
        "kata.yaml:7:39: returns is 'tensr', expected tensor or any: write 'tensor'"
    ],
    ("[torch.mul]", "[torch mul]"): [
        "kata.yaml:8:19: an item of forbidden_calls is 'torch mul', expected a full name such as "
        "torch.nn.functional.softmax: write it as it stands in a program"
    ],
    ("cpu_time: {size: 8", "cpu_tme: {size: 8"): [
        "kata.yaml:11:3: the gates has no field 'cpu_tme', expected 'cpu_time' perhaps: "
        "rename it or remove it"
    ],
    ("limit: 6", "limit: -6"): [
        "kata.yaml:11:30: limit is -6, expected a number above zero: correct it"
    ],
    ("size: 8, ", ""): [
        "kata.yaml:11:13: a gate of time without size, expected a whole number of at least 1: add size: 512"
    ],
    ("[Think of adding., What is $x + x$?, Return x + x.]", "[One, Two]"): [
        "kata.yaml:12:8: hints has 2 items, expected a list of 3 hints: "
        "write hints: [a nudge, an idea, a plan]"
    ],
    ("forbidden_calls: [torch.mul]\n", ""): [
        "kata.yaml:9:3: the gate forbidden_calls has nothing to look for, expected the list forbidden_calls: "
        "add it or remove the gate"
    ],
    ("  double: {", "  triple: {"): [
        "starter.py:1:1: the starter defines no triple, expected every entry point of kata.yaml: add it"
    ],
    ("title: Double it", "title: [Double"): [
        "kata.yaml:2:6: not valid YAML (did not find expected ',' or ']'), expected YAML: close the '[' that "
        "opens on line 1, or quote the text"
    ],
}  # fmt: skip


@pytest.mark.parametrize("change", YAML_FAULTS, ids=lambda change: change[1] or change[0])
def test_a_fault_of_the_fields_has_its_place(
    kata_roots: ContentRoots, write_kata: WriteKata, change: tuple[str, str]
) -> None:
    """Every fault is path:line:column with what was found, what was expected and the next step."""
    path = write_kata() / "kata.yaml"
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    file = read_kata(kata_roots, "double-it")

    assert file.kata is None
    assert faults_of(file) == YAML_FAULTS[change]


FILE_FAULTS = {
    (
        "mistakes/calls_mul.py",
        "def double(x:\n",
    ): "calls_mul.py:1:11: not valid Python ('(' was never closed)",
    ("mistakes/calls_mul.py", "x = 1\n"): "calls_mul.py:1:1: a mistake without docstring",
    ("mistakes/calls_mul.py", '"""It\nis wrong.\n"""\n'): "calls_mul.py:3:1: the docstring names no notes",
    ("mistakes/calls_mul.py", '"""Wrong.\n\nNotes: A 1\n"""\n'): "calls_mul.py:4:1: 'A 1' is no id of a note",
    ("mistakes/calls_mul.py", '"""Notes: a1\n"""\n'): "calls_mul.py:1:1: the docstring holds notes alone",
    ("mistakes/calls_mul.py", "\n"): "calls_mul.py:1:1: the file is empty",
    ("starter.py", "def double(:\n"): "starter.py:1:12: not valid Python",
    ("starter.py", None): "starter.py:1:1: the file does not exist",
    ("prompt.md", None): "prompt.md:1:1: the file does not exist",
    ("hidden_tests.py", None): "hidden_tests.py:1:1: the file does not exist",
}


@pytest.mark.parametrize("change", FILE_FAULTS, ids=str)
def test_a_fault_of_another_file_has_its_place(
    kata_roots: ContentRoots, write_kata: WriteKata, change: tuple[str, str | None]
) -> None:
    """Each file of the folder is looked at, and a faulty one costs the kata."""
    write_kata(files=dict([change]))
    file = read_kata(kata_roots, "double-it")

    assert file.kata is None
    assert [fault[: len(FILE_FAULTS[change])] for fault in faults_of(file)] == [FILE_FAULTS[change]]


def test_odd_bytes_are_a_fault(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """A file that is no UTF-8 is told of with the byte."""
    path = write_kata() / "prompt.md"
    path.write_bytes(b"# Double\n\n\xff\n")

    (fault,) = faults_of(read_kata(kata_roots, "double-it"))
    assert fault.startswith("prompt.md:3:1: found the byte 0xff, expected UTF-8")


def test_a_missing_reference_is_a_fault(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """A kata without its answer cannot be graded."""
    write_kata()
    (kata_roots.shipped / "reference" / "double_it.py").unlink()

    assert faults_of(read_kata(kata_roots, "double-it"))[0].startswith("double_it.py:1:1: the file does not")


def test_a_faulty_kata_costs_only_itself(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """Another kata of the same content is read as ever, and both are listed."""
    write_kata("broken", {"kata.yaml": "- no kata\n"})
    write_kata()

    assert read_kata(kata_roots, "broken").kata is None
    assert read_heading(kata_roots, "broken") is None
    assert read_kata(kata_roots, "double-it").kata is not None
    assert read_heading(kata_roots, "double-it") == Heading("Double it", Level.MID, 20, ("a1-topic",))
    assert list_slugs(kata_roots) == ("double-it", "broken")


def test_katas_are_told_by_their_folders(kata_roots: ContentRoots, write_kata: WriteKata) -> None:
    """By level, then by name; what has no kata.yaml, or no name of a module, is none."""
    yaml = (write_kata("zeta") / "kata.yaml").read_text(encoding="utf-8")
    write_kata("alpha", {"kata.yaml": yaml.replace("level: mid", "level: 'principal'")})
    write_kata("beta")
    (kata_roots.shipped / "katas" / "__pycache__").mkdir()
    (kata_roots.shipped / "katas" / "empty").mkdir()

    assert list_slugs(kata_roots) == ("beta", "zeta", "alpha")


def test_content_without_katas_has_none(kata_roots: ContentRoots) -> None:
    """A content root need not hold katas."""
    assert list_slugs(kata_roots) == ()


def test_katas_lie_beside_the_decks(shipped: Path, tmp_path: Path) -> None:
    """The locator that finds the decks finds katas and references."""
    roots = locate_content(str(shipped), tmp_path)

    assert roots.shipped_katas == shipped / "katas"
    assert roots.shipped_references == shipped / "reference"


def test_lint_follows_the_names_of_a_kata(
    kata_roots: ContentRoots, write_kata: WriteKata, write_deck: WriteDeck
) -> None:
    """Names that lead nowhere are told with their nearest, and so are too few mistakes."""
    write_deck("attention", "a1", "a2", "b5")
    (kata_roots.shipped_decks / "_syllabus.yaml").write_text(
        "areas:\n  - id: area\n    title: Area\n    topics:\n"
        "      - {id: b1-topic, title: Topic, level: mid}\n",
        encoding="utf-8",
    )
    path = write_kata() / "kata.yaml"
    text = path.read_text(encoding="utf-8").replace("{misconception: calls-mul}", "{misconception: call-mul}")
    path.write_text(text.replace("cards: [a1]", "cards: [a1, b55]"), encoding="utf-8")
    library = load_library(kata_roots, None)
    found = lint_kata(read_kata(kata_roots, "double-it"), library)

    assert [f"{Path(f.path).name}:{f.line}:{f.column}: {f.message}" for f in found] == [
        "kata.yaml:3:10: there is no topic 'a1-topic', expected one that exists: write 'b1-topic'",
        "kata.yaml:4:13: there is no note 'b55', expected one that exists: write 'b5'",
        "kata.yaml:10:36: there is no mistake 'call-mul', expected one that exists: write 'calls-mul'",
        "kata.yaml:1:1: the kata has 2 mistakes, expected at least 8 plausible ones: write what learners get "
        "wrong into mistakes/",
        "calls_mul.py:1:1: there is no note 'a3', expected one that exists: correct it, or write the note",
    ]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: LoRA layer", "LoRA layer"),
        ("title: 'A GPT: from a blank file'", "A GPT: from a blank file"),
        ("title: >-", "Double it"),
        ("level: mid", "Double it"),
        (None, "Double it"),
    ],
)
def test_a_title_is_guessed_without_parsing(tmp_path: Path, line: str | None, title: str) -> None:
    """The line that looks like it, else the slug's words."""
    roots = ContentRoots(tmp_path, tmp_path)
    folder = roots.shipped_katas / "double_it"
    folder.mkdir(parents=True)
    if line is not None:
        (folder / "kata.yaml").write_text(f"level: mid\n{line}\n]: no YAML\n", encoding="utf-8")
    assert guess_title(roots, "double-it") == title
