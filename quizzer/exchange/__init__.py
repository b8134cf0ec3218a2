"""Decks in the formats of other programs."""
