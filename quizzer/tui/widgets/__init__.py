"""One region of a screen a module."""
