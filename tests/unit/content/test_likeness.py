from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzer.content.likeness import like_pairs
from quizzer.core.note import Note, NoteKind


def note(name: str, question: str, answer: str = "") -> Note:
    """A basic note."""
    return Note(name, NoteKind.BASIC, question, answer)


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Why is dropout switched off at inference?", "Why do you switch dropout off at inference?", False),
        ("Why is dropout switched off at inference?", "Why is dropout off at inference, switched?", True),
        ("What is the kernel trick?", "What does the kernel trick do?", False),
        (
            "Derive the gradient of softmax cross-entropy.",
            "Derive the gradient of softmax with cross-entropy.",
            True,
        ),
        ("What is momentum?", "What is momentum good for in Adam?", False),
    ],
)
def test_questions_of_the_same_words_are_alike(one: str, other: str, is_alike: bool) -> None:
    """The share of common words decides, without the words that every question has."""
    found = [(a.id, b.id) for a, b in like_pairs([note("one", one, "apples"), note("two", other, "pears")])]
    assert found == ([("two", "one")] if is_alike else [])


def test_notes_of_the_same_words_in_all_are_alike() -> None:
    """A short question counts together with its answer."""
    answer = "It keeps a running mean of gradients and steps along it."
    pair = [note("one", "What is momentum?", answer), note("two", "Define momentum.", answer)]
    assert [(a.id, b.id) for a, b in like_pairs(pair)] == [("two", "one")]


WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"]), min_size=1, max_size=8
)


@given(st.lists(WORDS, max_size=8))
def test_the_index_leaves_no_pair_out(texts: list[list[str]]) -> None:
    """What is found through shared words is what a look at all pairs finds."""
    notes = [note(str(i), " ".join(words)) for i, words in enumerate(texts)]
    found = {frozenset((a.id, b.id)) for a, b in like_pairs(notes)}
    by_hand = {
        frozenset((a.id, b.id)) for i, a in enumerate(notes) for b in notes[:i] if list(like_pairs([b, a]))
    }
    assert found == by_hand
    for i, words in enumerate(texts):
        for j, others in enumerate(texts[:i]):
            share = len({*words} & {*others}) / len({*words} | {*others})
            assert (frozenset((str(i), str(j))) in found) == (share >= 0.65)
