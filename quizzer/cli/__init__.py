"""One module a command; `main.py` imports a command only when it is called."""
