"""Packages with random damage: each is read, or refused with a sentence, and nothing else happens.

python -m tests.anki.fuzz_packages 10000 SEED
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import zstandard

from quizzer.errors import QuizzerError
from quizzer.exchange.anki.reading.reader import read_package
from tests.anki.packages import Maker, fill, rezip, unzip

NEW_FORMAT = "collection.anki21b"
ODD_VALUES: tuple[object, ...] = (
    None, -1, 0, 1, 2**62, -(2**63), 1e308, float("inf"), "", "x", "{", "[]", '{"s":1e400,"d":null}',
    b"\xff\xfe", b"\x00" * 50, "\x1f" * 30, "{{c1::{{c2::x}}", "{{c1::" * 200, "<b>" * 500, "<script>", "..",
    "\x1b[31m", "a" * 200_000, "\ud7ff\ufdd6", "9" * 5_000, "{{c" + "9" * 5_000 + "::x}}",
)  # fmt: skip
TABLES = {
    "notes": ("id", "guid", "mid", "tags", "flds"),
    "cards": ("nid", "did", "ord", "type", "queue", "due", "ivl", "factor", "odue", "odid", "flags", "data"),
    "revlog": ("id", "cid", "ease", "ivl", "factor", "time", "type"),
    "col": ("crt", "models", "decks", "conf"),
    "notetypes": ("id", "name", "config"),
    "fields": ("ntid", "ord", "name"),
    "templates": ("ntid", "ord", "config"),
    "decks": ("id", "name"),
}

Entries = dict[str, bytes]


def damage_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some of them changed, cut, doubled or put in."""
    if not data:
        return chance.randbytes(3)
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        place = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(6):
            case 0 | 1 | 2 if changed:
                changed[place] = chance.randrange(256)
            case 3:
                del changed[place : place + chance.choice((1, 4, 100, len(changed)))]
            case 4:
                changed[place:place] = chance.randbytes(chance.choice((1, 4, 50)))
            case _:
                changed[place : place + 8] = changed[:8]
    return bytes(changed)


def damage_values(data: bytes, chance: random.Random) -> bytes:
    """Return a database in which values of rows, or what a name stands for, are others."""
    with closing(sqlite3.connect(":memory:")) as connection:
        # A database in memory has no log beside it, which these two bytes say that there is.
        connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        there = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        for _ in range(chance.choice((1, 1, 3, 10))):
            table = chance.choice(sorted(there & set(TABLES)))
            column = chance.choice(TABLES[table])
            limit = chance.choice(("LIMIT 1", ""))
            value = chance.choice(ODD_VALUES)
            key = "id" if table in ("notes", "cards", "revlog", "col", "notetypes", "decks") else "ntid"
            chosen = f"{key} IN (SELECT {key} FROM {table} {limit})"
            try:
                connection.execute(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {chosen}", (value,))
            except (sqlite3.Error, UnicodeEncodeError):
                continue
        if chance.random() < 0.1:
            _damage_schema(connection, chance, sorted(there & set(TABLES)))
        connection.commit()
        return connection.serialize()


def _damage_schema(connection: sqlite3.Connection, chance: random.Random, tables: list[str]) -> None:
    table = chance.choice(tables)
    script = chance.choice(
        (
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} RENAME TO hidden; CREATE VIEW {table} AS SELECT * FROM hidden",
            f"ALTER TABLE {table} ADD COLUMN more GENERATED ALWAYS AS (hex(zeroblob(100000000)))",
            f"ALTER TABLE {table} RENAME TO hidden; CREATE VIRTUAL TABLE {table} USING fts5(id, guid)",
        )
    )
    try:
        connection.executescript(script)
    except sqlite3.Error:
        return


def damage_package(entries: Entries, chance: random.Random) -> bytes:
    """Return a package with damage at one of its layers."""
    entries = dict(entries)
    names = [name for name in entries if name.startswith("collection")]
    main = NEW_FORMAT if NEW_FORMAT in entries else "collection.anki21"
    data = entries[main]
    is_packed = main == NEW_FORMAT
    plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 26) if is_packed else data
    pack: Callable[[bytes], bytes] = zstandard.ZstdCompressor().compress if is_packed else bytes
    match chance.randrange(8):
        case 0:
            return damage_bytes(rezip(entries), chance)
        case 1 | 2:
            entries[main] = pack(damage_bytes(plain, chance))
        case 3 | 4 | 5:
            entries[main] = pack(damage_values(plain, chance))
        case 6:
            name = chance.choice(sorted(entries))
            entries[name] = damage_bytes(entries[name], chance)
        case _:
            old = chance.choice((*names, "media", "meta", "0"))
            new = chance.choice(
                ("../x", "/etc/x", "collection.anki2", "media", "meta", "0", "C:\\x", "a" * 300)
            )
            return rezip([(new if name == old else name, each) for name, each in entries.items()])
    return rezip(entries)


def make_originals(folder: Path) -> list[Entries]:
    """Return the entries of sound packages in both formats."""
    maker = Maker(folder)
    try:
        fill(maker)
        return [unzip(maker.export(f"{legacy}.apkg", legacy=legacy)) for legacy in (False, True)]
    finally:
        maker.close()


def try_packages(originals: list[Entries], count: int, seed: int, folder: Path) -> Counter[str]:
    """Read damaged packages, and return how many were read whole, in part and not.

    Raises:
        AssertionError: If anything is left behind in the folder for temporary files.
    """
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    package, scratch = folder / "damaged.apkg", folder / "scratch"
    scratch.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(scratch)
    try:
        for i in range(count):
            package.write_bytes(damage_package(chance.choice(originals), chance))
            try:
                outcomes[_read(package)] += 1
            except Exception as error:
                error.add_note(f"seed {seed}, package {i}")
                raise
            assert not list(scratch.iterdir())
            assert sorted(path.name for path in folder.iterdir()) == ["damaged.apkg", "scratch"]
    finally:
        tempfile.tempdir = before
    return outcomes


def _read(package: Path) -> str:
    try:
        incoming = read_package(package)
        for read in incoming.media.values():
            read()
    except QuizzerError as error:
        sentence = str(error)
    else:
        for refused in incoming.refused:
            assert refused.where
            assert refused.reason
        return "read in part" if incoming.refused else "read whole"
    assert len(sentence) < 1_000
    assert sentence.isprintable()
    return "not read"


def main() -> None:
    """Try as many packages as the first argument says."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = make_originals(folder / "client")
        (folder / "fuzz").mkdir()
        started = time.monotonic()
        outcomes = try_packages(originals, count, seed, folder / "fuzz")
        seconds = time.monotonic() - started
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(outcomes.items()))
    sys.stdout.write(f"seed {seed}: {count:,} packages in {seconds:.0f} s: {told}\n")


if __name__ == "__main__":
    main()
