"""A clinic with real patients, and a protocol that somebody has answered for, as files."""

import re
from importlib.resources import files
from pathlib import Path

from config.loader import shipped_protocol

APPROVED = r"\1approved_by: Dr. Edda Tamm\n\1approved_at: 2026-05-04"


def real_clinic(folder: Path) -> Path:
    """The demonstration clinic, which says of itself that it is none."""
    shipped = (files("config") / "clinic.yaml").read_text(encoding="utf-8")
    assert "\ndemo: true\n" in shipped
    file = folder / "clinic.yaml"
    real = shipped.replace("\ndemo: true\n", "\ndemo: false\n")
    approved, count = re.subn(r"(?m)^( +)demo: true$", APPROVED, real)
    assert count == 1, "the retention of records is the one value of its own that a clinic sets"
    file.write_text(approved, encoding="utf-8")
    return file


def approved_protocol(folder: Path) -> Path:
    """The shipped protocol with each value of the demonstration approved by a name and a day."""
    shipped = shipped_protocol().read_text(encoding="utf-8")
    approved, count = re.subn(r"(?m)^( +)demo: true$", APPROVED, shipped)
    assert count > 20
    file = folder / "approved.yaml"
    file.write_text(approved, encoding="utf-8")
    return file
