from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizzer.core.kata import EntryPoint, Kata, Mistake
from quizzer.core.verdict import CaseStatus, Status, Verdict
from quizzer.grading.client import GraderClient
from quizzer.services.trivial import trivial_submissions
from tests.grading.small_kata import source, write_kata

REFERENCE = source("""
    import torch

    class Scaled(torch.nn.Module):
        def __init__(self, base, factor):
            super().__init__()
            self.base = base
            self.gain = torch.nn.Parameter(torch.full((base.out_features,), float(factor)))
            self.drop = torch.nn.Dropout(0.5)

        @classmethod
        def doubled(cls, base):
            return cls(base, 2.0)

        def forward(self, x):
            return self.base(self.drop(x)) * self.gain
""")
SUITE = source('''
    import torch
    from quizzer.grader.suite import assert_close

    def made(side, draw):
        base = side.library("Linear", 5, 3, bias=False)
        base.load({"weight": draw.normal(3, 5)})
        return side.Scaled(base, 1.5).eval()

    def test_around_a_module_of_torch(submission, reference, draw):
        """The layer that is wrapped is torch's."""
        x, weight, gain = draw.normal(4, 5), draw.normal(3, 5), draw.normal(3)
        found, expected = (
            made(side, draw).load({"base.weight": weight, "gain": gain})(x)
            for side in (submission, reference)
        )
        assert_close(found, expected)

    def test_made_by_a_class_method(submission, draw):
        """`doubled` makes an object too."""
        base = submission.library("Linear", 5, 3)
        assert_close(submission.Scaled.doubled(base).state()["gain"], draw.normal(3) * 0 + 2.0)
        assert base(draw.normal(1, 5)).requires_grad
        assert not base.no_grad(draw.normal(1, 5)).requires_grad

    def test_double_precision(submission, reference, draw):
        """After `to`, results come in the other type; what is wrong with the gain is noted by its sign."""
        x, state = draw.normal(4, 5), {"base.weight": draw.normal(3, 5), "gain": draw.normal(3)}
        modules = [made(side, draw).load(state) for side in (submission, reference)]
        first, second = (module.kept(x) for module in modules)
        whole, part = submission.fetch(first), submission.fetch(submission.item(first, 1))
        assert part.requires_grad and torch.equal(part, whole[1])
        assert not submission.fetch(modules[0].kept_no_grad(x)).requires_grad
        found, expected = (module.to(torch.float64)(x.double()) for module in modules)
        submission.note(float(found.sum()) == float(expected.sum()))
        assert_close(found, expected)

    def test_changed_in_place(submission, draw):
        """What is held stays the same object when its numbers change."""
        one, other = draw.normal(4, 5), draw.normal(4, 5)
        module, held = made(submission, draw), submission.hold(one)
        expected = [module(one), module(other)]
        assert torch.equal(module(held), expected[0])
        submission.overwrite(held, other)
        assert torch.equal(submission.fetch(held), other)
        assert torch.equal(module(held), expected[1])

    def test_random_numbers(submission, reference, draw):
        """The same seed draws the same mask on both sides."""
        number, x, state = draw.size(0, 1 << 30), draw.normal(4, 5), draw.normal(3, 5)
        sides = []
        for side in (submission, reference):
            module = made(side, draw).load({"base.weight": state, "gain": state[:, 0]}).train()
            side.seed(number)
            sides.append(module(x))
        assert_close(*sides)
''')

IN_BOTH = {"test_double_precision", "test_random_numbers"}


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    """A kata whose entry point is a module around one of torch's."""
    kata = write_kata(
        tmp_path, suite=SUITE, entry_points=(EntryPoint("Scaled", "(base, factor)"),), mistakes=()
    )
    Path(kata.reference).write_text(REFERENCE, encoding="utf-8")
    return kata


def grade(grader: GraderClient, kata: Kata, text: str) -> Verdict:
    """Return the verdict on a submission."""
    *_, verdict = grader.grade(kata, text, 1)
    assert isinstance(verdict, Verdict)
    return verdict


def failing(verdict: Verdict) -> set[str]:
    """Return the cases that did not pass."""
    return {case.name for case in verdict.cases if case.status is not CaseStatus.PASSED}


def test_modules_of_torch_class_methods_and_seeds_reach_both_sides(grader: GraderClient, kata: Kata) -> None:
    """A suite wraps a layer of torch, makes objects by a class method, and seeds what is random."""
    assert grade(grader, kata, REFERENCE).status is Status.PASSED


@pytest.mark.parametrize(
    ("old", "new", "cases"),
    [
        ("return cls(base, 2.0)", "return cls(base, 3.0)", {"test_made_by_a_class_method"}),
        ("self.base(self.drop(x))", "self.drop(self.base(x))", {"test_random_numbers"}),
        (
            "* self.gain",
            "+ self.gain",
            {"test_around_a_module_of_torch", "test_double_precision", "test_random_numbers"},
        ),
    ],
)
def test_each_of_them_can_fail(grader: GraderClient, kata: Kata, old: str, new: str, cases: set[str]) -> None:
    """What a module does wrong fails the case that is about it."""
    assert failing(grade(grader, kata, REFERENCE.replace(old, new))) == cases


def test_trivial_modules_take_weights_and_fail_by_their_outputs(grader: GraderClient, kata: Kata) -> None:
    """They load whatever state comes, so that it is their outputs that are judged."""
    for text in trivial_submissions(kata).values():
        verdict = grade(grader, kata, text)
        assert verdict.problem == ""
        case = next(case for case in verdict.cases if case.name == "test_around_a_module_of_torch")
        assert case.status is CaseStatus.FAILED


def test_a_mistake_is_named_although_handles_are_numbered_otherwise(
    grader: GraderClient, kata: Kata, tmp_path: Path
) -> None:
    """What a case leaves on a side, and what the suite notes, do not keep a mistake from being named."""
    wrong = REFERENCE.replace("* self.gain", "+ self.gain")
    mistakes = Path(kata.folder, "mistakes")
    (mistakes / "gain_added.py").write_text(wrong, encoding="utf-8")
    kata = replace(kata, mistakes=(Mistake("gain-added", "The gain is a factor.", ("a-note",)),))
    # One more object than the mistake makes: every later number is another one.
    verdict = grade(
        grader, kata, wrong.replace("self.drop =", "self.spare = torch.nn.Identity(); self.drop =")
    )
    case = next(case for case in verdict.cases if case.name == "test_double_precision")
    assert (case.status, case.misconception) == (CaseStatus.FAILED, "gain-added")
