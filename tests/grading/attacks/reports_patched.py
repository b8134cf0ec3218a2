"""B4: looks for pytest's reports and the grader's records in its process to patch them. Neither is there."""
# expect: case FAILED "values wrong"
import sys

import torch

for _name, _module in list(sys.modules.items()):
    for _class in ("TestReport", "CaseResult", "Verdict", "Record", "CaseFailed"):
        if _class in vars(_module):
            raise SystemExit(f"{_name} has {_class}")


def flash_attention(q, k, v, *, causal=False, block_size=64):
    return torch.zeros(*q.shape[:3], v.shape[3], dtype=q.dtype)
