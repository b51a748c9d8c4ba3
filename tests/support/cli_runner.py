"""Runs the `waymark` command beside a worker, as a person at a terminal would."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from entry_fields import AS_TYPED
from fake_activities import FakeActivities
from temporalio.client import Client
from typer.testing import CliRunner, Result

from cli.main import app
from records.database import Records


@dataclass(frozen=True)
class Cli:
    """The command with the environment of one stand."""

    env: dict[str, str]

    def now(self, *words: str) -> Result:
        """Run it in this thread; not from a coroutine, since it brings its own loop."""
        return CliRunner().invoke(app, list(words), env=self.env)

    async def __call__(self, *words: str, exit_code: int = 0) -> Result:
        """Run it while the worker works, and look at its exit code."""
        result = await asyncio.to_thread(self.now, *words)
        said = f"{words} gave {result.exit_code}: {result.output} {result.exception!r}"
        assert result.exit_code == exit_code, said
        assert "Traceback" not in result.output
        return result

    async def json(self, *words: str, exit_code: int = 0) -> Any:
        """Run it with --json: stdout is one document and nothing else."""
        result = await self(*words, "--json", exit_code=exit_code)
        return json.loads(result.stdout)


@dataclass
class Desk:
    """Where somebody types: the command, the records behind it, what went out."""

    cli: Cli
    records: Records
    client: Client
    fakes: FakeActivities

    async def enrolled(self, family_name: str = "Quill", *more: str) -> str:
        """A patient with a journey of her own; gives its reference."""
        words = ("--given-name", "Ada", "--family-name", family_name, "--born", "1985-03-03")
        document = await self.cli.json("enroll", *words, *more)
        (row,) = document["rows"]
        return str(row["reference"])

    async def admitted(self) -> str:
        """A journey whose first treatment is open."""
        return await self.admitted_as("Quill")

    async def admitted_as(self, family_name: str) -> str:
        """The same for a patient of another name."""
        reference = await self.enrolled(family_name)
        by = ("--by", "jon.pell", "--role", "mental_health_professional")
        await self.cli("do", "record-assessment", reference, *AS_TYPED, *by)
        await self.cli("do", "record-consent", reference, "--given", "--text-consent-asked")
        return reference
