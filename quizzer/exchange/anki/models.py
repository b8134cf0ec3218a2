"""The two note types that quizzer has in Anki: their ids, fields and templates, which stand for ever.

Anki tells note types by id and compares their fields and templates by name. With another id, another field
or another name an import would bring a second note type, or refuse the notes. So a later version fills a
spare field; it may change templates and style, and has to raise `CHANGED_AT_S` when it does (a test looks).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

CHANGED_AT_S = 1_795_305_600
"""When templates or style last changed, in seconds since 1970: 2026-11-22. Anki takes newer ones only."""

_SPARE = tuple(f"Spare {number}" for number in range(1, 7))
_SHARED = ("Points", "Pitfall", "Source", "Level", "Topics", "Kata", *_SPARE)
QUESTION_FIELDS = ("Id", "Front", "Back", "Reverse", "Choices", "Typed", "Unit", *_SHARED)
CLOZE_FIELDS = ("Id", "Text", "Back", *_SHARED)
EMBEDDED = "Spare 1"
"""The field that holds the note itself (`embedding.py`); no template shows it."""

_FOOT = """\
{{#Points}}<div class="points"><b>Points</b>{{Points}}</div>{{/Points}}
{{#Pitfall}}<div class="pitfall"><b>Pitfall</b>{{Pitfall}}</div>{{/Pitfall}}
<div class="foot">
{{#Source}}<div>Source: {{Source}}</div>{{/Source}}
{{#Kata}}<div>Kata: {{Kata}}</div>{{/Kata}}
<div>{{#Level}}<span class="level">{{Level}}</span> {{/Level}}{{Topics}}</div>
</div>
</div>
"""

_ASKED = """\
<div class="quizzer">
<div class="front">{{Front}}</div>
{{#Choices}}<div class="choices">{{Choices}}</div>{{/Choices}}
"""

_QUESTION = f"""\
{_ASKED}{{{{#Unit}}}}<div class="unit">Answer in {{{{Unit}}}}</div>{{{{/Unit}}}}
{{{{#Typed}}}}{{{{type:Typed}}}}{{{{/Typed}}}}
</div>
"""

_ANSWER = f"""\
{_ASKED}<hr id="answer">
{{{{#Typed}}}}{{{{type:Typed}}}}{{{{/Typed}}}}
<div class="back">{{{{Back}}}}</div>
{_FOOT}"""

_REVERSE_QUESTION = """\
{{#Reverse}}
<div class="quizzer">
<div class="unit">What is this?</div>
<div class="front">{{Back}}</div>
</div>
{{/Reverse}}
"""

_REVERSE_ANSWER = f"""\
<div class="quizzer">
<div class="front">{{{{Back}}}}</div>
<hr id="answer">
<div class="back">{{{{Front}}}}</div>
{_FOOT}"""

_CLOZE_QUESTION = """\
<div class="quizzer">
<div class="front">{{cloze:Text}}</div>
</div>
"""

_CLOZE_ANSWER = f"""\
<div class="quizzer">
<div class="front">{{{{cloze:Text}}}}</div>
{{{{#Back}}}}<hr id="answer"><div class="back">{{{{Back}}}}</div>{{{{/Back}}}}
{_FOOT}"""


@dataclass(frozen=True, slots=True)
class Template:
    """A template of Anki: what it asks and what it answers."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type of Anki; its rows are sorted by its second field."""

    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    is_cloze: bool


QUESTION = NoteType(
    1_763_400_511_001,
    "quizzer question",
    QUESTION_FIELDS,
    (
        Template("Question", _QUESTION, _ANSWER),
        Template("Reverse", _REVERSE_QUESTION, _REVERSE_ANSWER),
    ),
    is_cloze=False,
)
CLOZE = NoteType(
    1_763_400_511_002,
    "quizzer cloze",
    CLOZE_FIELDS,
    (Template("Cloze", _CLOZE_QUESTION, _CLOZE_ANSWER),),
    is_cloze=True,
)


def read_style() -> str:
    """Return the style of all cards."""
    return files(__package__).joinpath("card.css").read_text(encoding="utf-8")
