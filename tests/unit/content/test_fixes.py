from __future__ import annotations

import json
import re
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.deck_file import parse_deck
from quizzer.content.fixes import write_missing_ids
from quizzer.content.locator import ContentRoots

WriteDeck = Callable[[str, str], Path]
DATA = Path(__file__).parent / "data"


def fix(roots: ContentRoots, *paths: Path, taken: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Write missing ids and return them by file name; nothing must be refused."""
    fixes = write_missing_ids(paths, taken, roots.shipped_decks)
    assert [done.fault for done in fixes if done.fault] == []
    return {Path(done.path).name: done.ids for done in fixes}


def test_ids_are_written_and_nothing_else_changes(roots: ContentRoots, tmp_path: Path) -> None:
    """A deck with comments, quotes, long lines and faults gets its ids, as the golden file has them."""
    path = tmp_path / "deck.yaml"
    path.write_bytes((DATA / "without_ids.yaml").read_bytes())
    fix(roots, path)
    assert path.read_bytes() == (DATA / "with_ids.yaml").read_bytes()


def test_a_second_run_changes_nothing(roots: ContentRoots, tmp_path: Path) -> None:
    """A deck whose notes all have ids is left alone."""
    path = tmp_path / "deck.yaml"
    path.write_bytes((DATA / "with_ids.yaml").read_bytes())
    before = path.stat().st_ino
    assert fix(roots, path) == {}
    assert path.stat().st_ino == before


def test_an_id_is_unique_over_all_files(roots: ContentRoots, write_own: WriteDeck) -> None:
    """Ids that are taken elsewhere, given in the same run or old are not given again."""
    first = write_own("a.yaml", "deck: a\nnotes:\n  - {q: A cache?, a: A}\n  - {q: A mask?, a: A}\n")
    second = write_own(
        "b.yaml", "deck: b\nnotes:\n  - {q: A cache?, a: A}\n  - {id: x, q: Q, a: A, was: [mask]}\n"
    )
    fixed = fix(roots, first, second, taken=("cache",))
    cache, mask = fixed["a.yaml"]
    assert re.fullmatch("cache-[0-9a-f]{6}", cache)
    assert re.fullmatch("mask-[0-9a-f]{6}", mask)
    (other,) = fixed["b.yaml"]
    assert re.fullmatch("cache-[0-9a-f]{6}", other)
    assert other != cache


def test_the_id_of_a_note_that_is_gone_is_not_given_again(roots: ContentRoots, write_own: WriteDeck) -> None:
    """A note without Latin letters that comes in the place of a deleted one gets another id."""
    first, second, third = (f"  - {{q: {text}, a: A}}\n" for text in ("一是什么", "二是什么", "三是什么"))
    path = write_own("a.yaml", "deck: zh\nnotes:\n" + first + second)
    kept, gone = fix(roots, path)["a.yaml"]
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(text[:-1]) + third, encoding="utf-8")
    (new,) = fix(roots, path)["a.yaml"]
    assert len({kept, gone, new}) == 3
    assert all(re.fullmatch("zh-note-[0-9a-f]{6}", name) for name in (kept, gone, new))


def test_a_deck_in_the_style_of_json_stays_json(roots: ContentRoots, write_own: WriteDeck) -> None:
    """Where keys are quoted the id is, too."""
    path = write_own("a.yaml", '{"deck": "a", "notes": [\n  {\n    "q": "A mask?", "a": "A"}]}\n')
    assert fix(roots, path) == {"a.yaml": ("mask",)}
    assert json.loads(path.read_text(encoding="utf-8"))["notes"] == [{"id": "mask", "q": "A mask?", "a": "A"}]


def test_a_file_with_a_control_character_is_left_alone(roots: ContentRoots, write_own: WriteDeck) -> None:
    """No id is written into a file in which something stands that is no text."""
    text = "deck: a\nnotes:\n  - {q: A mask?, a: A}\n  - {q: B\x07, a: A}\n"
    path = write_own("a.yaml", text)
    assert fix(roots, path) == {}
    assert path.read_text(encoding="utf-8") == text


def test_the_reserved_id_is_not_given(roots: ContentRoots, write_own: WriteDeck) -> None:
    """No note becomes `kata`, whose cards would have the keys of katas."""
    path = write_own("a.yaml", "deck: a\nnotes:\n  - {q: A kata?, a: A}\n")
    (name,) = fix(roots, path)["a.yaml"]
    assert re.fullmatch("kata-[0-9a-f]{6}", name)


def test_line_ends_byte_order_mark_and_permissions_stay(roots: ContentRoots, write_own: WriteDeck) -> None:
    """A file of Windows keeps its line ends, its mark and its mode."""
    path = write_own("a.yaml", "")
    path.write_bytes(b"\xef\xbb\xbfdeck: a\r\nnotes:\r\n  - q: A mask?\r\n    a: A\r\n")
    path.chmod(0o640)
    fix(roots, path)
    assert path.read_bytes() == (
        b"\xef\xbb\xbfdeck: a\r\nnotes:\r\n  - id: mask\r\n    q: A mask?\r\n    a: A\r\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_is_no_yaml_is_left_alone(roots: ContentRoots, write_own: WriteDeck) -> None:
    """A file with a syntax error stays byte for byte; loading it names the error."""
    text = "deck: a\nnotes:\n  - q: A mask: why?\n    a: A\n"
    path = write_own("a.yaml", text)
    assert fix(roots, path) == {}
    assert path.read_text(encoding="utf-8") == text


def test_a_link_stays_a_link(roots: ContentRoots, tmp_path: Path) -> None:
    """The file behind a symbolic link gets the ids, the link stays."""
    target = tmp_path / "target.yaml"
    target.write_text("deck: a\nnotes:\n  - {q: A mask?, a: A}\n", encoding="utf-8")
    link = roots.learner_decks / "a.yaml"
    link.symlink_to(target)
    fix(roots, link)
    assert link.is_symlink()
    assert "{id: mask, q:" in target.read_text(encoding="utf-8")


def test_a_shipped_file_is_never_written(roots: ContentRoots, write_shipped: WriteDeck) -> None:
    """A shipped deck, named or linked to, is refused with the next step."""
    text = "deck: a\nnotes:\n  - {q: A mask?, a: A}\n"
    path = write_shipped("a.yaml", text)
    link = roots.learner_decks / "a.yaml"
    link.symlink_to(path)
    messages = [str(done.fault) for done in write_missing_ids([path, link], (), roots.shipped_decks)]
    step = (
        "no id was written, as it is one of the shipped decks, expected a file of yours: "
        "copy it to a file of your own"
    )
    assert messages == [f"{path}:3:5: {step}", f"{link}:3:5: {step}"]
    assert path.read_text(encoding="utf-8") == text


def test_a_layout_that_cannot_be_kept_is_refused(roots: ContentRoots, write_own: WriteDeck) -> None:
    """A note that starts with an anchor is left for the learner, with its place."""
    text = "deck: a\nnotes:\n  - &x\n    q: A mask?\n    a: A\n"
    path = write_own("a.yaml", text)
    (done,) = write_missing_ids([path], (), roots.shipped_decks)
    assert done.fault is not None
    assert (done.fault.line, done.ids) == (3, ())
    assert done.fault.message.endswith("write the ids by hand")
    assert path.read_text(encoding="utf-8") == text


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=30)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_any_question_gets_an_id_that_loads(questions: list[str]) -> None:
    """Whatever the questions are, each gets an id of its own that the loader takes."""
    lines = [f"  - q: {json.dumps(f'{question}?', ensure_ascii=False)}\n    a: A\n" for question in questions]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.yaml"
        path.write_text("deck: a\nnotes:\n" + "".join(lines), encoding="utf-8")
        write_missing_ids([path], (), Path(folder) / "shipped")
        file = parse_deck(path.read_bytes(), "a.yaml", is_shipped=False)
    assert file.faults == ()
    assert file.deck is not None
    assert len({note.id for note in file.deck.notes}) == len(questions)
