"""E11: works at import for as long as it likes: loading has a deadline."""
# expect: problem "no answer within 1 s"
# deadlines: load_s=1
import torch

_table = torch.eye(600)
while True:
    _table = _table @ _table
