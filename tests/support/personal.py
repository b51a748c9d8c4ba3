"""What would betray a person on a page: names, birth date and number, however written."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

REFERRALS = Path(__file__).parents[2] / "examples" / "referrals.csv"


@dataclass(frozen=True)
class Person:
    given_name: str
    family_name: str
    born: date
    phone: str

    @classmethod
    def referred(cls, number: str) -> Self:
        """Somebody in the examples, by record number."""
        with REFERRALS.open(encoding="utf-8-sig", newline="") as file:
            row = next(row for row in csv.DictReader(file) if row["record_number"] == number)
        born = date.fromisoformat(row["born"])
        return cls(row["given_name"], row["family_name"], born, row["phone"])

    def found_in(self, text: str) -> list[str]:
        """Every trace of the person in a text, as it stands there."""
        traces = [re.compile(trace, re.IGNORECASE) for trace in self._traces()]
        return [hit.group() for trace in traces for hit in trace.finditer(text)]

    def _traces(self) -> list[str]:
        digits = re.sub(r"\D", "", self.phone)[-10:]
        year, month, day = self.born.year, self.born.month, self.born.day
        name = f"{self.born:%b}[a-z]*"
        return [
            rf"\b{re.escape(self.given_name)}\b",
            rf"\b{re.escape(self.family_name)}\b",
            r"\D{0,2}".join(digits),
            rf"{year}\D0?{month}\D0?{day}\b",
            rf"\b0?{month}\D0?{day}\D{{1,2}}{year}",
            rf"\b0?{day}\D0?{month}\D{{1,2}}{year}",
            rf"\b{day}\.? {name} {year}",
            rf"{name} {day},? {year}",
        ]
