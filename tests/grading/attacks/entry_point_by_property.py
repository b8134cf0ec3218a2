"""Puts a module of its own in its place, whose attributes come from a function: values are compared all the same."""
# expect: case FAILED ""
import sys

import torch

_operations = sys.modules["quizzer.wire.operations"].Operations
_operations._callable = lambda self, target, name: lambda q, k, v, **options: torch.zeros(*q.shape[:3], v.shape[3])
flash_attention = None
