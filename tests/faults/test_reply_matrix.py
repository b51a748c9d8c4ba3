"""Every fault of an inbound webhook with every kind of text: each stored once, STOP kept."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from console_stand import console_called_by
from enrolled import enrolled, opted_out
from network_fixtures import OURS as NUMBER

from activities.provider import Provider
from records import inbound
from records.database import Records
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind, Match
from workers import collecting
from workers.collecting import Collector

KINDS = ("", *sorted(kind for kind in FaultKind if kind.startswith("inbound_")))
BODIES = ("STOP", "Stop all.", "1", "Can I bring my sister?", "", "niño 🙂 ✓", "x" * 1600)
STOPS = frozenset({"STOP", "Stop all."})
BY_HAND = frozenset({"inbound_lost", "inbound_bad_signature", "inbound_unsigned"})
"""No webhook brings these: the sweep does."""


async def test_every_fault_of_a_webhook_with_every_kind_of_text(
    records: Records,
    records_url: str,
    network: BackgroundNetwork,
    provider: Provider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "WEBHOOK_FIRST", timedelta())
    control = network.control
    cases = list(product(KINDS, BODIES))
    wrote: dict[str, tuple[str, str, str]] = {}
    async with console_called_by(network, records_url, tmp_path) as (settings, desk):
        control.direct_inbound(f"{settings.public_url}/twilio/inbound#rc=2&rp=all")
        for number, (kind, body) in enumerate(cases):
            phone = f"+1212600{number:04d}"
            reference = await enrolled(records, "Ada", phone)
            if kind:
                control.fault(FaultKind(kind), match=Match(from_number=phone), seconds=0.3)
            (text,) = await asyncio.to_thread(control.write, phone, body, to=NUMBER)
            wrote[text.sid] = (kind, body, reference)
        await asyncio.to_thread(control.settled, len(cases), 60)
        while await desk.waiting():
            await desk.replay()
    before = {text.sid for text in await inbound.not_routed(records, 1000)}
    missed = {sid for sid, (kind, _, _) in wrote.items() if kind in BY_HAND}
    assert before == wrote.keys() - missed
    collected = await Collector(records, provider, NUMBER, None).collect()

    stored = await inbound.not_routed(records, 1000)
    copies = Counter(text.sid for text in stored)
    stopped = [s for s, (_, body, _) in wrote.items() if body in STOPS]
    honoured = [s for s in stopped if await opted_out(records, wrote[s][2])]
    fired = [fault.fired for fault in control.faults()]
    print(  # noqa: T201
        f"replies: faults_fired {sum(fired)}, written {len(wrote)}, stored {len(stored)}, "
        f"doubled {sum(n > 1 for n in copies.values())}, dropped {len(wrote.keys() - copies)}, "
        f"collected {collected}, STOP honoured {len(honoured)} of {len(stopped)}"
    )
    assert min(fired) >= 1, "a fault that never fired proves nothing"
    assert copies == Counter(dict.fromkeys(wrote, 1))
    assert {text.sid: text.body for text in stored} == {
        s: body for s, (_, body, _) in wrote.items()
    }
    assert collected == len(missed)
    assert honoured == stopped
    for sid, (_, body, reference) in wrote.items():
        assert await opted_out(records, reference) == (body in STOPS), sid
