from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from quizzer.content import cache as cache_module
from quizzer.content.cache import ParsedCache
from quizzer.content.library import Library, load_library
from quizzer.content.locator import ContentRoots
from quizzer.content.parsed import DeckFile

WriteDeck = Callable[[str, str], Path]
DECK = """\
deck: d
title: T
tags: [x]
notes:
  - {id: one, cloze: '{{c1::x}}', topics: [t], level: mid, source: {cite: c, checked: opened}, was: [o]}
  - {id: two, q: Q, choices: {right: r, wrong: [s]}}
  - {id: three, q: Q, accept: {number: 1, unit: m, tolerance: 1%}}
  - {id: four, q: Q, accept: {text: [t]}, levl: mid}
"""


@pytest.fixture
def cache_dir(tmp_path: Path) -> Path:
    """A folder for the cache that does not exist yet."""
    return tmp_path / "caches" / "decks"


@pytest.fixture
def library(roots: ContentRoots, write_own: WriteDeck, cache_dir: Path) -> Library:
    """The library of one deck with one fault and a syllabus, loaded into the cache."""
    write_own("d.yaml", DECK)
    (roots.shipped_decks / "_syllabus.yaml").write_text(
        "areas: [{id: a, title: A, topics: [{id: t, title: T, level: senior}]}]\nmerged: {o: t}\n",
        encoding="utf-8",
    )
    return load_library(roots, cache_dir)


def kept_file(cache_dir: Path, role: str, path: str) -> Path:
    """Return the cached file of the content file `path`."""
    name = hashlib.sha256(f"{role}\0{path}".encode()).hexdigest()[:32]
    return cache_dir / f"{name}.msgpack"


def deck_cache(cache_dir: Path, roots: ContentRoots) -> Path:
    """Return the cached file of the learner's deck."""
    return kept_file(cache_dir, "learner", str(roots.learner_decks / "d.yaml"))


def test_the_cache_gives_what_was_parsed(library: Library, roots: ContentRoots, cache_dir: Path) -> None:
    """The library from the cache equals the one from the files, faults and syllabus included."""
    assert len(library.faults) == 1
    assert len(list(cache_dir.iterdir())) == 2
    assert load_library(roots, cache_dir) == library


def test_the_cache_is_used(library: Library, roots: ContentRoots, cache_dir: Path) -> None:
    """What is cached under the right seal is what is loaded."""
    path = str(roots.learner_decks / "d.yaml")
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    ParsedCache(cache_dir).put("learner", path, digest, DeckFile(None))
    assert load_library(roots, cache_dir).decks == ()


def test_a_changed_file_is_read_again(
    library: Library, roots: ContentRoots, cache_dir: Path, write_own: WriteDeck
) -> None:
    """A file of the same size and time with other content is not taken from the cache."""
    path = roots.learner_decks / "d.yaml"
    write_own("d.yaml", DECK.replace("title: T", "title: U"))
    assert len(path.read_bytes()) == len(DECK)
    assert load_library(roots, cache_dir).deck("d").title == "U"


def test_a_cached_deck_is_not_taken_for_another_path_or_role(cache_dir: Path) -> None:
    """Role, path and digest all belong to the key, also where the file's name is forged."""
    cache = ParsedCache(cache_dir)
    cache.put("learner", "/a", "digest", DeckFile(None))
    assert cache.get("learner", "/a", "digest", DeckFile) == DeckFile(None)
    (kept,) = cache_dir.iterdir()
    for role, path in (("shipped", "/a"), ("learner", "/b")):
        kept_file(cache_dir, role, path).write_bytes(kept.read_bytes())
        assert cache.get(role, path, "digest", DeckFile) is None
    assert cache.get("learner", "/a", "other", DeckFile) is None


@pytest.mark.parametrize(
    "garble",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:20],
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"\x00" * len(data),
    ],
    ids=["empty", "cut", "no-seal", "bit", "zeros"],
)
def test_a_garbled_cache_is_read_and_written_afresh(
    garble: Callable[[bytes], bytes], library: Library, roots: ContentRoots, cache_dir: Path
) -> None:
    """A damaged cache file changes nothing and is replaced."""
    kept = deck_cache(cache_dir, roots)
    sound = kept.read_bytes()
    kept.write_bytes(garble(sound))
    assert load_library(roots, cache_dir) == library
    assert kept.read_bytes() == sound


@pytest.mark.parametrize(
    "payload",
    [
        b"\x91" * 100_000,
        msgspec.msgpack.encode({"deck": {"id": 1}, "faults": "x"}),
        msgspec.msgpack.encode({"deck": None, "more": [[[[]]]], "faults": [{"path": "x"}]}),
        b"\x81\xa4more" + b"\x91" * 100_000,
        b"\xdf\xff\xff\xff\xff",
        b"\xc1",
        b"\x81\xa4deck\xa2\xff\xfe",
    ],
    ids=["deep", "types", "fields", "deep-unknown", "size", "reserved", "no-utf-8"],
)
def test_hostile_msgpack_under_a_right_seal_is_ignored(
    payload: bytes, library: Library, roots: ContentRoots, cache_dir: Path
) -> None:
    """Content that is no parsed deck does not crash the loader even where its seal fits."""
    path = roots.learner_decks / "d.yaml"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    seal = cache_module._seal("learner", str(path), digest, payload)
    deck_cache(cache_dir, roots).write_bytes(seal + payload)
    assert load_library(roots, cache_dir) == library


def test_a_cache_that_cannot_be_written_keeps_nothing(
    roots: ContentRoots, write_own: WriteDeck, tmp_path: Path
) -> None:
    """A file in the place of the cache folder is no error."""
    write_own("d.yaml", DECK)
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert len(load_library(roots, folder).decks) == 1


def test_a_cached_file_that_is_a_folder_is_ignored(
    library: Library, roots: ContentRoots, cache_dir: Path
) -> None:
    """A folder in the place of a cached file is no error."""
    kept = deck_cache(cache_dir, roots)
    kept.unlink()
    kept.mkdir()
    assert load_library(roots, cache_dir) == library


def test_no_part_of_a_file_is_left_behind(library: Library, cache_dir: Path) -> None:
    """Writing leaves no temporary file in the folder."""
    assert {path.suffix for path in cache_dir.iterdir()} == {".msgpack"}


def test_another_version_of_the_loader_reads_afresh(
    library: Library, roots: ContentRoots, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version has cached is not used."""
    kept = deck_cache(cache_dir, roots).read_bytes()
    monkeypatch.setattr(cache_module, "LOADER_VERSION", "another")
    assert load_library(roots, cache_dir).decks == library.decks
    assert deck_cache(cache_dir, roots).read_bytes() != kept


def test_a_changed_module_of_a_checkout_is_another_loader(tmp_path: Path) -> None:
    """In a checkout the version follows the modules; elsewhere only the release counts."""
    folder = tmp_path / "quizzer" / "content"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    installed = cache_module.code_version(cache_module.FORMAT, folder)
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    before = cache_module.code_version(cache_module.FORMAT, folder)
    (folder / "a.py").write_text("x = 10\n", encoding="utf-8")
    assert len({installed, before, cache_module.code_version(cache_module.FORMAT, folder)}) == 3
    (tmp_path / "pyproject.toml").unlink()
    assert cache_module.code_version(cache_module.FORMAT, folder) == installed
