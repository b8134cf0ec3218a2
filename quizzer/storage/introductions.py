"""Which reviews introduced their card: the log tells, since a reset makes a card new again."""

from __future__ import annotations

_NO_RESET_SINCE = """NOT EXISTS (
        SELECT 1 FROM live_card_events reset
        WHERE reset.learner_id = r.learner_id AND reset.card_id = r.card_id AND reset.kind = 'reset'
          AND +reset.sequence > earlier.sequence AND +reset.sequence < r.sequence)"""
# Says of a row `r` of live_reviews, one in its turn, that nothing in its turn came before it, nor a place
# that an import gave the card, or a reset did since. The + keeps SQLite on the index of the card.
IS_FIRST = f"""(NOT EXISTS (
    SELECT 1 FROM live_reviews earlier
    WHERE earlier.learner_id = r.learner_id AND earlier.card_id = r.card_id AND earlier.kind = 'scheduled'
      AND +earlier.sequence < r.sequence AND {_NO_RESET_SINCE})
  AND NOT EXISTS (
    SELECT 1 FROM live_card_events earlier
    WHERE earlier.learner_id = r.learner_id AND earlier.card_id = r.card_id AND earlier.kind = 'place'
      AND +earlier.sequence < r.sequence AND {_NO_RESET_SINCE}))"""
