"""What each kind of scalar may be, and what is said of one that is not."""

from __future__ import annotations

import keyword
import re

from quizzer.content.faults import nearest
from quizzer.content.shapes import (
    ID_PATTERN,
    MAX_ID,
    MAX_LINE,
    MAX_REGEX,
    NUMBER_PATTERN,
    TOLERANCE_PATTERN,
    Flag,
    Id,
    Line,
    Name,
    Number,
    Regex,
    Shape,
    Text,
    Whole,
    Word,
)
from quizzer.content.slugs import slug
from quizzer.content.yaml_tree import shorten

IS_ID = re.compile(ID_PATTERN)
IS_NUMBER = re.compile(NUMBER_PATTERN, re.ASCII)
IS_TOLERANCE = re.compile(TOLERANCE_PATTERN, re.ASCII)


def problem_of(text: str, shape: Shape, *, wants_step: bool = True) -> tuple[str, str] | None:
    """Return what is wrong with `text` ("" where showing it is enough) and the next step.

    Without `wants_step` no word like it is searched for.
    """
    match shape:
        case Text():
            return None
        case Id():
            return _id_problem(text, shape)
        case Word():
            return _word_problem(text, shape, wants_step=wants_step)
        case Flag():
            return None if text in {"true", "false"} else ("", "write true or false")
        case Number():
            return _number_problem(text, shape)
        case Regex():
            return _regex_problem(text)
        case Line():
            return _line_problem(text)
        case Whole():
            return _whole_problem(text, shape)
        case Name():
            return _name_problem(text, shape)
    raise AssertionError(shape)


def _line_problem(text: str) -> tuple[str, str] | None:
    if "\n" in text:
        return "has several lines", "write it on one line"
    if len(text) > MAX_LINE:
        return f"has {len(text):,} characters, at most {MAX_LINE} allowed", "shorten it"
    return None


def _id_problem(text: str, shape: Id) -> tuple[str, str] | None:
    if len(text) > MAX_ID:
        return f"has {len(text):,} characters, at most {MAX_ID} allowed", "shorten it"
    if text in shape.reserved:
        return f"is {text!r}, which is reserved", "write another id"
    if IS_ID.fullmatch(text):
        return None
    found = f"is {shorten(text)!r}, whose '/' parts a note from its face" if "/" in text else ""
    proposal = slug(text)
    return found, f"write {proposal!r}" if proposal else "write it in Latin letters"


def _word_problem(text: str, shape: Word, *, wants_step: bool) -> tuple[str, str] | None:
    if text in shape.words:
        return None
    near = nearest(text, list(shape.words)) if wants_step else None
    return "", f"write {near!r}" if near else "write one of them"


def _number_problem(text: str, shape: Number) -> tuple[str, str] | None:
    if problem := _line_problem(text):
        return problem
    pattern = IS_TOLERANCE if shape.is_tolerance else IS_NUMBER
    if pattern.fullmatch(text):
        return None
    plain = re.sub(r"[\s_,]", "", text)
    return "", f"write {plain}" if pattern.fullmatch(plain) else "write it in digits"


def _whole_problem(text: str, shape: Whole) -> tuple[str, str] | None:
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    if is_number and int(text) >= shape.at_least:
        return None
    return "", "write it in digits" if not is_number else f"write {shape.at_least} or more"


def _name_problem(text: str, shape: Name) -> tuple[str, str] | None:
    parts = text.split(".")
    is_name = all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)
    if is_name and (len(parts) == 1 or shape.is_dotted):
        return None
    return "", "write it as it stands in a program"


def _regex_problem(text: str) -> tuple[str, str] | None:
    if len(text) > MAX_REGEX:
        return f"has {len(text):,} characters, at most {MAX_REGEX:,} allowed", "shorten it"
    # Imported here: few decks have one.
    import regex

    try:
        regex.compile(text)
    except regex.error as error:
        return f"does not compile ({error})", "correct it, or escape what is meant as it stands"
    except (OverflowError, RecursionError, ValueError):
        return "does not compile", "write a simpler one"
    return None
