"""Notes for Anki: packages (`.apkg`) that its client imports, and imports again when notes have changed."""
