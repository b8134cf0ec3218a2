from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quizzer.core.deck import Deck
from quizzer.core.introduction import in_learning_order, introduce
from quizzer.core.note import Level, Note, NoteKind
from quizzer.core.syllabus import Area, Syllabus, Topic


def deck(name: str, *topics: str | tuple[str, ...]) -> Deck:
    """A deck with a note for each topic, or for each tuple of topics; "" is none."""
    of_notes = [tuple(filter(None, [each])) if isinstance(each, str) else each for each in topics]
    notes = (Note(f"{name}{i}", NoteKind.BASIC, "q", "a", topics=each) for i, each in enumerate(of_notes))
    return Deck(name, name, "", tuple(notes))


def syllabus(**areas: dict[str, tuple[str, ...]]) -> Syllabus:
    """A syllabus of areas, each a mapping from topic to the topics it requires."""
    return Syllabus(
        tuple(
            Area(name, name, tuple(Topic(t, t, Level.MID, requires) for t, requires in topics.items()))
            for name, topics in areas.items()
        )
    )


def order(plan: Syllabus, *decks: Deck) -> list[str]:
    """Return the keys of all cards as they are introduced."""
    return [card.key for _, card in introduce(decks, plan)]


def test_decks_take_turns_with_new_cards() -> None:
    """New cards come deck by deck in turn, each deck in its own order; a deck without notes has no turn."""
    assert order(Syllabus(), deck("a", "", "", ""), deck("b", ""), deck("c")) == ["a0", "b0", "a1", "a2"]


def test_the_cards_of_a_note_follow_each_other() -> None:
    """A deck gives all cards of a note, one a turn, before it begins the next note."""
    cloze = Note("x", NoteKind.CLOZE, "{{c1::a}} {{c2::b}}")
    first = Deck("x", "x", "", (cloze, Note("z", NoteKind.BASIC, "q", "a")))
    assert order(Syllabus(), first, deck("b", "", "", "")) == ["x/c1", "b0", "x/c2", "b1", "z", "b2"]


def test_a_note_waits_for_what_its_topic_requires() -> None:
    """A deck whose notes all wait gives its turn away; a later note that is ready goes before."""
    plan = syllabus(base={"vectors": (), "matrices": ("vectors",)}, top={"heads": ("matrices",), "names": ()})
    assert order(plan, deck("t", "heads", "names"), deck("b", "matrices", "vectors")) == [
        "t1",
        "b1",
        "b0",
        "t0",
    ]
    assert order(plan, deck("t", "heads"), deck("b", "vectors", "matrices")) == ["b0", "b1", "t0"]


def test_a_topic_that_no_note_has_is_not_waited_for() -> None:
    """Without a note on what is required there is nothing to wait for."""
    plan = syllabus(a={"one": (), "two": ("one",)})
    assert order(plan, deck("d", "two")) == ["d0"]


def test_notes_that_wait_for_each_other_are_introduced_all_the_same() -> None:
    """Two notes, each on a topic that the other one requires, come in their order."""
    plan = syllabus(a={"one": (), "two": ("one",), "three": (), "four": ("three",)})
    assert order(plan, deck("d", ("two", "three"), ("one", "four"))) == ["d0", "d1"]


def test_decks_stand_in_the_order_of_their_areas() -> None:
    """The first topic that the syllabus knows decides; decks without one stand behind, as they were."""
    plan = syllabus(base={"vectors": ()}, top={"heads": ()})
    decks = [deck("mine", ""), deck("top", "unknown", "heads"), deck("base", "vectors"), deck("yours", "x")]
    assert [each.id for each in in_learning_order(decks, plan)] == ["base", "top", "mine", "yours"]


TOPICS = "abcdef"


@given(
    st.lists(st.sets(st.integers(0, 5)), min_size=6, max_size=6),
    st.lists(st.lists(st.sampled_from(TOPICS), max_size=6), max_size=4),
)
def test_every_card_comes_once_and_after_what_it_requires(
    needs: list[set[int]], held: list[list[str]]
) -> None:
    """With one topic a note, nothing is lost and no note comes before the first one on a required topic."""
    requires = {
        topic: tuple(TOPICS[i] for i in sorted(needs[place]) if i < place)
        for place, topic in enumerate(TOPICS)
    }
    decks = [deck(str(i), *topics) for i, topics in enumerate(held)]
    introduced = [card.note for _, card in introduce(decks, syllabus(area=requires))]
    assert sorted(note.id for note in introduced) == sorted(note.id for each in decks for note in each.notes)
    there = {topic for topics in held for topic in topics}
    seen: set[str] = set()
    for note in introduced:
        (topic,) = note.topics
        assert {needed for needed in requires[topic] if needed in there} <= seen
        seen.add(topic)
