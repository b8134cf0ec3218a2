"""Decks, syllabus and settings on disk, read into core values."""
