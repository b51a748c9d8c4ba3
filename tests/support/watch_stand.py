"""A stand whose journal is the records', with the product's own watch beside it."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from enrolled import enrolled
from fake_activities import FakeActivities
from journey_stand import LiveJourney, Stand
from pydantic import SecretStr
from temporalio.client import Client
from waiting import until

from activities.deadman import Deadman
from activities.journal import Journal
from activities.watch import Watch
from activities.watch_look import Look
from activities.watch_telling import Telling
from config.clinic import load_clinic
from config.loader import load_protocol
from pathway import commands as cmd
from pathway.findings import FindingKind
from records import journal, journeys, patients, watch_findings
from records.database import Records
from records.watch_findings import StoredFinding
from workers.assembly import Activities
from workers.starting import Starter
from workers.watch_rounds import repairs_of
from workflows.messages import WatchRound


@dataclass
class WatchStand(Stand):
    """Journeys, their records, and a watch that one starts by hand."""

    records: Records = field(kw_only=True)
    watch: Watch = field(kw_only=True)
    to_ops: list[str] = field(kw_only=True)
    to_on_call: list[str] = field(kw_only=True)

    async def started(self, **more: Any) -> LiveJourney:
        """A patient of the records, her journey started."""
        reference = await enrolled(self.records, f"Ada{uuid.uuid4().hex[:6]}")
        journey = await self.start(reference=reference, **more)
        await patients.mark_started(self.records, reference, datetime.now(UTC))
        return journey

    async def round(self) -> WatchRound:
        """A whole round, as the schedule starts one."""
        done: WatchRound = await self.client.execute_workflow(
            "Watch",
            id=f"{self.task_queue}-watch-{uuid.uuid4()}",
            task_queue=self.task_queue,
            result_type=WatchRound,
        )
        return done

    async def found(self) -> list[StoredFinding]:
        """What is wrong after one more round."""
        await self.round()
        return list(await watch_findings.open_ones(self.records))

    async def found_of(self, kind: FindingKind) -> list[str]:
        return [each.reference for each in await self.found() if each.kind is kind]


@asynccontextmanager
async def watch_stand(
    client: Client, records: Records, patch: pytest.MonkeyPatch, deadman: str | None = None
) -> AsyncIterator[WatchStand]:
    """With `deadman`, the address that every whole round tells of itself."""
    to_ops: list[str] = []
    to_on_call: list[str] = []

    async def tell_ops(words: str) -> bool:
        to_ops.append(words)
        return True

    async def page_on_call(words: str) -> bool:
        to_on_call.append(words)
        return True

    clinic = load_clinic()
    starter = Starter(
        records=records,
        client=client,
        clinic=clinic,
        protocol=load_protocol(),
        task_queue="waymark-nobody",
    )
    watch = Watch(
        records=records,
        look=Look(client),
        repairs=repairs_of(records, client, starter),
        telling=Telling(records, tell_ops, page_on_call),
        deadman=Deadman(SecretStr(deadman) if deadman else None),
        every=timedelta(minutes=5),
        zone=clinic.zone,
    )
    journal = Journal(records)

    def real(self: FakeActivities) -> Activities:
        main: list[Any] = [journal.write_journal, self.send_page, self.alert_ops]
        return Activities(
            main=[*main, *watch.activities], texting=[self.send_text, self.look_up_text]
        )

    patch.setattr(FakeActivities, "activities", real)
    async with Stand.open(client) as stand:
        yield WatchStand(
            stand.client,
            stand.skipper,
            stand.task_queue,
            stand.fakes,
            records=records,
            watch=watch,
            to_ops=to_ops,
            to_on_call=to_on_call,
        )


async def begun(stand: WatchStand, *, flagged: bool = False) -> LiveJourney:
    """A journey whose records have all that it has."""
    journey = await stand.started()
    if flagged:
        await journey.do(cmd.RaiseFlag, "nurse")
    await written(stand, journey)
    return journey


async def written(stand: WatchStand, journey: LiveJourney) -> None:
    events = (await journey.settled()).events

    async def there() -> bool:
        seen = await journeys.get(stand.records, journey.reference)
        return seen is not None and seen.through >= events

    await until(there)


async def kinds(stand: WatchStand, journey: LiveJourney) -> list[str]:
    await written(stand, journey)
    return [row.kind for row in await journal.read(stand.records, journey.reference)]
