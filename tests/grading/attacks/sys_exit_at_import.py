"""A3: raises SystemExit at import: the file does not load."""
# expect: problem "SystemExit: 0"
import sys

sys.exit(0)
