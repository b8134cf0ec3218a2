"""C4: opens every descriptor number and every link of /proc/self/fd. There are its own arenas, socket and output."""
# expect: problem "descriptors: 8"
import os

_kinds = []
for _number in range(200):
    try:
        _kinds.append((_number, os.readlink(f"/proc/self/fd/{_number}")))
    except OSError:
        pass
_strange = [kind for kind in _kinds if not any(w in kind[1] for w in ("null", "pipe", "socket", "quizzer-arena"))]
raise RuntimeError(f"strange: {_strange}" if _strange else f"descriptors: {len(_kinds)}")
