"""Everything as one JSON document: docs/json.md says what stands in it."""
