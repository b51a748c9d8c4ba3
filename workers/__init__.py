"""Processes: the worker, its connection, logging and shutdown."""
