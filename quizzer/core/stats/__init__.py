"""Figures of a learner's log, and the rules by which they are counted."""
