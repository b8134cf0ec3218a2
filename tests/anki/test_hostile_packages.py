"""Packages that were made to do harm, or that broke: each costs a sentence, and nothing else."""

from __future__ import annotations

import json
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import zstandard

from quizzer.errors import ExchangeError
from quizzer.exchange.anki.reading import archive, database, protobuf
from quizzer.exchange.anki.reading.reader import read_package
from quizzer.exchange.incoming import Incoming
from tests.anki.fuzz_packages import make_originals, try_packages
from tests.anki.packages import Maker, fill, rezip, unzip

NEW, OLD, OLDEST = "collection.anki21b", "collection.anki21", "collection.anki2"
Read = Callable[[bytes], Incoming]
Change = Callable[[sqlite3.Connection], object]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def read(tmp_path: Path, scratch: Path) -> Read:
    """Read a package of these bytes, and see that nothing else is on the disk afterwards."""
    folder = tmp_path / "package"
    folder.mkdir()
    file = folder / "p.apkg"

    def read_it(data: bytes) -> Incoming:
        file.write_bytes(data)
        try:
            return read_package(file)
        finally:
            assert list(scratch.iterdir()) == []
            assert list(folder.iterdir()) == [file]

    return read_it


@pytest.fixture
def entries(maker: Maker) -> dict[str, bytes]:
    """The entries of a sound package in the old format."""
    fill(maker)
    return unzip(maker.export("old.apkg", legacy=True))


@pytest.fixture
def new_entries(maker: Maker) -> dict[str, bytes]:
    """The entries of a sound package in the new format."""
    fill(maker)
    return unzip(maker.export("new.apkg", legacy=False))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "this is no package of Anki"),
        (b"PK\x03\x04 and then something else", "this is no package of Anki"),
        (rezip({}), "a zip file without a collection"),
        (rezip({"readme.txt": b"x"}), "a zip file without a collection"),
        (rezip({OLD: b"SQLite format 3"}), "no SQLite file"),
        (rezip({OLD: b"SQLite format 3\x00" + b"\xff" * 5_000}), "cannot be read"),
        (rezip({NEW: b"SQLite format 4\x00"}), "no SQLite file"),
        (rezip({NEW: b"\x28\xb5\x2f\xfd broken"}), "zstd"),
        (rezip([(OLD, b"a"), (OLD, b"b")]), "two entries 'collection.anki21'"),
        (rezip([("\x1b[31mred", b"a"), ("\x1b[31mred", b"b")]), "two entries 'red'"),
        (rezip({"meta": b"\x08\x07", OLD: b""}), "newer version (7)"),
        (rezip({"meta": b"\x08\x03", OLD: b"", OLDEST: b""}), "'collection.anki21b' is missing"),
        (rezip({"meta": b"\x0f", OLD: b""}), "'meta' cannot be read"),
        (rezip({"meta": b"\xff" * 20, OLD: b""}), "'meta' cannot be read"),
    ],
)
def test_what_is_no_package_is_told(read: Read, data: bytes, said: str) -> None:
    """The sentence names the file, what was found and what to do."""
    with pytest.raises(ExchangeError, match=r"p\.apkg") as told:
        read(data)
    assert said in str(told.value)
    assert str(told.value).endswith((".", "'."))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """A name that was mistyped is no package."""
    for path in (tmp_path / "none.apkg", tmp_path):
        with pytest.raises(ExchangeError, match="a package of Anki was expected"):
            read_package(path)


def test_a_package_cut_at_any_place_is_told(read: Read, new_entries: dict[str, bytes]) -> None:
    """A download that broke off is never half a collection."""
    data = rezip(new_entries)
    for length in range(0, len(data), len(data) // 40):
        with pytest.raises(ExchangeError):
            read(data[:length])


def test_an_encrypted_entry_is_told(read: Read, entries: dict[str, bytes]) -> None:
    """The flag of encryption stands in the directory."""
    data = bytearray(rezip(entries))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    with pytest.raises(ExchangeError, match="it is encrypted"):
        read(bytes(data))


def test_a_bomb_ends_where_it_becomes_too_large(
    read: Read, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what comes out, whatever the directory declares, in zip as in zstd."""
    monkeypatch.setattr(archive, "SMALL_BYTES", 1_000_000)
    zeros = b"SQLite format 3\x00" + bytes(50_000_000)
    for name, data in ((OLD, zeros), (NEW, zstandard.ZstdCompressor().compress(zeros))):
        with pytest.raises(ExchangeError, match="becomes larger than"):
            read(rezip({name: data}))
    lying = bytearray(rezip({OLD: zeros}))
    declared = struct.pack("<I", len(zeros))
    while (place := lying.find(declared)) >= 0:
        lying[place : place + 4] = struct.pack("<I", 1_000)
    with pytest.raises(ExchangeError):
        read(bytes(lying))


def test_a_window_that_would_fill_memory_is_refused(read: Read) -> None:
    """A frame of zstd says itself how much memory its reading takes."""
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([0xB8]) + b"\x01\x00\x00"  # a window of 8 GB
    with pytest.raises(ExchangeError, match="zstd"):
        read(rezip({NEW: frame}))


def test_too_many_entries_are_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of millions of names is no collection."""
    monkeypatch.setattr(archive, "MAX_ENTRIES", 100)
    with pytest.raises(ExchangeError, match="101 entries"):
        read(rezip([(str(number), b"") for number in range(101)]))


def test_names_lead_nowhere(read: Read, entries: dict[str, bytes], tmp_path: Path) -> None:
    """Entries are never unpacked to their names, and a medium whose name leaves its folder is left out."""
    media = {
        "0": "../../astray.png",
        "1": "/etc/astray.png",
        "2": "C:\\astray.png",
        "3": "fine.png",
        "4": "..",
    }
    files = {key: b"x" for key in media}
    evil = {
        "../../astray": b"x",
        "/tmp/quizzer-astray": b"x",
        **entries,
        **files,
        "media": json.dumps(media).encode(),
    }
    incoming = read(rezip(evil))
    assert set(incoming.media) == {"fine.png"}
    assert {refused.where for refused in incoming.refused} == {
        name for name in media.values() if "fine" not in name
    }
    assert not list(tmp_path.parent.rglob("*astray*"))
    assert not Path("/tmp/quizzer-astray").exists()


def test_a_link_is_read_as_what_it_is(read: Read) -> None:
    """An entry that is a symbolic link holds a path, which is no collection."""
    info = zipfile.ZipInfo(OLD)
    info.external_attr = 0o120777 << 16
    with tempfile.TemporaryFile() as file, zipfile.ZipFile(file, "w") as target:
        target.writestr(info, "/etc/passwd")
        target.close()
        file.seek(0)
        data = file.read()
    with pytest.raises(ExchangeError, match="no SQLite file"):
        read(data)


@pytest.mark.parametrize(
    "data", [b"{", b'{"0": 1}', b"[]", b"\xff" * 30, b"\x0a\xff\xff\xff\xff\x0f", b"{" * 100_000]
)
def test_a_broken_list_of_media_is_told(read: Read, entries: dict[str, bytes], data: bytes) -> None:
    """Without it nobody knows which file is which."""
    if data == b"[]":
        data = b"\x0a"
    with pytest.raises(ExchangeError, match="the list of its media cannot be read"):
        read(rezip({**entries, "media": data}))


def test_a_damaged_medium_is_told_when_it_is_read(read: Read, entries: dict[str, bytes]) -> None:
    """Its checksum does not fit."""
    data = bytearray(rezip({**entries, "0": b"A" * 50 + bytes(range(50))}))
    packed = zlib.compressobj(wbits=-15)
    place = data.index((packed.compress(b"A" * 50 + bytes(range(50))) + packed.flush())[:20])
    data[place + 25] ^= 0xFF
    incoming = read(bytes(data))
    with pytest.raises(ExchangeError, match="damaged"):
        incoming.media["a b.png"]()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE notes", "no table 'notes'"),
        ("DROP TABLE col", "no table 'col'"),
        ("DELETE FROM col", "is empty"),
        ("ALTER TABLE cards DROP COLUMN data", "no column 'data'"),
        ("ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n", "no table 'notes'"),
        ("ALTER TABLE revlog RENAME TO n; CREATE VIRTUAL TABLE revlog USING fts5(id)", "no table 'revlog'"),
        ("UPDATE col SET models = '{'", "'models' of the collection is no JSON"),
        ("UPDATE col SET decks = '[1]'", "'decks' of the collection is no JSON"),
        (
            "UPDATE col SET models = replace(hex(zeroblob(50000)), '0', '[')",
            "'models' of the collection is no JSON",
        ),
        ("UPDATE col SET conf = CAST(x'ff22' AS TEXT)", "'conf' of the collection is no JSON"),
    ],
)
def test_a_collection_that_is_none_is_told(
    read: Read, entries: dict[str, bytes], change: str, said: str
) -> None:
    """Tables, columns and JSON are looked at before they are believed."""
    with pytest.raises(ExchangeError, match=r"p\.apkg") as told:
        read(rezip({**entries, OLD: changed(entries[OLD], lambda db: db.executescript(change))}))
    assert said in str(told.value)


def test_what_a_column_computes_is_not_computed(read: Read, entries: dict[str, bytes]) -> None:
    """A generated column could call functions: reading it is refused."""
    script = (
        "CREATE TABLE n AS SELECT * FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes;"
        "ALTER TABLE notes DROP COLUMN flds;"
        "ALTER TABLE notes ADD COLUMN flds GENERATED ALWAYS AS (hex(zeroblob(100000000)))"
    )
    with pytest.raises(ExchangeError, match="cannot be read"):
        read(rezip({**entries, OLD: changed(entries[OLD], lambda db: db.executescript(script))}))


def test_a_reading_that_does_not_end_is_ended(
    read: Read, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline holds within SQLite, too."""
    monkeypatch.setattr(database, "DEADLINE_S", -1.0)
    monkeypatch.setattr(database, "_STEPS", 1)
    with pytest.raises(ExchangeError, match="interrupted"):
        read(rezip(entries))


def test_a_huge_value_is_refused(
    read: Read, entries: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row may be larger than memory has room for."""
    monkeypatch.setitem(database._LIMITS, sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
    script = "UPDATE notes SET flds = hex(zeroblob(1000000)) WHERE id = (SELECT min(id) FROM notes)"
    with pytest.raises(ExchangeError, match="too big"):
        read(rezip({**entries, OLD: changed(entries[OLD], lambda db: db.execute(script))}))


def test_odd_rows_cost_themselves(read: Read, entries: dict[str, bytes]) -> None:
    """A note without a type, without an answer, of bytes or of megabytes is refused, the others come."""

    def change(db: sqlite3.Connection) -> None:
        rows = [row for (row,) in db.execute("SELECT id FROM notes ORDER BY id")]
        db.execute("UPDATE notes SET mid = 7 WHERE id = ?", (rows[0],))
        db.execute("UPDATE notes SET flds = '' WHERE id = ?", (rows[1],))
        db.execute("UPDATE notes SET flds = ? WHERE id = ?", ("x" * 400_000 + "\x1fy", rows[2]))
        db.execute("UPDATE notes SET flds = ? WHERE id = ?", (b"Q\xff\xfe\x1fb", rows[3]))

    incoming = read(rezip({**entries, OLD: changed(entries[OLD], change)}))
    reasons = [refused.reason for refused in incoming.refused]
    assert ["its note type is missing" in reasons[0], "shows nothing" in reasons[1]] == [True, True]
    assert "more than 300,000 characters" in reasons[2]
    assert [each.note.question for each in incoming.notes] == [
        "Q��",
        "{{c1::a::h}} {{c2::$x_{i}$}} `{{c3::f{x}}}`",
    ]


def test_notes_that_claim_one_id_are_one(read: Read, entries: dict[str, bytes]) -> None:
    """The first is taken, the second refused."""
    incoming = read(
        rezip(
            {**entries, OLD: changed(entries[OLD], lambda db: db.execute("UPDATE notes SET guid = 'same'"))}
        )
    )
    assert len(incoming.notes) == 1
    assert all("is the same one" in refused.reason for refused in incoming.refused)


def test_odd_schedules_are_none(read: Read, entries: dict[str, bytes]) -> None:
    """Days, intervals and states out of all bounds are left out or brought within them."""

    def change(db: sqlite3.Connection) -> None:
        db.execute(
            "UPDATE cards SET type = 2, queue = 2, due = 9223372036854775807, ivl = -5, factor = 1e300"
        )
        db.execute('UPDATE cards SET due = 3, data = \'{"s": 1e999, "d": [1]}\' WHERE ord = 0')
        db.execute("UPDATE revlog SET ivl = 9223372036854775807, time = -1, type = 99")
        db.execute("UPDATE revlog SET id = -5 WHERE id = (SELECT min(id) FROM revlog)")

    incoming = read(rezip({**entries, OLD: changed(entries[OLD], change)}))
    found = [card for each in incoming.notes for card in each.cards]
    assert [card.placement is None for card in found] == [
        card.face in ("reverse", "c2", "c3") for card in found
    ]
    for card in found:
        if card.placement:
            assert (card.placement.interval_days, card.placement.ease_factor) == (1, None)
            assert card.placement.stability is None
    reviews = [review for card in found for review in card.reviews]
    assert len(reviews) == 3
    assert {(review.interval_days, review.duration_ms) for review in reviews} == {(36_500, 0)}


def test_decks_of_any_name_have_a_path(read: Read, entries: dict[str, bytes]) -> None:
    """Empty parts, a thousand levels, escapes of a terminal and missing decks end as names of decks."""
    for name in ("::::", "a::" * 1_000, "\x1b[31mred\n::b", "x" * 5_000):
        decks = json.dumps({str(number): {"name": name} for number in ids(entries[OLD])})
        data = changed(entries[OLD], partial(set_decks, decks))
        for each in read(rezip({**entries, OLD: data})).notes:
            assert 0 < len(each.deck) <= 20
            assert all(0 < len(part) <= 100 and part.isprintable() for part in each.deck)


def test_messages_of_protobuf_are_bounded() -> None:
    """A number without an end, a length behind the end and an unknown kind are no message."""
    for data in (b"\x08" + b"\xff" * 11, b"\x0a\x05ab", b"\x0b", b"\x08", b"\x0d\x00"):
        with pytest.raises(protobuf.ProtobufError):
            list(protobuf.read_fields(data))
    assert list(protobuf.read_fields(b"\x08\x96\x01\x12\x02hi")) == [(1, 150), (2, b"hi")]
    assert (protobuf.read_int(b"", 1), protobuf.read_text(b"\x12\x01\xff", 2)) == (0, "\ufffd")


def test_thousands_of_damaged_packages_are_read_or_told(tmp_path: Path) -> None:
    """Whatever is damaged, at whatever layer: a reading or a sentence, and no file is left behind."""
    originals = make_originals(tmp_path / "client")
    (tmp_path / "fuzz").mkdir()
    outcomes = try_packages(originals, 3_000, seed=11, folder=tmp_path / "fuzz")
    assert set(outcomes) == {"not read", "read in part", "read whole"}
    assert min(outcomes.values()) > 50


def changed(data: bytes, change: Change) -> bytes:
    """Return a database after a change."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        change(connection)
        connection.commit()
        return connection.serialize()


def set_decks(decks: str, connection: sqlite3.Connection) -> None:
    """Put other decks in the place of all."""
    connection.execute("UPDATE col SET decks = ?", (decks,))


def ids(data: bytes) -> list[int]:
    """Return the ids of the decks that cards lie in."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        return [row for (row,) in connection.execute("SELECT DISTINCT did FROM cards")]
