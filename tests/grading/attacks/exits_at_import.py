"""A2: ends its process with success while it is loaded. A file that gives no answer to loading does not load."""
# expect: problem "ended its process (exit 0)"
import os

os._exit(0)
