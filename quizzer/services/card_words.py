"""How a card of the list reads: when it is due, what is known of it."""

from __future__ import annotations

from quizzer.core.card_facts import CardFacts
from quizzer.core.counted import counted
from quizzer.core.interval import format_interval
from quizzer.core.kata import KATA_KEY_PREFIX

NOTHING = "·"  # where there is nothing to say


def say_due(card: CardFacts) -> str:
    """Return when a card comes back, in two words or three."""
    match card.due_days:
        case None:
            return NOTHING
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case days if days < 0:
            return f"{format_interval(-days)} ago"
        case days:
            return f"in {format_interval(days)}"


def say_interval(card: CardFacts) -> str:
    """Return the interval as a learner reads it."""
    return NOTHING if not card.interval_days else format_interval(card.interval_days)


def say_state(card: CardFacts) -> str:
    """Return what sets the card apart."""
    return ", ".join(card.words) or NOTHING


def describe(card: CardFacts) -> tuple[str, ...]:
    """Return what is known of a card, a line a subject."""
    note = card.note
    lines = [f"{card.place} · {say_state(card)}" if card.words else card.place]
    lines += [", ".join((note.level, *note.topics))] if note.level or note.topics else []
    lines += [f"Tags: {', '.join(note.tags)}"] if note.tags else []
    if card.is_new:
        lines.append("Never rated.")
    else:
        lines.append(
            f"Due {say_due(card)} · interval {say_interval(card)} · {counted(card.reviews, 'review')} · "
            f"{counted(card.lapses, 'lapse')}{_memory(card)}"
        )
    if card.is_kata:
        lines.append(f"A kata: 'quizzer kata {card.key.removeprefix(KATA_KEY_PREFIX)}' opens it.")
    elif card.is_orphan:
        lines.append("No deck has this card any more; its history is kept and comes back with it.")
    return tuple(lines)


def _memory(card: CardFacts) -> str:
    if card.ease is not None:
        return f" · ease {card.ease:.2f}"
    if card.stability is None or card.difficulty is None:
        return ""
    recall = "" if card.retrievability is None else f" · retrievability {card.retrievability:.0%}"
    return f" · stability {card.stability:.1f} d · difficulty {card.difficulty:.1f}{recall}"
