"""The fields of `kata.yaml`, declared once."""

from __future__ import annotations

from quizzer.content.fields import LEVEL, TOPIC_IDS
from quizzer.content.shapes import (
    Field,
    Id,
    Line,
    ListOf,
    MapOf,
    Name,
    Need,
    Nested,
    Number,
    Record,
    Text,
    Whole,
    Word,
)
from quizzer.core.kata import GateKind

HINTS = 3  # from a nudge to a plan

ENTRY_POINT = Record(
    "an entry point",
    (
        Field(
            "signature",
            Line(),
            "What follows the name in the definition.",
            '"(q, k, v, *, causal=False)"',
            Need.ALWAYS,
        ),
        Field(
            "returns",
            Nested(Word(("tensor", "any"))),
            "The structure of the result; of forward, for a module.",
            "tensor",
        ),
        Field(
            "state",
            MapOf("a mapping of keys to shapes", Line(), Line()),
            "What a module's state dict holds.",
            "{weight: (d_model, d_model)}",
        ),
    ),
)

_MISCONCEPTION = Field(
    "misconception", Id(), "The mistake that failing it shows.", "whole-score-matrix", Need.ALWAYS
)
_WHY = Field("why", Text(), "Why it is measured, and why the limit.", "Scores must never stand whole.")
_SIZE = Field("size", Whole(), "What the measuring function is given.", "512", Need.ALWAYS)
_REPEATS = Field("repeats", Whole(), "How often it is measured; the least counts.", "3")


def _limit(of: str) -> Field:
    return Field("limit", Number(), f"The largest ratio that passes: {of}.", "2.8", Need.ALWAYS)


_TIMES = (_SIZE, _limit("the submission's time over the reference's"), _REPEATS, _MISCONCEPTION, _WHY)

GATES = Record(
    "the gates",
    (
        Field(
            GateKind.FORBIDDEN_CALLS.value,
            Record("a gate of calls", (_MISCONCEPTION, _WHY)),
            "No forbidden call is made.",
            "{misconception: library-attention}",
        ),
        Field(
            GateKind.MEMORY_GROWTH.value,
            Record(
                "a gate of memory",
                (
                    _SIZE,
                    _limit("the peak at twice the size over the peak at the size"),
                    Field("cap_mib", Whole(), "MiB that may stay resident.", "64", Need.ALWAYS),
                    _REPEATS,
                    _MISCONCEPTION,
                    _WHY,
                ),
            ),
            "How the peak of memory grows.",
            "{size: 2048, limit: 2.8, cap_mib: 64, misconception: ...}",
        ),
        Field(
            GateKind.CPU_TIME.value,
            Record("a gate of time", _TIMES),
            "How much of the CPU's time it takes.",
            "{size: 512, limit: 6, misconception: ...}",
        ),
        Field(
            GateKind.GPU_TIME.value,
            Record("a gate of time", _TIMES),
            "How much of a GPU's time it takes, where there is one.",
            "{size: 512, limit: 6, misconception: ...}",
        ),
        Field(
            GateKind.GPU_MEMORY_GROWTH.value,
            Record(
                "a gate of a GPU's memory",
                (_SIZE, _limit("the peak at twice the size over the peak at the size"), _MISCONCEPTION, _WHY),
            ),
            "How the peak of a GPU's memory grows, where there is one.",
            "{size: 8192, limit: 2.8, misconception: ...}",
        ),
    ),
)

DEADLINES = Record(
    "the deadlines",
    tuple(
        Field(name, Number(), f"Seconds that {what} may take.", example)
        for name, what, example in (
            ("load_s", "loading", "5"),
            ("call_s", "one call", "4"),
            ("suite_s", "all cases together", "20"),
            ("gates_s", "all gates together", "30"),
        )
    ),
)

KATA = Record(
    "a kata",
    (
        Field("title", Line(), "The title that is shown.", "Flash attention", Need.ALWAYS),
        Field("level", LEVEL, "Who is expected to write it.", "senior", Need.ALWAYS),
        Field("topics", TOPIC_IDS, "Topics of the syllabus.", "[attention-mechanism]", Need.ALWAYS),
        Field(
            "cards",
            ListOf(Id(), "a list of note ids"),
            "The notes that one should know for it.",
            "[attention-scale]",
            Need.ALWAYS,
        ),
        Field("par_minutes", Whole(), "Minutes that a good interview gives it.", "25", Need.ALWAYS),
        Field(
            "entry_points",
            MapOf("a mapping of names to entry points", Name(), ENTRY_POINT),
            "What a submission must define.",
            '{attention: {signature: "(q, k, v)", returns: tensor}}',
            Need.ALWAYS,
        ),
        Field(
            "forbidden_calls",
            ListOf(Name(is_dotted=True), "a list of full names"),
            "What a submission may not call.",
            "[torch.nn.functional.scaled_dot_product_attention]",
        ),
        Field("gates", GATES, "What is measured.", "{cpu_time: ...}"),
        Field("deadlines", DEADLINES, "How long things may take.", "{call_s: 4}"),
        Field(
            "hints",
            ListOf(Text(), f"a list of {HINTS} hints", at_least=HINTS, at_most=HINTS),
            "From a nudge to a plan; none prints the answer.",
            "[a nudge, an idea, a plan]",
            Need.ALWAYS,
        ),
        Field(
            "sources",
            ListOf(Text(), "a list of sources", at_least=1),
            "Where the algorithm comes from.",
            '["Dao et al., 2022"]',
            Need.ALWAYS,
        ),
    ),
)
