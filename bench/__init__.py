"""Measurements. Nothing here is a test; figures go into docs/performance.md."""
