"""Statistics as one page for a browser."""
