"""G2: calls whatever it finds that sounds like marking a kata solved. No such code is in its process."""
# expect: problem "nothing was found"
import sys

_found = [
    f"{name}.{word}"
    for name, module in list(sys.modules.items())
    for word in ("mark_solved", "record_attempt", "save_progress", "verdict_status", "grade")
    if name.startswith("quizzer") and word in vars(module)
]
raise RuntimeError(f"found: {_found}" if _found else "nothing was found")
