"""Schedulers: what an answer does to a memory."""
