"""C1: imports the reference by every path it can have. Its file cannot be read, nor can quizzer's."""
# expect: problem "nothing was found"
import importlib
import sys

_found = []
for _name in ("reference", "reference.flash_attention", "quizzer.grader.solution", "quizzer.core.kata",
              "katas.flash_attention.hidden_tests", "hidden_tests", "quizzer_measures"):
    try:
        _found.append(importlib.import_module(_name))
    except (ImportError, OSError):
        pass
_found += [name for name in sys.modules if "reference" in name or "hidden" in name]
raise RuntimeError(f"found: {_found}" if _found else "nothing was found")
