"""Defines no entry point, and a list of names that says it does."""
# expect: problem "defines no flash_attention"
import sys

__all__ = ["flash_attention"]
