"""The rules of the pathway: pure functions over frozen models."""
