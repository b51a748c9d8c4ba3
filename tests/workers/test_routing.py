"""What people write reaches its journeys in its order, or a person; nothing is dropped."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from away import Away
from enrolled import PHONE, enrolled, opted_out
from journey_stand import LiveJourney, Stand
from temporalio.client import Client

from config.clinic import load_clinic
from config.reply_words import shipped_reply_words
from pathway import commands as cmd
from pathway.journey import Contact
from pathway.reading import read
from records import inbound
from records.database import Records
from records.inbound import InboundState, StoredInbound, Written
from records.keywords import keyword_of
from simulator.background import BackgroundNetwork
from workers import routing
from workers.calling import Caller
from workers.incoming import commands_of
from workers.routing import Router
from workers.telling import Heard, Told

OURS = "+15005550006"
STAFF = {person.phone for person in load_clinic().people}
_numbers = count(1)


def a_text(body: str, sender: str = PHONE) -> Written:
    number = next(_numbers)
    at = datetime.now(UTC) - timedelta(minutes=5) + timedelta(milliseconds=number)
    return Written(sid=f"SM{number:032}", sender=sender, recipient=OURS, body=body, received_at=at)


@pytest.fixture
def router(records: Records, client: Client, caller: Caller) -> Router:
    return Router(records, client, shipped_reply_words(), caller)


async def wrote(records: Records, *bodies: str, sender: str = PHONE) -> list[str]:
    texts = [a_text(body, sender) for body in bodies]
    await inbound.store(records, texts)
    return [text.sid for text in texts]


async def state(records: Records, sid: str) -> InboundState:
    stored = await inbound.get(records, sid)
    assert stored is not None
    return stored.state


def pages(network: BackgroundNetwork) -> list[str]:
    return [text.body for text in network.control.ledger() if text.to in STAFF]


# Into commands


def given(
    body: str,
    *,
    shared: bool = False,
    opted_out: bool = False,
    late: timedelta = timedelta(),
) -> list[cmd.Command]:
    text = a_text(body)
    stored = StoredInbound(
        **dict(text),
        keyword=keyword_of(body, None),
        references=("J-0123456789",),
        state=InboundState.RECEIVED,
        attempts=0,
        last_error=None,
        written_at=text.received_at + late,
    )
    reading = read(body, None, shipped_reply_words())
    contact = Contact(opted_out=opted_out)
    return list(commands_of(stored, reading, contact, shared=shared))


def names(commands: list[cmd.Command]) -> list[str]:
    return [command.name for command in commands]


def test_a_digit_answers_and_on_a_shared_phone_goes_to_a_person() -> None:
    (hers,) = given("3")
    (anybodys,) = given("3", shared=True)
    assert isinstance(hers, cmd.RecordReply)
    assert isinstance(anybodys, cmd.RecordReply)
    assert (hers.digit, anybodys.digit) == ("3", None)


def test_a_digit_that_took_long_to_us_goes_to_a_person() -> None:
    """It may be older than the question that is open now."""
    (soon,) = given("1", late=timedelta(minutes=9))
    (late,) = given("1", late=timedelta(minutes=11))
    assert isinstance(soon, cmd.RecordReply)
    assert isinstance(late, cmd.RecordReply)
    assert (soon.digit, late.digit) == ("1", None)
    assert names(given("STOP", late=timedelta(hours=11))) == ["opt_out"]


@pytest.mark.parametrize("body", ["STOP", "stop", "Unsubscribe", "QUIT"])
def test_a_bare_stop_is_no_message_to_read(body: str) -> None:
    assert names(given(body)) == ["opt_out"]


def test_an_opt_out_in_words_is_taken_and_read_by_a_person() -> None:
    assert names(given("please stop texting me")) == ["opt_out", "record_reply"]


def test_danger_comes_before_all_else_rule_19() -> None:
    first, *others = given("wrong number but I want to die, stop texting me")
    assert isinstance(first, cmd.RecordReply)
    assert first.crisis
    assert not first.wrong_number
    assert names(others) == ["opt_out", "doubt_phone"]


def test_a_start_brings_texts_back_and_a_yes_may_mean_that_she_comes() -> None:
    assert names(given("START")) == ["change_contact"]
    assert names(given("YES")) == ["change_contact", "record_reply"]
    # What staff took down she said to them: a person hears that she wants texts again.
    assert names(given("START", opted_out=True)) == ["change_contact", "record_reply"]


def test_help_is_a_message_whatever_the_carrier_answers() -> None:
    assert names(given("HELP")) == ["record_reply"]


def test_the_same_text_is_the_same_act() -> None:
    text = a_text("hello")
    reading = read(text.body, None, shipped_reply_words())
    stored = StoredInbound(
        **dict(text),
        keyword=None,
        references=(),
        state=InboundState.RECEIVED,
        attempts=0,
        last_error=None,
    )
    once, again = (commands_of(stored, reading, Contact(), shared=False) for _ in range(2))
    assert [c.update_id for c in once] == [c.update_id for c in again]


# To journeys


async def test_words_go_to_the_inbox_once(
    router: Router, records: Records, journey: LiveJourney
) -> None:
    (sid,) = await wrote(records, "Can I bring my sister?")
    assert await router.route() == 1
    assert await state(records, sid) is InboundState.ROUTED
    assert await router.route() == 0
    owed = (await journey.overview()).owed
    assert len([row.line for row in owed if "Read what" in row.line]) == 1


async def test_a_digit_that_answers_nothing_stays_for_a_person(
    router: Router, records: Records, journey: LiveJourney
) -> None:
    (sid,) = await wrote(records, "1")
    assert await router.route() == 1
    assert [row for row in (await journey.overview()).owed if "Read what" in row.line]
    assert await state(records, sid) is InboundState.ROUTED
    assert sid in [text.sid for text in await inbound.not_handled(records)]


@pytest.mark.parametrize(
    "happened", [("mood_reported",), ("call_asked", "task_opened", "answer_owed")]
)
async def test_a_digit_that_answers_is_read_by_nobody(
    router: Router,
    records: Records,
    journey: LiveJourney,
    monkeypatch: pytest.MonkeyPatch,
    happened: tuple[str, ...],
) -> None:
    """Of a call that she asks for, the call's own line is what there is to do."""

    async def answered(*_: object) -> Told:
        return Told(Heard.TAKEN, happened=("reply_received", *happened))

    monkeypatch.setattr(routing, "tell", answered)
    (sid,) = await wrote(records, "3")
    assert await router.route() == 1
    assert await state(records, sid) is InboundState.HANDLED


@pytest.mark.parametrize("bodies", [("1", "2"), ("2", "1")])
@pytest.mark.parametrize("names_in_order", [True, False])
async def test_two_digits_of_one_second_are_taken_up_as_they_arrived(
    router: Router,
    records: Records,
    journey: LiveJourney,
    monkeypatch: pytest.MonkeyPatch,
    bodies: tuple[str, str],
    *,
    names_in_order: bool,
) -> None:
    heard: list[str | None] = []

    async def answered(_: object, __: object, command: cmd.RecordReply) -> Told:
        heard.append(command.digit)
        return Told(Heard.TAKEN, happened=("reply_received",))

    monkeypatch.setattr(routing, "tell", answered)
    first, second = (a_text(body) for body in bodies)
    if not names_in_order:
        first, second = (
            first.model_copy(update={"sid": second.sid}),
            second.model_copy(update={"sid": first.sid}),
        )
    for text in (first, second):
        await inbound.store(records, [text.model_copy(update={"received_at": first.received_at})])
    assert await router.route() == 2
    assert tuple(heard) == bodies


async def test_a_stop_is_in_the_journey_too_and_it_goes_on(
    router: Router, records: Records, journey: LiveJourney
) -> None:
    (sid,) = await wrote(records, "STOP")
    assert await opted_out(records, journey.reference), "before any journey knows"
    assert await router.route() == 1
    seen = await journey.overview()
    assert seen.opted_out
    assert seen.ended is None
    assert await state(records, sid) is InboundState.HANDLED
    (back,) = await wrote(records, "START")
    assert await router.route() == 1
    assert await state(records, back) is InboundState.HANDLED, "nobody has to read it"
    assert not (await journey.overview()).opted_out
    assert not await opted_out(records, journey.reference)


async def test_stop_in_her_own_words_stops_at_once(
    router: Router, records: Records, journey: LiveJourney
) -> None:
    (sid,) = await wrote(records, "no mas mensajes por favor")
    assert await router.route() == 1
    assert await opted_out(records, journey.reference)
    assert (await journey.overview()).opted_out
    assert await state(records, sid) is InboundState.ROUTED, "a person reads it"
    await wrote(records, "START")
    assert await router.route() == 1
    assert not await opted_out(records, journey.reference), "her own word takes it back"


async def test_danger_raises_the_flag_of_her_journey_rule_18(
    router: Router, records: Records, journey: LiveJourney, network: BackgroundNetwork
) -> None:
    await wrote(records, "i dont want to live anymore")
    assert await router.route() == 1
    assert (await journey.overview()).escalations[0].level == "safety"
    assert pages(network) == [], "her journey pages, with its ladder"


async def test_two_on_one_phone_are_not_mixed_up_rule_26(
    router: Router, records: Records, stand: Stand
) -> None:
    ada = await stand.start(reference=await enrolled(records))
    bo = await stand.start(reference=await enrolled(records, "Bo"))
    await wrote(records, "1")
    assert await router.route() == 1
    for journey in (ada, bo):
        owed = (await journey.overview()).owed
        assert [row.line for row in owed if "Read what" in row.line], journey.reference


# Where nobody takes it up


async def test_a_stranger_in_danger_reaches_the_clinician_on_call(
    router: Router, records: Records, network: BackgroundNetwork
) -> None:
    (sid,) = await wrote(records, "quiero morir", sender="+14155550177")
    assert await router.route() == 1
    assert pages(network)
    assert all("quiero" not in page and "0177" not in page for page in pages(network))
    assert await state(records, sid) is InboundState.ROUTED
    said = len(pages(network))
    assert await router.route() == 0
    assert len(pages(network)) == said


async def test_a_stranger_is_kept_for_a_person_and_pages_nobody(
    router: Router, records: Records, network: BackgroundNetwork
) -> None:
    (sid,) = await wrote(records, "Is this the clinic?", sender="+14155550177")
    assert await router.route() == 1
    assert await state(records, sid) is InboundState.ROUTED
    assert pages(network) == []


async def test_danger_to_a_journey_that_has_ended_is_paged(
    router: Router, records: Records, journey: LiveJourney, network: BackgroundNetwork
) -> None:
    await journey.do(cmd.Close, outcome="completed", reason="all done")
    await journey.handle.result()
    await wrote(records, "I am going to kill myself")
    assert await router.route() == 1
    assert [page for page in pages(network) if journey.reference in page]


async def test_while_temporal_is_away_texts_wait_in_order_and_danger_does_not(
    router: Router,
    records: Records,
    client: Client,
    caller: Caller,
    journey: LiveJourney,
    network: BackgroundNetwork,
) -> None:
    away = Away()
    without = Router(records, away, shipped_reply_words(), caller)  # type: ignore[arg-type]
    first, second = await wrote(records, "I want to kill myself", "1")
    assert await without.route() == 0
    assert await without.route() == 0
    assert away.asked == 2, "only the first is tried, and the fault fired"
    told = len(pages(network))
    assert told, "somebody is paged although no journey can be"
    assert await state(records, second) is InboundState.RECEIVED
    assert await router.route() == 2
    assert await state(records, first) is InboundState.ROUTED
    assert (await journey.overview()).escalations
    assert len(pages(network)) == told, "paged once from here"


async def test_where_no_pager_works_the_text_stays(
    router: Router, records: Records, network: BackgroundNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = await wrote(records, "I want to die", sender="+14155550177")
    with monkeypatch.context() as patch:
        patch.setattr(router.caller.provider._client.api, "base_url", "http://127.0.0.1:1")
        assert await router.route() == 0
    assert pages(network) == []
    assert await state(records, sid) is InboundState.RECEIVED
    assert await router.route() == 1
    assert pages(network)
