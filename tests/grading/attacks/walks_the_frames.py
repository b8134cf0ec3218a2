"""C2: walks up its callers' frames for a reference or an expected tensor. There are the worker's frames only."""
# expect: case ERRORED "nothing was found"
import sys

import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    given = [id(one) for one in (q, k, v)]
    frame, found = sys._getframe(1), []
    while frame:
        for name, value in [*frame.f_globals.items(), *frame.f_locals.items()]:
            if "reference" in name.lower() or "expected" in name.lower() or name == "draw":
                found.append(name)
            if isinstance(value, torch.Tensor) and id(value) not in given:
                found.append(name)
        frame = frame.f_back
    raise RuntimeError(f"found: {found}" if found else "nothing was found")
