"""How far each story has come: a demonstration that was stopped goes on where it stood."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self


@dataclass
class Notebook:
    """The first day of the demonstration, and how many acts of each story are done."""

    path: Path
    first_day: date
    done: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """The stories that were told to their end."""

    @classmethod
    def open(cls, path: Path, first_day: date) -> Self:
        """The notebook of a demonstration that was begun, or a new one."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(path, first_day)
        return cls(path, date.fromisoformat(kept["first_day"]), kept["done"], kept["told"])

    def note(self, story: str, acts: int) -> None:
        self.done[story] = acts
        self.save()

    def save(self) -> None:
        kept = {"first_day": self.first_day.isoformat(), "done": self.done, "told": self.told}
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        beside.replace(self.path)
