"""Figures as tables: on the console, and between their marks in docs/performance.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


@dataclass(frozen=True)
class Figures:
    """One table; `name` is that of its block in the page, `note` the line beneath."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    @property
    def markdown(self) -> str:
        lines = [self.headings, ["---"] * len(self.headings), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{table}\n\n{self.note}" if self.note else table

    def show(self) -> None:
        table = Table(*self.headings, title=self.name)
        for row in self.rows:
            table.add_row(*row)
        console = Console()
        console.print(table)
        if self.note:
            console.print(self.note, highlight=False)

    def write(self, page: Path = PAGE) -> None:
        """Put the table between its marks; what stood there is replaced."""
        begin, end = f"<!-- {self.name}: begin -->", f"<!-- {self.name}: end -->"
        before, rest = page.read_text(encoding="utf-8").split(begin)
        after = rest.split(end)[1]
        page.write_text(f"{before}{begin}\n{self.markdown}\n{end}{after}", encoding="utf-8")
