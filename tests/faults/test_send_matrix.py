"""Every fault that the network knows, at every point of a send: 0 duplicates, 0 lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from console_stand import console_called_by
from enrolled import enrolled
from fault_matrix import (
    CREATES,
    TIMEOUT_SECONDS,
    DyingRecords,
    Life,
    Trouble,
    Wire,
    arm,
    declared,
    every_callback,
    every_code,
    every_point,
    phone_of,
    whole_product,
)
from pydantic import SecretStr

from activities.provider_errors import ErrorClass, classified
from activities.texting import Texting
from config.clinic import load_clinic
from console.desk import Desk
from pathway.protocol import Template
from records import deliveries, text_status, texts
from records.database import Records
from records.text_model import StoredText, TextState
from simulator.background import BackgroundNetwork
from simulator.faults import AFTER_ACCEPT, BEFORE_ACCEPT, FaultKind
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN
from workflows.messages import SendText, TextOutcome, TextStatus

NUMBER = "+15005550006"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
AT_ONCE = 24
LIVES = 3
"""How often a trouble is tried, at most, until the network was in time for its faults."""
_TRIED_AGAIN = {ErrorClass.RETRY, ErrorClass.CONFIGURATION}


@dataclass(frozen=True)
class Sent:
    """One text at the end of its life."""

    trouble: Trouble
    phone: str
    row: StoredText
    outcome: TextOutcome | None
    received: int
    failure_known: bool


@dataclass
class Stage:
    """The network, the console that it calls, and the activities."""

    records: Records
    network: BackgroundNetwork
    wire: Wire
    dying: DyingRecords
    life: Life
    desk: Desk
    phones: Iterator[str] = field(default_factory=lambda: map(phone_of, count()))

    async def play(self, troubles: Sequence[Trouble]) -> list[Sent]:
        """Live through each until its faults have fired.

        A busy machine may hang up on a network that was a second late, which then takes nothing
        and does nothing wrong. Such a life is judged as well, and lived once more.
        """
        ends = await self._lived(troubles)
        for _ in range(LIVES - 1):
            if again := self.unfired(ends):
                ends += await self._lived(again)
        return ends

    def unfired(self, ends: Sequence[Sent]) -> list[Trouble]:
        """The troubles of which no life had all its faults."""
        spared = self.spared()
        fired = {end.trouble for end in ends if end.phone not in spared}
        return sorted({end.trouble for end in ends} - fired, key=repr)

    def spared(self) -> set[str | None]:
        """The phones at which a fault was to happen and did not."""
        return {each.match.to for each in self.network.control.faults() if not each.fired}

    async def _lived(self, troubles: Sequence[Trouble]) -> list[Sent]:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(phone: str, trouble: Trouble) -> tuple[str, TextOutcome | None]:
            async with places:
                return await self._one(phone, trouble)

        phones = list(islice(self.phones, len(troubles)))
        lived = await asyncio.gather(*map(one, phones, troubles))
        await self._quiet()
        await deliveries.adopt_parked(self.records, 1000)
        got = self._received()
        return [
            await self._end(trouble, phone, intent, outcome, got[intent])
            for trouble, phone, (intent, outcome) in zip(troubles, phones, lived, strict=True)
        ]

    async def _one(self, phone: str, trouble: Trouble) -> tuple[str, TextOutcome | None]:
        reference = await enrolled(self.records, "Ada", phone)
        text = SendText(
            reference=reference,
            intent=f"{reference}/t1/infusion/a1/text/3h",
            template=Template.APPOINTMENT_TODAY,
            appointment_at=NOW + timedelta(hours=3),
            as_of=NOW,
        )
        control = self.network.control
        for kind, code in declared(trouble):
            await asyncio.to_thread(control.declare, phone, kind, code=code)
        await asyncio.to_thread(arm, control, trouble, phone)
        self.wire.plans[phone] = trouble
        if trouble.dies in {"before_posting", "not_settled"}:
            getattr(self.dying, trouble.dies).add(text.intent)

        async def mend() -> None:
            await asyncio.to_thread(control.declare, phone)

        return text.intent, await self.life.lived(text, mend if trouble.mended else None)

    async def _quiet(self) -> None:
        """Until the network has posted everything, again and again where it must."""
        async with asyncio.timeout(60):
            while not all(
                w.settled for w in await asyncio.to_thread(self.network.control.webhooks)
            ):
                await asyncio.sleep(0.2)
            # What the records were too busy for lies in the spool.
            while await self.desk.waiting():
                await self.desk.replay()

    def _received(self) -> Counter[str]:
        """By intent, as the phones have it."""
        found: Counter[str] = Counter()
        for text in self.network.control.ledger():
            query = parse_qs(urlsplit(text.status_callback or "").query)
            found[query["i"][0]] += 1
        return found

    async def _end(
        self,
        trouble: Trouble,
        phone: str,
        intent: str,
        outcome: TextOutcome | None,
        received: int,
    ) -> Sent:
        row = await texts.get(self.records, intent)
        assert row is not None, "an intent was forgotten"
        said = await text_status.history(self.records, row.sid) if row.sid else ()
        failed = any(each.status in deliveries.FAILURES for each in said)
        return Sent(trouble, phone, row, outcome, received, failed)


@pytest.fixture
async def stage(
    records: Records,
    records_url: str,
    network: BackgroundNetwork,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    async with console_called_by(network, records_url, tmp_path) as (settings, desk):
        wire = Wire(
            DEMONSTRATION_ACCOUNT,
            SecretStr(DEMONSTRATION_TOKEN),
            NUMBER,
            network.url,
            settings.status_callback,
            TIMEOUT_SECONDS,
        )
        dying = DyingRecords()
        dying.stand_before(monkeypatch)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            life = Life(Texting(records, wire, load_clinic(), loop), threads)
            yield Stage(records, network, wire, dying, life, desk)
        wire.close()


def judged(stage: Stage, ends: Sequence[Sent], name: str) -> Counter[str]:
    """Count, print one line, and find nothing doubled and nothing lost."""
    fired = [each.fired for each in stage.network.control.faults()]
    codes = sum(each.trouble.code is not None for each in ends)
    dead = len(stage.wire.fired) + len(stage.dying.fired)
    figures = Counter(
        faults_fired=sum(fired) + dead + codes,
        intended=len(ends),
        received=sum(each.received for each in ends),
        duplicated=sum(each.received > 1 for each in ends),
        lost=sum(map(_is_lost, ends)),
        known_as_failed=sum(map(_is_known_as_failed, ends)),
        handed_to_staff=sum(each.row.state is TextState.TO_STAFF for each in ends),
    )
    print(f"{name}: " + ", ".join(f"{k} {n}" for k, n in figures.items()))  # noqa: T201
    assert stage.unfired(ends) == [], "faults that never fired prove nothing"
    spared = stage.spared()
    assert dead >= sum(_deaths(e) for e in ends if e.phone not in spared), "too few died"
    assert dead <= sum(map(_deaths, ends)), "more died than were to"
    assert [e.trouble for e in ends if e.received > 1] == [], "doubled"
    assert [(e.trouble, e.row.state, e.outcome) for e in ends if _is_lost(e)] == [], "lost"
    assert [e.trouble for e in ends if not _tells_the_truth(e)] == [], "a wrong word of it"
    return figures


def _deaths(end: Sent) -> int:
    return bool(end.trouble.dies) + (end.trouble.create == "unreachable")


def _with_evidence(end: Sent) -> bool:
    row = end.row
    return bool(row.state is TextState.TO_STAFF and row.posted_at and row.recipient and row.reason)


def _is_known_as_failed(end: Sent) -> bool:
    """Nothing went out, and the journey or the records say so with a reason."""
    refused = end.row.state is TextState.REFUSED and end.row.provider_code is not None
    given_up = end.row.state is TextState.RESERVED and end.outcome is None
    return end.received == 0 and (refused or given_up or end.failure_known)


def _is_lost(end: Sent) -> bool:
    return end.received == 0 and not _is_known_as_failed(end) and not _with_evidence(end)


def _tells_the_truth(end: Sent) -> bool:
    """A text that arrived is never called refused or unsent, nor is another called sent."""
    said_sent = end.row.state in {TextState.SENT, TextState.ADOPTED} or (
        # Its row was not written to the end; history holds the outcome.
        end.trouble.dies == "not_settled"
        and end.outcome is not None
        and end.outcome.status is TextStatus.SENT
    )
    if end.received:
        return said_sent or _with_evidence(end)
    return not said_sent or end.failure_known


sqlite = pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)


@sqlite
async def test_every_fault_at_every_point_of_a_send(stage: Stage) -> None:
    troubles = every_point()
    assert {each.create for each in troubles} == set(CREATES)
    figures = judged(stage, await stage.play(troubles), "points of a send")
    assert figures["handed_to_staff"], "nothing was ever handed to anybody"


@sqlite
async def test_every_fault_of_a_callback_after_every_fault_of_a_create(stage: Stage) -> None:
    ends = await stage.play(every_callback())
    judged(stage, ends, "callbacks")
    # The callback itself proves that it went out, wherever one came through.
    heard = [e for e in ends if e.trouble.accepted and e.trouble.callback in {"", "callback_early"}]
    assert {e.row.state for e in heard} <= {TextState.SENT, TextState.ADOPTED}


@sqlite
async def test_every_code_at_once_and_later(stage: Stage) -> None:
    ends = await stage.play(every_code())
    judged(stage, ends, "codes")
    for end in ends:
        code = end.trouble.refused
        if code is None:
            continue
        again = classified(code).error_class in _TRIED_AGAIN
        assert end.received == (again and end.trouble.mended), code
        assert (end.row.state is TextState.REFUSED) is not again, code


def test_the_matrix_knows_every_fault_of_a_create_and_of_a_callback() -> None:
    created = {each.create for each in whole_product()}
    assert created >= BEFORE_ACCEPT | AFTER_ACCEPT
    told = {each.callback for each in whole_product()}
    assert told >= {kind for kind in FaultKind if kind.startswith("callback_")}


@pytest.mark.chaos
@pytest.mark.timeout(900)
async def test_the_whole_product_of_faults_and_points(stage: Stage) -> None:
    judged(stage, await stage.play(whole_product()), f"whole product, {stage.records.dialect}")
