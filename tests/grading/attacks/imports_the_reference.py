"""C1: imports the reference by every path it can have. Its file cannot be read, nor can quizzer's."""
# expect: problem "nothing was found"
import importlib
import sys

_found = []
for _name in ("reference", "reference.flash_attention", "quizzer.grader.solution", "quizzer.core.kata",
              "katas.flash_attention.hidden_tests", "hidden_tests", "quizzer_measures"):
    try:
        _found += [name for name in vars(importlib.import_module(_name)) if not name.startswith("__")]
    except (ImportError, OSError):
        pass
_found += [name for name in sys.modules if name.startswith(("reference.", "katas", "hidden_tests", "quizzer.core.k"))]
raise RuntimeError(f"found: {_found}" if _found else "nothing was found")
