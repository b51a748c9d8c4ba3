"""The waymark command."""
