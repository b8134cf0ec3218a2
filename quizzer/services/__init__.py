"""Use cases: the only place that combines content, storage and core; owns transactions."""
