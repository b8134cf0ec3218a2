"""The two ways in which collections keep note types, decks and settings.

Up to schema 11 (`collection.anki2`, `collection.anki21`) they are JSON in the one row of `col`, from schema
15 on (`collection.anki21b`) tables of protobuf messages; the field numbers are from Anki's `notetypes.proto`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from quizzer.errors import ExchangeError
from quizzer.exchange.anki.reading.collection import (
    Collection,
    ForeignTemplate,
    ForeignType,
    bounded,
    deck_path,
    instant_s,
    read_cards,
    read_notes,
    read_reviews,
    text,
    whole,
)
from quizzer.exchange.anki.reading.database import CollectionFile
from quizzer.exchange.anki.reading.protobuf import ProtobufError, read_int, read_text

MAX_TYPES = 5_000
MAX_DECKS = 50_000
_CLOZE = 1
_OCCLUSION = 6
# Of the messages Notetype.Config and Notetype.Template.Config.
_KIND, _STOCK_KIND = 1, 9
_QUESTION, _ANSWER = 1, 2
_OCCLUSION_SIGN = re.compile("image-?occlusion", re.IGNORECASE)


def read_collection(file: CollectionFile, *, with_history: bool) -> Collection:
    """Return what the collection holds.

    Raises:
        ExchangeError: If it cannot be read.
    """
    if file.has("notetypes"):
        created_at_s, *_ = _first_row(file, "crt")
        types, decks, west = _tables_types(file), _tables_decks(file), _tables_minutes_west(file)
    else:
        created_at_s, models, json_decks, settings = _first_row(file, "crt models decks conf")
        types = _json_types(_json(file, models, "models"))
        decks = _json_decks(_json(file, json_decks, "decks"))
        west = _json_minutes_west(_json(file, settings, "conf"))
    return Collection(
        created_at_s=whole(created_at_s),
        minutes_west=west if west is None or abs(west) <= 24 * 60 else None,
        types=types,
        decks=decks,
        notes=read_notes(file),
        cards=read_cards(file),
        reviews=read_reviews(file) if with_history else {},
    )


def _first_row(file: CollectionFile, columns: str) -> tuple[object, ...]:
    for row in file.rows("col", columns.split()):
        return row
    raise ExchangeError(
        f"{file.where}: the collection in it is empty. Export it from Anki again, then try again."
    )


def _json(file: CollectionFile, value: object, column: str) -> Mapping[str, Any]:
    import msgspec

    try:
        found = msgspec.json.decode(text(value) or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ExchangeError(
            f"{file.where}: the column '{column}' of the collection is no JSON ({error}). In Anki, run "
            "Tools > Check Database, export again, then try again."
        ) from error
    return found


def _json_types(models: Mapping[str, Any]) -> dict[int, ForeignType]:
    types: dict[int, ForeignType] = {}
    for key, model in list(models.items())[:MAX_TYPES]:
        if not (isinstance(model, dict) and key.lstrip("-").isdecimal() and len(key) < 19):
            continue
        templates = tuple(
            ForeignTemplate(text(each.get("qfmt")), text(each.get("afmt")))
            for each in _in_order(model, "tmpls")
        )
        types[int(key)] = ForeignType(
            name=text(model.get("name")),
            is_cloze=whole(model.get("type")) == _CLOZE,
            fields=tuple(text(each.get("name")) for each in _in_order(model, "flds")),
            templates=templates,
            is_occlusion=_is_occlusion(whole(model.get("originalStockKind")), templates),
            changed_at_s=instant_s(model.get("mod")),
        )
    return types


def _in_order(model: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    items = model.get(name)
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return sorted(rows, key=lambda item: whole(item.get("ord")))


def _json_decks(decks: Mapping[str, Any]) -> dict[int, tuple[str, ...]]:
    return {
        int(key): deck_path(text(deck.get("name")), "::")
        for key, deck in list(decks.items())[:MAX_DECKS]
        if isinstance(deck, dict) and key.isdecimal() and len(key) < 19
    }


def _json_minutes_west(settings: Mapping[str, Any]) -> int | None:
    value = settings.get("creationOffset")
    return value if isinstance(value, int) else None


def _tables_types(file: CollectionFile) -> dict[int, ForeignType]:
    fields: dict[int, list[tuple[int, str]]] = {}
    for type_id, place, name in bounded(file, "fields", "ntid ord name", MAX_TYPES * 20):
        fields.setdefault(whole(type_id), []).append((whole(place), text(name)))
    templates: dict[int, list[tuple[int, ForeignTemplate]]] = {}
    for type_id, place, config in bounded(file, "templates", "ntid ord config", MAX_TYPES * 20):
        data = config if isinstance(config, bytes) else b""
        template = ForeignTemplate(_text(data, _QUESTION), _text(data, _ANSWER))
        templates.setdefault(whole(type_id), []).append((whole(place), template))
    types: dict[int, ForeignType] = {}
    for row_id, name, changed_at_s, config in bounded(
        file, "notetypes", "id name mtime_secs config", MAX_TYPES
    ):
        data = config if isinstance(config, bytes) else b""
        number = whole(row_id)
        shown = tuple(each for _, each in sorted(templates.get(number, ()), key=lambda item: item[0]))
        types[number] = ForeignType(
            name=text(name),
            is_cloze=_int(data, _KIND) == _CLOZE,
            fields=tuple(each for _, each in sorted(fields.get(number, ()))),
            templates=shown,
            is_occlusion=_is_occlusion(_int(data, _STOCK_KIND), shown),
            changed_at_s=instant_s(changed_at_s),
        )
    return types


def _tables_decks(file: CollectionFile) -> dict[int, tuple[str, ...]]:
    rows = bounded(file, "decks", "id name", MAX_DECKS)
    return {whole(row_id): deck_path(text(name), "\x1f") for row_id, name in rows}


def _tables_minutes_west(file: CollectionFile) -> int | None:
    if not file.has("config"):
        return None
    for key, value in bounded(file, "config", "KEY val", MAX_DECKS):
        number = text(value)
        if text(key) == "creationOffset" and re.fullmatch(r"-?\d{1,4}", number):
            return int(number)
    return None


def _is_occlusion(stock_kind: int, templates: tuple[ForeignTemplate, ...]) -> bool:
    return stock_kind == _OCCLUSION or any(_OCCLUSION_SIGN.search(each.question) for each in templates)


def _int(data: bytes, number: int) -> int:
    try:
        return read_int(data, number)
    except ProtobufError:
        return 0


def _text(data: bytes, number: int) -> str:
    try:
        return read_text(data, number)
    except ProtobufError:
        return ""
