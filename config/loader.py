"""Protocol files: YAML in, a validated protocol out, or an error that names its place."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from config.yaml_source import read_yaml, validated
from pathway.protocol import Protocol


def shipped_protocol(name: str = "ketamine-iv") -> Traversable:
    """The protocol file of this name that comes with Waymark."""
    return files("config") / "protocols" / f"{name}.yaml"


def load_protocol(source: Path | Traversable | None = None) -> Protocol:
    """Read and check one protocol file; the shipped one by default.

    Raises:
        ConfigError: with file, line, path in the file, what was expected and what was found.
    """
    return validated(Protocol, read_yaml(source or shipped_protocol()))
