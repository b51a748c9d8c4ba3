"""Journeys of enrolled patients: each started once, by whoever comes first."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from config.calendar import calendar_from
from config.clinic import Clinic
from config.publishing import require_publishable
from pathway.calendar import Calendar
from pathway.model import PathwayReference
from pathway.protocol import Protocol
from records import patients
from records.database import Records
from records.errors import RecordsError, RecordsUnavailableError
from records.journey_contact import contact_of
from workflows.messages import JourneyStart, Opening

log = structlog.stdlib.get_logger(__name__)

AT_ONCE = 8
"""Starts under way at the same time: more would only stand in line at the server."""


class Run(TypedDict):
    """What every run of a journey is started with."""

    id: PathwayReference
    task_queue: str
    static_summary: str


def run_of(reference: PathwayReference, task_queue: str) -> Run:
    """A journey's workflow goes by its reference."""
    return Run(id=reference, task_queue=task_queue, static_summary=f"Pathway {reference}")


@dataclass(frozen=True)
class Starter:
    """Everything that a new journey begins with."""

    records: Records
    client: Client
    clinic: Clinic
    protocol: Protocol
    task_queue: str

    async def start(
        self, references: tuple[PathwayReference, ...], now: datetime
    ) -> tuple[PathwayReference, ...]:
        """Start some journeys; one that runs, or has ended, is left as it is.

        Returns those of which the records do not tell what a journey begins with: a cell does
        not open, or the patient is there no more. They are logged, and the others started.

        Raises NotForPatientsError, before any is started, when this clinic's patients may not be
        treated by the protocol; RPCError or RecordsUnavailableError at the first that cannot be
        started: those that were started are noted.
        """
        require_publishable(self.protocol, self.clinic, now)
        calendar = calendar_from(self.clinic, now)
        waiting = iter(references)
        left: list[PathwayReference] = []

        async def some() -> None:
            left.extend([ref for ref in waiting if not await self._started(ref, calendar, now)])

        lines = [asyncio.create_task(some()) for _ in range(min(AT_ONCE, len(references)))]
        try:
            await asyncio.gather(*lines)
        finally:
            for line in lines:
                line.cancel()
            await asyncio.gather(*lines, return_exceptions=True)
        return tuple(left)

    async def _started(
        self, reference: PathwayReference, calendar: Calendar, now: datetime
    ) -> bool:
        """Whether it runs; what one patient's row does not say holds up nobody else."""
        try:
            await self._start(reference, calendar, now)
        except RecordsUnavailableError:
            raise
        except RecordsError as error:
            log.error("journey_not_started", reference=reference, error=type(error).__name__)  # noqa: TRY400
            return False
        return True

    async def _start(self, reference: PathwayReference, calendar: Calendar, now: datetime) -> None:
        opening = Opening(
            reference=reference,
            protocol=self.protocol,
            calendar=calendar,
            contact=await contact_of(self.records, reference),
        )
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                "PatientJourney",
                JourneyStart(opening=opening),
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                **run_of(reference, self.task_queue),
            )
        await patients.mark_started(self.records, reference, now)
