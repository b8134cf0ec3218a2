"""Browsing: all cards read once with what a query and a table need, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from quizzer.content.kata_names import list_slugs
from quizzer.content.library import Library
from quizzer.core.card import Card, cards_of, front
from quizzer.core.card_facts import NEVER, CardFacts, NoteFacts
from quizzer.core.cloze import show_deletions
from quizzer.core.note import Level, Note, NoteKind
from quizzer.core.query import Field, asks_history
from quizzer.core.query_match import make_test
from quizzer.core.query_parser import Known, parse_query
from quizzer.core.scheduler_choice import SchedulerName
from quizzer.core.scheduling.base import Scheduler
from quizzer.markup.plain import plain_line
from quizzer.services.collector import pausing_collector
from quizzer.services.workspace import Workspace
from quizzer.storage.browse_reads import (
    CardRow,
    read_buried_notes,
    read_card_rows,
    read_rated_days,
)
from quizzer.storage.card_reads import read_weak

_Recall = Callable[[float, float], float]  # retrievability, of a stability and a number of days
LONGEST_QUESTION = 120  # cells of a line
NO_NOTE = NoteFacts()


@dataclass(frozen=True)
class CardList:
    """All cards of one reading, in the order in which they are introduced, katas and orphans last.

    What the answers of the past say of them is read when a query first asks for it.
    """

    cards: tuple[CardFacts, ...]
    today: date
    workspace: Workspace
    known: Known

    def find(self, text: str) -> tuple[CardFacts, ...]:
        """Return the cards that fit the query `text`.

        Raises:
            QueryError: If it is no query, or names what does not exist.
        """
        query = parse_query(text, self.known)
        test = make_test(query)
        return tuple(card for card in (self.complete if asks_history(query) else self.cards) if test(card))

    @cached_property
    def complete(self) -> tuple[CardFacts, ...]:
        """The cards with what the answers of the past say of them."""
        with pausing_collector(), self.workspace.database.peeking() as run:
            rated, weak = read_rated_days(run, self.today), read_weak(run)
            return tuple(
                card._replace(rated_days=rated[card.card_id], is_weak=card.key in weak)
                if card.card_id in rated
                else card
                for card in self.cards
            )

    def complete_now(self) -> int:
        """Read now what a query would wait for; return of how many cards."""
        return len(self.complete)

    def question(self, key: str) -> str:
        """Return what a card asks, as one line; "" for an orphan and for a kata."""
        card = self.card(key)
        return "" if card is None else plain_line(front(card), LONGEST_QUESTION)

    def card(self, key: str) -> Card | None:
        """Return the content of a card; None for an orphan and for a kata."""
        return self._contents.get(key)

    @cached_property
    def _contents(self) -> dict[str, Card]:
        notes = (note for deck in self.workspace.library.decks for note in deck.notes)
        return {card.key: card for note in notes for card in cards_of(note)}


def load_cards(workspace: Workspace) -> CardList:
    """Read all cards as they stand now."""
    with pausing_collector(), workspace.database.peeking() as run:
        today, notes = workspace.study_day(), _notes(workspace.library)
        buried = read_buried_notes(run, today)
        recall = _recall(workspace.regime(run).scheduler)
        cards = tuple(_facts(row, notes, buried, recall) for row in read_card_rows(run, today))
        return CardList(cards, today, workspace, _known(workspace, notes.values()))


def _facts(
    row: CardRow, notes: Mapping[str, NoteFacts], buried: Collection[str], recall: _Recall | None
) -> CardFacts:
    card_id, key, note_id, deck, due_days, elapsed_days, is_learning, is_new = row[:8]
    is_suspended, is_flagged, reviews, lapses, interval_days, ease_factor, stability, difficulty = row[8:]
    return CardFacts(
        card_id,
        key,
        note_id,
        notes.get(note_id, NO_NOTE) if deck else NO_NOTE,
        due_days,
        None if interval_days is None else int(interval_days),
        None if ease_factor is None else ease_factor / 100,
        stability,
        difficulty,
        None if stability is None or recall is None else recall(stability, elapsed_days),
        reviews,
        lapses,
        NEVER,
        bool(is_new),
        bool(is_learning),
        bool(is_suspended),
        note_id in buried,
        bool(is_flagged),
    )


def _recall(scheduler: Scheduler) -> _Recall | None:
    if scheduler.name != SchedulerName.FSRS:
        return None
    from quizzer.fsrs.scheduler import Fsrs  # where SM-2 is in force nothing of FSRS is imported

    return scheduler.formulas.retrievability if isinstance(scheduler, Fsrs) else None


def _notes(library: Library) -> dict[str, NoteFacts]:
    areas = {topic.id: area.id for area in library.syllabus.areas for topic in area.topics}
    return {
        note.id: NoteFacts(
            deck=deck.id,
            level=note.level or "",
            tags=(*deck.tags, *note.tags),
            topics=note.topics,
            areas=tuple(dict.fromkeys(areas[topic] for topic in note.topics if topic in areas)),
            kata=note.kata,
            text=_text(note),
        )
        for deck in library.decks
        for note in deck.notes
    }


def _text(note: Note) -> str:
    question = note.question
    if note.kind is NoteKind.CLOZE:
        question = show_deletions(question, 0)
    parts = [question, note.answer]
    if note.choices is not None:
        parts.append(note.choices.right)
    if note.accept is not None:
        parts += [*note.accept.texts, note.accept.number]
    return " ".join(" ".join(parts).casefold().split())


def _known(workspace: Workspace, notes: Iterable[NoteFacts]) -> Mapping[Field, tuple[str, ...]]:
    notes, library = list(notes), workspace.library
    linked = {note.kata for note in notes if note.kata}
    return {
        Field.DECK: tuple(deck.id for deck in library.decks),
        Field.TAG: tuple(sorted({tag for note in notes for tag in note.tags})),
        Field.LEVEL: tuple(level.value for level in Level),
        Field.AREA: tuple(area.id for area in library.syllabus.areas),
        Field.TOPIC: tuple(sorted({topic for note in notes for topic in note.topics})),
        Field.KATA: tuple(sorted(linked.union(list_slugs(workspace.content.roots)))),
    }
