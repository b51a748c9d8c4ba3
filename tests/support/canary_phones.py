"""What patients write, and what becomes of texts to them, with every fault of the network."""

import asyncio
from datetime import timedelta

from canary_stand import CanaryStand
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from cli.exit_codes import ExitCode
from records import inbound
from simulator.faults import FaultKind, Match
from simulator.model import PhoneKind
from simulator.network import SERVICE_SENDER

_PATIENCE = 60


async def writes(stand: CanaryStand, phone: str, body: str) -> None:
    await asyncio.to_thread(stand.control.write, phone, body, to=SERVICE_SENDER)


async def all_routed(stand: CanaryStand) -> None:
    """Everybody has what was written so far."""
    await asyncio.to_thread(stand.control.settled, 1, _PATIENCE)
    async with asyncio.timeout(_PATIENCE):
        while await inbound.not_routed(stand.session.records):
            await asyncio.sleep(0.2)


async def texts_in(stand: CanaryStand, phone: str) -> None:
    """Free text, danger in two languages, Spanish, a stranger's, STOP, START, much and little."""
    word = stand.needles.word
    for flow, body in (
        ("free text", f"can I come later, {word('text in: free')} has my car"),
        ("danger", f"I want to die, {word('text in: danger')} knows"),
        ("danger in Spanish", f"ya no quiero vivir, {word('text in: peligro')}"),
        ("Spanish", f"¿Puedo traer a mi hermana {word('text in: Spanish')} mañana?"),
        ("long", f"{'and then ' * 60}{word('text in: long')}"),
        ("STOP with words", f"stop it {word('text in: stop')}"),
        ("STOP", "STOP"),
        ("START", "START"),
        ("HELP", "HELP"),
        ("digit", "3"),
    ):
        await writes(stand, phone, body)
        stand.drove(f"text in: {flow}")
    stranger = stand.needles.number("a stranger")
    await writes(stand, stranger, f"who is this, {word('text in: stranger')}")
    await all_routed(stand)


async def says_wrong_number(stand: CanaryStand, phone: str) -> None:
    """After this no text goes to her."""
    await writes(stand, phone, f"wrong number, I am {stand.needles.word('text in: wrong number')}")
    await all_routed(stand)
    stand.drove("text in: wrong number")


async def faults_of_webhooks(stand: CanaryStand, phone: str) -> None:
    """Twice, unsigned, badly signed, cut off: what the console answers is kept by the network."""
    for kind in FaultKind:
        if not kind.value.startswith("inbound_") or kind is FaultKind.INBOUND_LOST:
            continue
        match = Match(from_number=phone)
        await asyncio.to_thread(stand.control.fault, kind, match=match, seconds=0.2)
        await writes(stand, phone, f"again, {stand.needles.word(f'fault: {kind.value}')}")
        stand.drove(f"fault: {kind.value}")
    await asyncio.to_thread(stand.control.hurry)
    await all_routed(stand)


async def texts_out(stand: CanaryStand, reference: str, phone: str, *, cut: bool) -> None:
    """A text in answer to hers meets each fault of a create, and each kind of phone."""
    kinds = [kind for kind in FaultKind if _of_a_create(kind)]
    for kind in kinds[1::3] if cut else kinds:
        match = Match(to=phone)
        await asyncio.to_thread(stand.control.fault, kind, match=match, seconds=0.5)
        await _answered(stand, reference, f"answer under {kind.value}")
        stand.drove(f"fault: {kind.value}")
    for phone_kind in (PhoneKind.UNREACHABLE, PhoneKind.FILTERED, PhoneKind.LANDLINE):
        await asyncio.to_thread(stand.control.declare, phone, phone_kind)
        await _answered(stand, reference, f"answer to a phone that is {phone_kind.value}")
        stand.drove(f"fault: phone {phone_kind.value}")
    await asyncio.to_thread(stand.control.declare, phone, PhoneKind.MOBILE)
    async with asyncio.timeout(_PATIENCE):
        while not await asyncio.to_thread(_has_an_answer, stand, phone):
            await asyncio.sleep(0.2)


def _has_an_answer(stand: CanaryStand, phone: str) -> bool:
    return any("We told" in text.body for text in stand.control.ledger(phone))


async def time_passes(stand: CanaryStand, reference: str, minutes: int) -> None:
    """So that texts in doubt are looked up; what falls due on the way is carried out."""
    skipper = TimeSkipper(stand.client, config=TimeSkippingConfig(enabled=False))
    handle = stand.client.get_workflow_handle(reference)
    for _ in range(minutes // 10):
        async with asyncio.timeout(_PATIENCE):
            await skipper.fast_forward(handle, timedelta(minutes=10))
        await asyncio.sleep(0.5)


async def nobody_is_reachable(stand: CanaryStand, reference: str) -> None:
    """No phone of staff takes a page, so that ops are told."""
    phones = [f"+141555501{last:02}" for last in range(2, 13)]
    for phone in phones:
        await asyncio.to_thread(stand.control.declare, phone, PhoneKind.INVALID)
    raised = ("do", "raise-flag", reference, "--by", "dr.hale", "--role", "prescriber")
    await stand.waymark(*raised)
    async with asyncio.timeout(_PATIENCE):
        while not await asyncio.to_thread(stand.control.ledger, "+14155550101"):
            await asyncio.sleep(0.2)
    for phone in phones:
        await asyncio.to_thread(stand.control.declare, phone, PhoneKind.MOBILE)
    stand.drove("fault: nobody is reachable")


async def _answered(stand: CanaryStand, reference: str, flow: str) -> None:
    """What staff write goes out as a text: the one place where words may stand in one."""
    words = f"We told {stand.needles.word(f'text out: {flow}')}."
    result = await stand.waymark(
        *("inbox", "answer", reference, words, "--by", "dr.hale", "--role", "prescriber")
    )
    assert result.exit_code in {ExitCode.OK, ExitCode.REFUSED}, result.output


def _of_a_create(kind: FaultKind) -> bool:
    return not kind.value.startswith(("inbound_", "callback_", "list_"))
