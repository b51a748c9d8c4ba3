"""A stand for whole journeys: a worker with fakes, skipped time, a replay at the end."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fake_activities import FakeActivities
from sealed import SEALED
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle, WorkflowHistory, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.plugin import SimplePlugin
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Replayer

from config.loader import load_protocol
from pathway.calendar import Calendar, OpenHours
from pathway.commands import Command
from pathway.journey import Contact
from pathway.overview import Explanation, Overview
from pathway.protocol import Protocol
from workers.assembly import WORKFLOWS, build_workers
from workflows.messages import Answer, JourneyOutcome, JourneyStart, Opening

ZONE = "America/Los_Angeles"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STAFF = {
    "coordinator": "carla",
    "mental_health_professional": "mira",
    "therapist": "theo",
    "nurse": "nadia",
    "prescriber": "priya",
    "on_call_clinician": "omar",
}


def a_reference() -> str:
    number = uuid.uuid4().int
    return "J-" + "".join(_ALPHABET[(number >> (5 * i)) & 31] for i in range(10))


def a_calendar() -> Calendar:
    hours = tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(6))
    country = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu")
    return Calendar(zone=ZONE, country_zones=country, hours=hours)


def clinic_time(day: date, clock: str, zone: str = ZONE) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone))


class Told(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A refusal, as its caller gets it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code


def replayer(plugin: SimplePlugin = SEALED) -> Replayer:
    """Replays as the worker runs: the same plugin, so the same sandbox and converter."""
    return Replayer(workflows=list(WORKFLOWS), plugins=[plugin])


@dataclass
class LiveJourney:
    """One journey on the server, driven as its users would."""

    stand: "Stand"
    reference: str
    handle: WorkflowHandle[Any, JourneyOutcome]
    protocol: Protocol
    begun: str | None = field(default=None, kw_only=True)
    """The last run that is known to have done its first workflow task."""

    async def now(self) -> datetime:
        return await self.stand.skipper.get_current_time(self.handle)

    async def do(self, command: type[Command], role: str = "coordinator", **fields: Any) -> Answer:
        """Give a command now, by whoever has the role."""
        built = await self.built(command, role, **fields)
        return await self.give(built)

    async def built(self, command: type[Command], role: str, **fields: Any) -> Command:
        fields.setdefault("key", f"test-{uuid.uuid4()}")
        fields.setdefault("by", _STAFF.get(role, "somebody"))
        fields.setdefault("happened_at", await self.now())
        return command.model_validate({"role": role, **fields})

    async def give(self, command: Command) -> Answer:
        """Send a command; a refusal is raised as Told, with its code and sentence."""
        try:
            answer: Answer = await self.handle.execute_update(
                command.name, command, id=command.update_id, result_type=Answer
            )
        except WorkflowUpdateFailedError as failed:
            if not isinstance(failed.cause, ApplicationError):
                raise
            raise Told(failed.cause.type or "", failed.cause.message) from failed
        return answer

    async def to(self, moment: datetime) -> None:
        """Let time pass until this instant."""
        ahead = moment - await self.now()
        assert ahead > timedelta(0), "a journey's time does not go back"
        await self._under_way()
        await self.stand.skipper.fast_forward(self.handle, ahead)

    async def run_id(self) -> str:
        """Of the present run."""
        return str((await self.handle.describe()).run_id)

    async def rolled_over(self, before: str) -> None:
        """Until another run follows, as one does at the end of every treatment."""
        async with asyncio.timeout(100):
            while await self.run_id() == before:
                await asyncio.sleep(0.02)

    async def _under_way(self) -> None:
        """Until the present run has begun: one that time skips over first misses what was due.

        A server lets a run that follows soon upon another wait for a second of real time.
        """
        present = await self.run_id()
        if present == self.begun:
            return
        run = self.stand.client.get_workflow_handle(self.reference, run_id=present)
        async with asyncio.timeout(20):
            while not any(map(_is_first_task, (await run.fetch_history()).events)):
                await asyncio.sleep(0.05)
        self.begun = present

    async def overview(self) -> Overview:
        seen: Overview = await self._asked("overview", Overview)
        return seen

    async def settled(self) -> Overview:
        """The same, once nothing is due by now that has not been dealt with."""
        async with asyncio.timeout(20):
            while True:
                seen = await self.overview()
                now = await self.now()
                if all(item.at > now for item in seen.next_items):
                    return seen
                await asyncio.sleep(0.05)

    async def explain(self) -> Explanation:
        told: Explanation = await self._asked("explain", Explanation)
        return told

    async def _asked(self, query: str, answer: type[Any]) -> Any:
        """A run that has only just begun, as after a decision, is not ready for its moment."""
        async with asyncio.timeout(10):
            while True:
                try:
                    return await self.handle.query(query, result_type=answer)
                except RPCError as error:
                    if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                        raise
                    await asyncio.sleep(0.05)

    async def texts(self) -> list[tuple[str, str]]:
        """Each text as (template, the patient's wall clock)."""
        zone = ZoneInfo((await self.explain()).zone or ZONE)
        return [
            (str(t.template), f"{t.as_of.astimezone(zone):%a %H:%M}")
            for t in self.stand.fakes.texts
            if t.reference == self.reference
        ]

    async def histories(self) -> list[WorkflowHistory]:
        """The history of every run of the chain."""
        get = self.stand.client.get_workflow_handle
        return [
            await _settled_history(get(self.reference, run_id=run_id))
            for run_id in await self._runs()
        ]

    async def _runs(self) -> list[str]:
        """The ids of all runs, once the server's list has caught up with the newest."""
        newest = await self.run_id()
        query = f"WorkflowId = '{self.reference}'"
        async with asyncio.timeout(30):
            while True:
                listed = [run.run_id async for run in self.stand.client.list_workflows(query)]
                if newest in listed:
                    return listed
                await asyncio.sleep(0.1)


_UNDER_WAY = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
)


def _is_first_task(event: HistoryEvent) -> bool:
    return event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED


async def _settled_history(run: WorkflowHandle[Any, Any]) -> WorkflowHistory:
    """The history once no workflow task is under way: the replayer waits for its end for ever."""
    async with asyncio.timeout(20):
        while True:
            history = await run.fetch_history()
            if history.events[-1].event_type not in _UNDER_WAY:
                return history
            await asyncio.sleep(0.05)


@dataclass
class Stand:
    client: Client
    skipper: TimeSkipper
    task_queue: str
    fakes: FakeActivities
    journeys: list[LiveJourney] = field(default_factory=list)
    protocol: Protocol = field(default_factory=load_protocol)

    @classmethod
    @asynccontextmanager
    async def open(cls, client: Client, **options: Any) -> AsyncIterator["Stand"]:
        fakes = FakeActivities()
        task_queue = f"test-{uuid.uuid4()}"
        main, texting = build_workers(
            client,
            fakes.activities(),
            task_queue=task_queue,
            texts_per_second=1000,
            build_id=options.pop("build_id", "test"),
            **options,
        )
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        async with main, texting:
            yield cls(client, skipper, task_queue, fakes)

    async def start(self, contact: Contact | None = None, **changes: Any) -> LiveJourney:
        reference: str = changes.get("reference") or a_reference()
        protocol: Protocol = changes.get("protocol", self.protocol)
        opening = Opening(
            reference=reference,
            protocol=protocol,
            calendar=changes.get("calendar", a_calendar()),
            contact=contact or Contact(zone=ZONE),
        )
        await self.skipper.client.start_workflow(
            "PatientJourney",
            JourneyStart(opening=opening),
            id=reference,
            task_queue=self.task_queue,
        )
        # Without a run id, so that it follows the journey through every continue-as-new.
        handle: WorkflowHandle[Any, JourneyOutcome] = self.client.get_workflow_handle(
            reference, result_type=JourneyOutcome
        )
        journey = LiveJourney(self, reference, handle, protocol)
        self.journeys.append(journey)
        return journey

    async def replay_all(self) -> int:
        """Replay every history the journeys made; a difference is an error."""
        replays = replayer()
        replayed = 0
        for journey in self.journeys:
            for history in await journey.histories():
                async with asyncio.timeout(20):
                    await replays.replay_workflow(history)
                replayed += 1
        assert replayed >= len(self.journeys), "a journey's history was not found"
        return replayed
