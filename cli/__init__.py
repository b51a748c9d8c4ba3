"""The `waymark` command: what a clinic's people and its ops do at a terminal."""
