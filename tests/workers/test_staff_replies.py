"""What the staff write from their own phones: pages are taken by number, the rest is read."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from a_page import a_page
from away import Away
from enrolled import enrolled, opted_out
from journey_stand import LiveJourney, Stand
from temporalio.client import Client

from activities.page_sending import PageSender
from activities.paging import Paging
from config.clinic import load_clinic
from config.reply_words import shipped_reply_words
from pathway import commands as cmd
from records import inbound
from records.database import Records
from records.inbound import InboundState, StoredInbound, Written
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workers.calling import Caller
from workers.page_deliveries import climb_past_failures
from workers.routing import Router
from workers.staff_words import asks_for_list, numbers_in
from workflows.messages import SendPage

OURS = "+15005550006"
CLINIC = load_clinic()
HALE, MOREAU, NIA, OPS = "+14155550107", "+14155550108", "+14155550110", CLINIC.ops_phone
ROTA_OWNER = "+14155550102"
_numbers = count(1)


@pytest.fixture
async def journey(stand: Stand, records: Records) -> LiveJourney:
    return await flagged(stand, records)


async def flagged(stand: Stand, records: Records, name: str = "Ada") -> LiveJourney:
    """A journey with a safety escalation that climbs."""
    started = await stand.start(reference=await enrolled(records, name))
    await started.do(cmd.RaiseFlag, "nurse")
    return started


@pytest.fixture
def router(records: Records, client: Client, caller: Caller) -> Router:
    return Router(records, client, shipped_reply_words(), caller)


async def paged(
    paging: Paging, journey: LiveJourney, person: str = "dr.hale", turn: str = "r1/0/0"
) -> None:
    now = datetime.now(UTC)
    page = a_page(
        reference=journey.reference, key=f"e1/{turn}", person=person, since=now, as_of=now
    )
    assert person in (await paging.send_page(page)).reached


async def wrote(records: Records, body: str, sender: str = HALE) -> str:
    sid = f"SM{next(_numbers):032}"
    # The journeys' clock may be a little behind this one.
    at = datetime.now(UTC) - timedelta(seconds=1)
    await inbound.store(
        records, [Written(sid=sid, sender=sender, recipient=OURS, body=body, received_at=at)]
    )
    return sid


async def stored(records: Records, sid: str) -> StoredInbound:
    found = await inbound.get(records, sid)
    assert found is not None
    return found


def last(network: BackgroundNetwork, phone: str = HALE) -> str:
    return network.control.ledger(phone)[-1].body


# Words


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("1", (1,)),
        (" 2. ", (2,)),
        ("#3", (3,)),
        ("Reply 4", (4,)),
        ("taking 1 and 2", (1, 2)),
        ("1,2, 3", (1, 2, 3)),
        ("1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}", (1,)),
        ("\N{FULLWIDTH DIGIT FIVE}", (5,)),
        ("1 1", (1,)),
        ("call me at 5", ()),
        ("14155550132", ()),
        ("ok", ()),
        ("", ()),
        ("is 1 the one with the fall?", ()),
    ],
)
def test_a_number_is_taken_from_what_a_person_would_write(
    body: str, numbers: tuple[int, ...]
) -> None:
    assert numbers_in(body) == numbers


def test_the_list_is_asked_for_by_a_letter_or_a_word() -> None:
    assert [asks_for_list(body) for body in ("L", "list", "l.", "L1", "lost")] == [
        *3 * [True],
        *2 * [False],
    ]


# Taking


async def test_a_reply_takes_the_page_and_says_so(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    assert last(network).endswith("Reply 1 to take it.")
    sid = await wrote(records, "1")
    assert await router.route() == 1
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None
    assert escalation.acknowledged.by == "dr.hale"
    assert last(network) == f"Yours: {journey.reference}, a safety flag needs a clinician."
    taken = await stored(records, sid)
    assert (taken.state, taken.from_staff) == (InboundState.HANDLED, "dr.hale")


async def test_two_open_pages_are_never_confused(
    router: Router,
    records: Records,
    paging: Paging,
    stand: Stand,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    other = await flagged(stand, records, "Bo")
    await paged(paging, journey)
    await paged(paging, other)
    await wrote(records, "2")
    await router.route()
    assert (await journey.overview()).escalations[0].acknowledged is None
    assert (await other.overview()).escalations[0].acknowledged is not None
    assert last(network).startswith(f"Yours: {other.reference}")


async def test_a_page_that_another_took_is_said_to_be_anothers(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    await paged(paging, journey, "dr.moreau")
    await wrote(records, "1", MOREAU)
    await router.route()
    await wrote(records, "1", HALE)
    await router.route()
    assert "dr.moreau has taken it before you" in last(network)
    taken = (await journey.overview()).escalations[0].acknowledged
    assert taken is not None
    assert taken.by == "dr.moreau"


async def test_too_late_and_unknown_say_so(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    await wrote(records, "7")
    await router.route()
    assert "No page to you has the number 7" in last(network)
    assert f"1: {journey.reference} (safety)" in last(network)
    who = {"by": "dr.tamm", "escalation": "e1", "outcome": "emergency", "note": "taken in"}
    await journey.do(cmd.ResolveEscalation, "prescriber", **who)
    await wrote(records, "1")
    await router.route()
    assert "too late, it was closed" in last(network)


async def test_of_a_journey_that_was_ended_from_outside_nobody_is_told_that_it_is_closed(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    await journey.handle.terminate()
    sid = await wrote(records, "1")
    await router.route()
    assert f"{journey.reference}: not taken" in last(network)
    assert (await stored(records, sid)).state is not InboundState.RECEIVED, "it holds up others"


async def test_help_is_noted_and_not_mistaken_for_taking_it_rule_21(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey, "nia.crow")
    await wrote(records, "1", NIA)
    await router.route()
    assert "a clinician must take it" in last(network, NIA)
    assert (await journey.overview()).escalations[0].acknowledged is None


async def test_one_reply_takes_all_that_a_text_lists(
    router: Router,
    records: Records,
    caller: Caller,
    stand: Stand,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    others = [await flagged(stand, records, name) for name in ("Bo", "Cy")]
    apart = Paging(
        caller.provider,
        CLINIC,
        PageSender(caller.provider, CLINIC, records, records_seconds=10),
    )
    now = datetime.now(UTC)
    pages = [
        SendPage(
            reference=each.reference,
            escalation="e1",
            key="e1/r1/0/0",
            role="on_call_clinician",
            person="dr.hale",
            level="safety",
            what="a safety flag needs a clinician",
            since=now,
            as_of=now,
        )
        for each in (journey, *others)
    ]
    await apart.send_page(pages[0])
    for page in pages[1:]:
        with pytest.raises(Exception, match="not taken"):
            await apart.send_page(page)
    later = {"as_of": now + timedelta(minutes=1)}
    for page in pages[1:]:
        await apart.send_page(page.model_copy(update=later))
    assert "2 items need you" in last(network)
    await wrote(records, "L")
    await router.route()
    listed = last(network)
    assert f"1: {journey.reference}" in listed
    assert f"3: {others[0].reference}" in listed or f"4: {others[0].reference}" in listed
    await wrote(records, "2")
    await router.route()
    assert last(network).startswith("Yours, all 2: ")
    for each in others:
        taken = (await each.overview()).escalations[0].acknowledged
        assert taken is not None
    assert (await journey.overview()).escalations[0].acknowledged is None


async def test_while_temporal_is_away_she_is_told_and_it_is_taken_later(
    router: Router,
    records: Records,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    away = Away()
    without = Router(records, away, shipped_reply_words(), caller)  # type: ignore[arg-type]
    await wrote(records, "1")
    assert await without.route() == await without.route() == 0
    assert away.asked >= 2, "the fault fired"
    told = [text.body for text in network.control.ledger(HALE) if "tries again" in text.body]
    assert len(told) == 1
    assert await router.route() == 1
    assert last(network).startswith("Yours: ")


async def test_a_confirmation_that_was_not_taken_is_tried_again_and_takes_once(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    network.control.fault(FaultKind.RATE_LIMIT)
    await wrote(records, "1")
    assert await router.route() == 0
    assert [f.fired for f in network.control.faults()] == [1]
    before = (await journey.settled()).events
    assert await router.route() == 1
    assert last(network).startswith("Yours: ")
    assert (await journey.settled()).events == before


# Everything else


async def test_what_staff_write_goes_into_no_journey(
    router: Router,
    records: Records,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    before = (await journey.settled()).events
    sid = await wrote(records, "Who covers tomorrow?")
    assert await router.route() == 1
    kept = await stored(records, sid)
    assert (kept.state, kept.from_staff) == (InboundState.ROUTED, "dr.hale")
    assert sid in [text.sid for text in await inbound.not_handled(records)]
    assert (await journey.settled()).events == before


async def test_danger_written_by_staff_is_paged(
    router: Router, records: Records, network: BackgroundNetwork
) -> None:
    await wrote(records, "she says I want to kill myself", NIA)
    assert await router.route() == 1
    phones = {person.phone for person in CLINIC.on_shift("on_call_clinician", datetime.now(UTC))}
    assert phones
    assert phones <= {text.to for text in network.control.ledger()}


async def test_a_phone_of_staff_and_patient_goes_to_a_person(
    router: Router, records: Records, paging: Paging, stand: Stand, network: BackgroundNetwork
) -> None:
    reference = await enrolled(records, "Wren", phone=HALE)
    journey = await stand.start(reference=reference)
    await journey.do(cmd.RaiseFlag, "nurse")
    await paged(paging, journey)
    before = (await journey.settled()).events
    said = len(network.control.ledger(HALE))
    sid = await wrote(records, "1")
    assert await router.route() == 1
    assert (await stored(records, sid)).state is InboundState.ROUTED
    assert (await journey.settled()).events == before
    assert len(network.control.ledger(HALE)) == said
    await wrote(records, "STOP")
    assert await opted_out(records, reference), "the carrier's word counts for her texts too"


async def test_stop_from_a_staff_phone_tells_ops_and_what_she_had_climbs_at_once(
    router: Router,
    records: Records,
    client: Client,
    caller: Caller,
    paging: Paging,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    await paged(paging, journey)
    roles = [escalation.begun[-1].index for escalation in (await journey.overview()).escalations]
    sid = await wrote(records, "STOP")
    assert await router.route() == 1
    for phone in (OPS, ROTA_OWNER):
        assert "dr.hale wrote STOP" in last(network, phone)
    assert (await stored(records, sid)).state is InboundState.HANDLED
    assert await climb_past_failures(records, client, caller).work() == 1
    (escalation,) = (await journey.overview()).escalations
    assert escalation.begun[-1].index == roles[0] + 1, "the next rung did not wait"


async def test_start_from_a_staff_phone_is_read_by_a_person(
    router: Router, records: Records, network: BackgroundNetwork
) -> None:
    sid = await wrote(records, "START")
    assert await router.route() == 1
    assert (await stored(records, sid)).state is InboundState.ROUTED
    assert network.control.ledger() == ()
