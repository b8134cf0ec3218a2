"""Trivial submissions: what a grader must never let pass, made from a kata's entry points."""

from __future__ import annotations

from quizzer.core.kata import EntryPoint, Kata, Returns

# What is returned for a tensor; `first` is the first tensor among the arguments.
OUTPUTS = {
    "zeros": "torch.zeros_like(first)",
    "ones": "torch.ones_like(first)",
    "the first input": "first",
    "the mean": "first.mean().expand(first.shape).clone()",
}
_FIRST = "first = next(a for a in (*args, *kwargs.values()) if isinstance(a, torch.Tensor))"


def trivial_submissions(kata: Kata) -> dict[str, str]:
    """Return programs that compute nothing, by what they return."""
    return {
        name: "\n\n\n".join(["import torch", *(_definition(point, output) for point in kata.entry_points)])
        + "\n"
        for name, output in OUTPUTS.items()
    }


def _definition(point: EntryPoint, output: str) -> str:
    result = _expression(point.returns, output)
    if not point.name[:1].isupper():
        return f"def {point.name}(*args, **kwargs):\n    {_FIRST}\n    return {result}"
    # It takes any weights, so that its outputs are what it is judged by.
    return (
        f"class {point.name}(torch.nn.Module):\n"
        "    def __init__(self, *args, **kwargs):\n"
        "        super().__init__()\n"
        "        self.kept = {}\n\n"
        "    def load_state_dict(self, state, *args, **kwargs):\n"
        "        self.kept = dict(state)\n\n"
        "    def state_dict(self, *args, **kwargs):\n"
        "        return self.kept\n\n"
        "    def forward(self, *args, **kwargs):\n"
        f"        {_FIRST}\n"
        f"        return {result}"
    )


def _expression(returns: Returns, output: str) -> str:
    if isinstance(returns, str):
        return output
    return f"({', '.join(_expression(part, output) for part in returns)},)"
