from __future__ import annotations

import pytest

from quizzer.jail.scan import UNCHECKED, find_forbidden

SDPA = "torch.nn.functional.scaled_dot_product_attention"


def names(source: str, *forbidden: str) -> list[str]:
    """Return the names found in `source`."""
    return [name for _, name in find_forbidden(source, forbidden or (SDPA,))]


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.nn.functional.scaled_dot_product_attention(q, k, v)",
        "import torch.nn.functional as F\nF.scaled_dot_product_attention(q, k, v)",
        "from torch.nn import functional\nfunctional.scaled_dot_product_attention(q)",
        "from torch.nn.functional import scaled_dot_product_attention as honest\nhonest(q)",
        "from torch.nn.functional import *\nscaled_dot_product_attention(q)",
        "import torch.nn.functional as F\nG = F\nf = G.scaled_dot_product_attention\nf(q)",
        "import torch.nn.functional as F\ngetattr(F, 'scaled_dot_product_attention')(q)",
        "import torch.nn.functional as F\nF.__dict__['scaled_dot_product_attention'](q)",
    ],
)
def test_a_forbidden_call_is_found_however_it_is_named(source: str) -> None:
    """Aliases, star imports, assignments and constant strings all lead to the name."""
    assert SDPA in names(source)


def test_the_line_is_told() -> None:
    """A finding names the line on which it stands."""
    source = "import torch.nn.functional as F\n\ndef f(q):\n    return F.scaled_dot_product_attention(q)"
    assert find_forbidden(source, [SDPA]) == [(4, SDPA)]


@pytest.mark.parametrize(
    "source",
    ["exec('1')", "eval('1')", "import ctypes", "from torch import _C", "import torch\ntorch.ops.aten.mm",
     "import threading", "import sys\nsys.modules['torch']", "f.__globals__", "__import__('gc')",
     "import concurrent.futures"],
)  # fmt: skip
def test_ways_around_the_trace_are_found(source: str) -> None:
    """What no solution needs, and what could hide a call, counts as a finding."""
    assert names(source)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nimport math\ntorch.softmax(q @ k, -1)",
        "def scaled_dot_product_attention(q):\n    return q\nscaled_dot_product_attention(1)",
        "x = model.eval()\ny = x.compile",
        "# torch.nn.functional.scaled_dot_product_attention\n'''F.scaled_dot_product_attention(q)'''",
        "import torch\nx.grad\ntorch.compiler",
        "def f(source):\n    globals_ = 1\n    return source.exec",
    ],
)
def test_honest_code_is_left_alone(source: str) -> None:
    """Own functions of the same name, methods, comments and longer names are no findings."""
    assert names(source) == []


def test_a_method_is_forbidden_on_anything() -> None:
    """A name torch.Tensor.x stands for the method x of any expression."""
    assert names("y = (q @ k).softmax(-1)", "torch.Tensor.softmax") == ["torch.Tensor.softmax"]


@pytest.mark.parametrize("source", ["def f(:", "(" * 5000, "x = '\0'"])
def test_what_cannot_be_parsed_gives_no_findings(source: str) -> None:
    """A file that is no Python is left to the loading."""
    assert find_forbidden(source, [SDPA]) == []


@pytest.mark.parametrize("source", ["a" + ".b" * 200_000, "x = " + "+".join(["1"] * 2990)])
def test_what_is_too_deep_for_a_tree_is_a_finding(source: str) -> None:
    """Code that may run though no tree of it can be built is not taken for harmless."""
    assert find_forbidden(source, [SDPA]) == [(1, UNCHECKED)]


@pytest.mark.parametrize(
    "source",
    [
        "import logging\nlogging.threading.Thread()",
        "import torch.nn.functional as F\nF.torch._C",
        "import torch.nn.functional as F\ngetattr(F, 'scaled_' + 'dot_product_attention')",
        "import torch.nn.functional as F\nfind = getattr\nfind(F, name)",
        "import operator\noperator.attrgetter(name)(F)",
        "map(getattr, [F], [name])",
        "F.__dict__[name]",
        "getattr(f, '__globals__')",
    ],
)
def test_modules_and_names_are_found_behind_others(source: str) -> None:
    """A module under another, a computed name and an alias of getattr are findings."""
    assert names(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(gc, inspect):\n    return gc + inspect",
        "sizes = {'ops': 1, 'modules': 2, 'jit': 3}",
        "class A:\n    def f(self, i):\n        return getattr(self, f'w{i}')",
        "getattr(x, 'grad', None)",
        "class A:\n    def f(self, **options):\n        self.__dict__.update(options)",
    ],
)
def test_names_that_only_look_alike_are_no_findings(source: str) -> None:
    """A variable called like a module, plain words and lookups on self are fine."""
    assert names(source) == []
