"""What a note asks, told from the templates of its type: names are translated, and say nothing.

Conditions of templates are decided for each note, and of its templates those count of which the front shows
a field: Anki has no card of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from quizzer.exchange.anki.models import CLOZE_FIELDS, QUESTION_FIELDS
from quizzer.exchange.anki.reading.collection import ForeignTemplate, ForeignType
from quizzer.exchange.anki.reading.mapping import TypeMapping
from quizzer.exchange.anki.reading.templates import (
    ALWAYS_FILLED,
    TAGS,
    Shown,
    bare,
    conditions_of,
    decide,
    frame_of,
    is_empty,
    names_of,
    read_template,
)

# Filters of fields that are shown on a click, or only heard.
_HIDDEN = frozenset(("hint", "tts"))
MAX_DECIDED = 20_000_000
"""Characters of templates that are decided: notes of a type differ in few fields that are asked for."""


@dataclass(frozen=True, slots=True)
class Own:
    """One of our own note types."""

    is_cloze: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answers, asked in one direction or in both.

    `typed` is the field that the learner types. `before` and `after` are what the template says around the
    question, as HTML. `ordinals` are the places of the templates, by which cards know theirs.
    """

    question: str
    answers: tuple[str, ...]
    has_reverse: bool = False
    ordinals: tuple[int, ...] = (0, 1)
    typed: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A text with deletions, and the fields that stand before and behind it in the question."""

    text: str
    answers: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Notes that cannot be taken; `reason` says why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A note of which no card has a front; `names` are the fields that would show there."""

    names: tuple[str, ...]
    has_conditions: bool = False


Shape = Own | Asked | Deleted | Blank | TypeMapping | Unknown


class Shapes:
    """What the notes of a collection ask; `mapping` says it of note types by their names."""

    def __init__(self, types: Mapping[int, ForeignType], mapping: Mapping[str, TypeMapping]) -> None:
        self._types = {number: _without_comments(note_type) for number, note_type in types.items()}
        self._mapping = mapping
        self._asked_for = {number: _asked_for(note_type) for number, note_type in self._types.items()}
        self._found: dict[tuple[int, frozenset[str]], Shape] = {}
        self._left = MAX_DECIDED

    def of(self, type_id: int, values: Mapping[str, str], *, has_tags: bool) -> Shape:
        """Return what a note of the type asks, whose fields are `values`."""
        filled = {name for name in self._asked_for[type_id] if not is_empty(values.get(name, ""))}
        key = type_id, frozenset({*filled, TAGS} if has_tags else filled)
        found = self._found.get(key)
        if found is None:
            found = self._shape(type_id, key[1])
            if self._left >= 0:
                self._found[key] = found
        return found

    def _shape(self, type_id: int, filled: Collection[str]) -> Shape:
        note_type = self._types[type_id]
        self._left -= sum(len(each.question) + len(each.answer) for each in note_type.templates)
        return _unknown(note_type) if self._left < 0 else shape_of(note_type, self._mapping, filled)


def shape_of(note_type: ForeignType, mapping: Mapping[str, TypeMapping], filled: Collection[str]) -> Shape:
    """Return what a note asks in which the fields `filled` hold something.

    What the learner says of its type comes first. Of templates no comment is expected.
    """
    if note_type.name in mapping:
        return mapping[note_type.name]
    if note_type.fields in (QUESTION_FIELDS, CLOZE_FIELDS):
        return Own(is_cloze=note_type.fields == CLOZE_FIELDS)
    if note_type.is_occlusion:
        return Unknown(
            f"the note type '{note_type.name}' hides parts of images, which quizzer has not: ask for "
            "them in words"
        )
    known = {*filled, *ALWAYS_FILLED}
    templates = [
        ForeignTemplate(decide(each.question, known), decide(each.answer, known))
        for each in note_type.templates
    ]
    if note_type.is_cloze:
        shape = _deleted(*_sides(templates[0], note_type)) if len(templates) == 1 else None
        return shape or _unknown(note_type)
    return _questions(note_type, templates, filled) or _unknown(note_type)


def _questions(
    note_type: ForeignType, templates: list[ForeignTemplate], filled: Collection[str]
) -> Asked | Blank | None:
    """Return what the templates ask of which a note has cards; None where ours cannot ask so."""
    sides = {place: _sides(each, note_type) for place, each in enumerate(templates)}
    present = [place for place in sides if {*names_of(sides[place][0])} & {*filled}]
    if not present:
        names = [name for each in note_type.templates for name in names_of(_fields(each.question, note_type))]
        has_conditions = any(conditions_of(each.question) for each in note_type.templates)
        return Blank(tuple(dict.fromkeys(names)), has_conditions) if names else None
    questions = [_filled_in(sides[place][0], filled) for place in present]
    answers = [sides[place][1] for place in present]
    if len(present) == 1:
        shape = _framed(_asked(questions[0], answers[0]), templates[present[0]])
    else:
        shape = _both_ways(questions, answers) if len(present) == 2 else None
        # What a template says asks in one direction only, and ours swaps question and answer.
        asking = [templates[place] for place in present]
        if shape and any(map(_says_something, asking, (shape.question, *shape.answers))):
            return None
    return shape and replace(shape, ordinals=tuple(present))


def _sides(template: ForeignTemplate, note_type: ForeignType) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    return _fields(template.question, note_type), _fields(template.answer, note_type)


def _fields(source: str, note_type: ForeignType) -> tuple[Shown, ...]:
    """Return what a template shows that is a field of its type."""
    return tuple(each for each in read_template(source) if each.name in note_type.fields)


def _filled_in(question: tuple[Shown, ...], filled: Collection[str]) -> tuple[Shown, ...]:
    """Return what a front shows of a note: an empty field, such as a hint that few notes have, is nothing."""
    return tuple(each for each in question if each.is_typed or each.name in filled)


def _without_comments(note_type: ForeignType) -> ForeignType:
    templates = (ForeignTemplate(bare(each.question), bare(each.answer)) for each in note_type.templates)
    return replace(note_type, templates=tuple(templates))


def _asked_for(note_type: ForeignType) -> tuple[str, ...]:
    """Return the fields of which it matters whether they are filled: those of conditions, and of fronts."""
    names = {each.name for template in note_type.templates for each in _fields(template.question, note_type)}
    for template in note_type.templates:
        names |= conditions_of(template.question) | conditions_of(template.answer)
    return tuple(name for name in note_type.fields if name in names)


def _deleted(question: tuple[Shown, ...], answer: tuple[Shown, ...]) -> Deleted | None:
    texts = names_of(tuple(each for each in question if each.is_cloze))
    if len(texts) != 1:
        return None
    fronts = names_of(tuple(each for each in question if not each.is_typed and not _HIDDEN & {*each.filters}))
    place = fronts.index(texts[0])
    rest = names_of(tuple(each for each in answer if not each.is_cloze and not each.is_typed))
    answers = tuple(name for name in rest if name not in fronts)
    return Deleted(texts[0], answers, fronts[:place], fronts[place + 1 :])


def _framed(asked: Asked | None, template: ForeignTemplate) -> Asked | None:
    """Return the question with what its template says around it."""
    if asked is None:
        return None
    before, after = frame_of(template.question, asked.question)
    return replace(asked, before=before, after=after)


def _says_something(template: ForeignTemplate, name: str) -> bool:
    return any(frame_of(template.question, name))


def _asked(question: tuple[Shown, ...], answer: tuple[Shown, ...]) -> Asked | None:
    """Return a question whose front shows one field alone, or one and what is typed."""
    typed = names_of(tuple(each for each in question if each.is_typed))
    fronts = names_of(tuple(each for each in question if not each.is_typed))
    answers = tuple(name for name in names_of(answer) if name not in (*fronts, *typed))
    if len(fronts) != 1 or len(typed) > 1 or any(each.is_cloze for each in question):
        return None
    if not answers and not typed:
        return None
    return Asked(fronts[0], answers, typed=typed[0] if typed else "")


def _both_ways(questions: Sequence[tuple[Shown, ...]], answers: Sequence[tuple[Shown, ...]]) -> Asked | None:
    """Return a question that is asked in both directions, between two fields and no others."""
    first = _asked(questions[0], answers[0])
    second = questions[1]
    if first is None or first.typed or len(first.answers) != 1 or names_of(second) != first.answers:
        return None
    if set(names_of(answers[1])) - {first.question, *first.answers}:
        return None
    if any(each.is_typed or each.is_cloze for each in second):
        return None
    return Asked(first.question, first.answers, has_reverse=True)


def _unknown(note_type: ForeignType) -> Unknown:
    fields = note_type.fields
    name = note_type.name.replace("\\", "\\\\").replace('"', '\\"')
    if len(fields) < 2 and not note_type.is_cloze:
        return Unknown(
            f"the note type '{note_type.name}' has one field, where quizzer needs a question and an answer. "
            "Give it a second one in Anki, or leave its notes out with a file named with --map: "
            f'["{name}"], skip = true (each on its line)'
        )
    first, *others = fields or ("Text",)
    answer = f', a = "{{{{{others[0]}}}}}"' if others else ""
    kind = "cloze" if note_type.is_cloze else "q"
    return Unknown(
        f"the note type '{note_type.name}' asks in a way of its own. Write into a file, named with --map, "
        f'what is what: ["{name}"], {kind} = "{{{{{first}}}}}"{answer} (each on its line); '
        f"its fields are {', '.join(fields)}"
    )
