"""As much of JSON Schema as the export's schema uses; what else stands in one is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
NOTES = {"title", "description", "default", "$schema", "$defs"}


def find_fault(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> str | None:
    """Return why `value` does not fit the schema, None where it does."""
    root = root or schema
    for name, rule in schema.items():
        if name not in NOTES and (fault := _fault(name, rule, value, root)):
            return fault
    return None


def _fault(name: str, rule: Any, value: Any, root: Mapping[str, Any]) -> str | None:
    match name:
        case "$ref":
            return find_fault(value, root["$defs"][rule.rpartition("/")[2]], root)
        case "anyOf":
            holds = any(find_fault(value, option, root) is None for option in rule)
        case "properties":
            faults = (find_fault(value[key], rule[key], root) for key in rule if key in value)
            return next((fault for fault in faults if fault), None)
        case "items":
            return next((fault for item in value if (fault := find_fault(item, rule, root))), None)
        case _:
            holds = CHECKS[name](value, rule)
    return None if holds else f"{value!r} against {name}: {rule!r}"


def _is_of(value: Any, rule: str) -> bool:
    return isinstance(value, TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool))


def _is_written(value: str, rule: str) -> bool:
    parse = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}[rule]
    return bool(parse(value))


CHECKS: dict[str, Callable[[Any, Any], bool]] = {
    "type": _is_of,
    "enum": lambda value, rule: value in rule,
    "required": lambda value, rule: set(rule) <= set(value),
    "minItems": lambda value, rule: len(value) >= rule,
    "maxItems": lambda value, rule: len(value) <= rule,
    "minLength": lambda value, rule: len(value) >= rule,
    "maxLength": lambda value, rule: len(value) <= rule,
    "minimum": lambda value, rule: value >= rule,
    "maximum": lambda value, rule: value <= rule,
    "exclusiveMinimum": lambda value, rule: value > rule,
    "exclusiveMaximum": lambda value, rule: value < rule,
    "pattern": lambda value, rule: re.search(rule, value) is not None,
    "format": _is_written,
}
