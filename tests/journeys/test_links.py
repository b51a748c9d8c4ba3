"""Answers by link, from the tap on a phone to the journey and the Today page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from away import Away
from clinic_days import a_tuesday, admit_to_programme, decide, leave, monitor, prepare, ready
from fake_activities import FakeActivities
from journey_stand import LiveJourney, Stand, a_calendar, clinic_time
from link_phone import SIGNED, Page, Phone, link_console
from temporalio.client import Client
from visits import dose_fields
from waiting import until

from activities.journal import Journal
from config.clinic import Clinic, load_clinic
from config.rota import Staff
from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step
from pathway.facts.decision import CosignedHow
from pathway.protocol import Level
from pathway.roles import Role
from records import link_state, links, today, worklist
from records.database import Records
from records.link_making import about_session, to_take
from records.links import Link, Outcome
from workers.answering import Answers
from workers.assembly import Activities

THERAPIST = "ext.roe"


def a_clinic() -> Clinic:
    """The demonstration's, with a therapist outside."""
    clinic = load_clinic()
    outside = Staff(
        id=THERAPIST,
        name="Ada Roe",
        roles=(Role.THERAPIST,),
        phone="+14155550177",
        external=True,
    )
    return clinic.model_copy(update={"people": (*clinic.people, outside)})


class Clock:
    """The console's: the journey's own time, which the test lets pass."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class World:
    stand: Stand
    records: Records
    phone: Phone
    clock: Clock
    client: Client

    async def given(self, link: Link) -> str:
        await links.make(self.records, link)
        return SIGNED.url(link.id)

    async def tap(self, journey: LiveJourney, url: str, **answer: str) -> Page:
        """Tap now, by the journey's time; a worker hands it on."""
        self.clock.now = await journey.now()
        page = await self.phone.tap(url, **answer)
        assert page.status == 200, page.body
        return page

    async def handed_on(self, client: Any = None) -> int:
        answers = Answers(self.records, client or self.client, a_clinic())
        return await answers.hand_on()

    async def outcome(self, link: Link) -> Outcome | None:
        stored = await links.get(self.records, link.id)
        assert stored is not None
        return stored.outcome


@pytest.fixture
async def world(
    client: Client,
    records: Records,
    records_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    real = Journal(records)

    def with_records(self: FakeActivities) -> Activities:
        main: list[Any] = [real.write_journal, self.send_page, self.alert_ops]
        return Activities(main=main, texting=[self.send_text, self.look_up_text])

    monkeypatch.setattr(FakeActivities, "activities", with_records)
    clock = Clock()
    async with (
        Stand.open(client) as stand,
        link_console(records_url, tmp_path, clock, clinic=a_clinic()) as console,
    ):
        yield World(stand, records, Phone(console.twilio.port), clock, client)
        await stand.replay_all()


async def flagged(world: World) -> LiveJourney:
    """A journey with a safety flag (escalation e1) of which the on-call clinician is paged."""
    journey = await world.stand.start()
    await journey.do(cmd.RaiseFlag, "nurse")

    async def paged() -> bool:
        return bool(world.stand.fakes.pages)

    await until(paged)
    return journey


def page_link(world: World, person: str, role: str = "on_call_clinician") -> Link:
    page = world.stand.fakes.pages[-1].model_copy(update={"role": role})
    return to_take(page, person, (Role(role),))


async def treated(world: World) -> tuple[LiveJourney, date]:
    """Her infusion ended at 11:00, so her session is due next day at 11:00; it begins at 10:00."""
    journey = await world.stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    next_day = day + timedelta(days=1)
    before = clinic_time(day - timedelta(days=1), "13:00")
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=before)
    await journey.do(
        cmd.Book,
        treatment=1,
        step=Step.INFUSION,
        at=clinic_time(day, "10:00"),
        minutes=180,
        psychotherapy_at=clinic_time(next_day, "10:00"),
    )
    await prepare(journey, 1, day)
    await _infused(journey, day)
    return journey, next_day


async def _infused(journey: LiveJourney, day: date) -> None:
    rules = journey.protocol.steps
    started, ended = clinic_time(day, "10:20"), clinic_time(day, "11:00")
    await journey.to(started)
    await ready(journey, 1)
    await journey.do(cmd.StartInfusion, "nurse", treatment=1, **dose_fields(journey.protocol))
    await monitor(journey, 1, started, ended, rules.monitoring.vitals.during_every)
    await journey.do(cmd.EndInfusion, "nurse", treatment=1, happened_at=ended)
    watched = max(
        started + rules.monitoring.minimum_from_start.value,
        ended + (rules.monitoring.minimum_from_end.value or timedelta(0)),
    )
    until = watched + timedelta(minutes=5)
    await monitor(journey, 1, ended, until, rules.monitoring.vitals.after_every)
    await leave(journey, 1)


def session_link(journey: LiveJourney, next_day: date, now: datetime) -> Link:
    ends = clinic_time(next_day, "11:00")
    return about_session(journey.reference, 1, 1, ends=ends, whom=THERAPIST, now=now)


# Pages


async def test_a_tap_takes_the_escalation_and_stops_the_pages(world: World) -> None:
    journey = await flagged(world)
    link = page_link(world, "dr.hale")
    url = await world.given(link)
    await world.tap(journey, url, answer="take")
    assert await world.handed_on() == 1
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None
    assert escalation.acknowledged.by == "dr.hale"
    assert await world.outcome(link) is Outcome.TAKEN
    assert "paging stopped then" in (await world.phone.open(url)).body
    paged = len(world.stand.fakes.pages)
    await journey.to(await journey.now() + timedelta(hours=1))
    assert len(world.stand.fakes.pages) == paged
    assert await world.handed_on() == 0


async def test_a_tap_is_one_act_however_often_it_is_handed_on(world: World) -> None:
    journey = await flagged(world)
    link = page_link(world, "dr.hale")
    await world.tap(journey, await world.given(link), answer="take")
    before = await links.waiting(world.records)
    await world.handed_on()
    events = (await journey.overview()).events
    answers = Answers(world.records, world.client, a_clinic())
    assert [await answers._one(each) for each in before] == [True]
    assert (await journey.overview()).events == events


async def test_who_comes_second_is_told_who_has_it(world: World) -> None:
    journey = await flagged(world)
    await world.tap(journey, await world.given(page_link(world, "dr.hale")), answer="take")
    await world.handed_on()

    async def noted() -> Any:
        page = await world.phone.open(await world.given(page_link(world, "dr.moreau")))
        return page if page.status == 410 else None

    late = await until(noted)
    assert "Too late: Dr. Wren Hale has it" in late.body


async def test_an_answer_that_comes_second_leaves_the_escalation_with_the_first(
    world: World,
) -> None:
    journey = await flagged(world)
    second = page_link(world, "dr.tamm")
    url = await world.given(second)
    await world.tap(journey, url, answer="take")
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")

    async def handed_on() -> Any:
        standing = await link_state.escalation(world.records, journey.reference, "e1")
        return standing.owner

    await until(handed_on)
    assert await world.handed_on() == 1
    assert await world.outcome(second) is Outcome.TOO_LATE
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None
    assert escalation.acknowledged.by == "omar"
    page = await world.phone.open(url)
    assert (page.status, "Too late: omar had it" in page.body) == (410, True)


async def test_who_is_no_clinician_helps_and_paging_goes_on(world: World) -> None:
    journey = await flagged(world)
    link = page_link(world, "mara.voss", "coordinator")
    url = await world.given(link)
    await world.tap(journey, url, answer="take")
    await world.handed_on()
    assert await world.outcome(link) is Outcome.HELP_NOTED
    assert "paging goes on" in (await world.phone.open(url)).body
    (escalation,) = (await journey.overview()).escalations
    assert (escalation.acknowledged, escalation.level) == (None, Level.SAFETY)


async def test_an_owner_who_is_paged_again_takes_it_again(world: World) -> None:
    """Acknowledged and still open four hours later: another page to her, and another link."""
    journey = await flagged(world)
    first = page_link(world, "dr.hale")
    await world.tap(journey, await world.given(first), answer="take")
    await world.handed_on()
    await journey.to(await journey.now() + timedelta(hours=4, minutes=1))

    async def paged_again() -> bool:
        return world.stand.fakes.pages[-1].person == "dr.hale"

    await until(paged_again)
    held = load_clinic().staff("dr.hale")
    assert held is not None
    again = to_take(world.stand.fakes.pages[-1], held.id, held.roles)
    assert again.id != first.id
    url = await world.given(again)

    async def nobodys() -> Any:
        page = await world.phone.open(url)
        return "I have it</button>" in page.body

    await until(nobodys)
    await world.tap(journey, url, answer="take")
    assert await world.handed_on() == 1
    assert await world.outcome(again) is Outcome.TAKEN
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None


async def test_while_temporal_is_away_an_answer_waits(world: World) -> None:
    journey = await flagged(world)
    link = page_link(world, "dr.hale")
    url = await world.given(link)
    page = await world.tap(journey, url, answer="take")
    assert "kept and handed on as soon as" in page.body
    away = Away()
    assert [await world.handed_on(away) for _ in range(3)] == [0, 0, 0]
    assert away.asked == 3
    assert await world.outcome(link) is None
    assert await world.handed_on() == 1
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None


# The therapist outside (rules 4, 7 and 9)


async def test_story_3_not_held_tops_today_with_forty_minutes_left(world: World) -> None:
    journey, next_day = await treated(world)
    await journey.to(clinic_time(next_day, "10:20"))
    link = session_link(journey, next_day, await journey.now())
    await world.tap(journey, await world.given(link), answer="not_held", wish="patient")
    assert await world.handed_on() == 1
    now = await journey.now()

    async def top() -> Any:
        page = await today.read(world.records, a_calendar(), now)
        rows = page.groups["today"]
        return rows[0].owed if rows and "Rebook" in rows[0].owed.line else None

    owed = await until(top)
    assert owed.line == "Rebook before Wed 11:00"
    assert owed.due is not None
    left = owed.due - now
    assert timedelta(minutes=39) < left <= timedelta(minutes=40)
    seen = await journey.overview()
    assert (seen.escalations, len(seen.no_shows)) == ((), 1)


async def test_rule_4_held_said_late_closes_the_ladder_as_held_in_time(world: World) -> None:
    journey, next_day = await treated(world)
    await journey.to(clinic_time(next_day, "14:00"))
    assert (await journey.overview()).escalations
    link = session_link(journey, next_day, await journey.now())
    await world.tap(journey, await world.given(link), answer="held")
    # It is handed on long after she has said it: what counts is when the session was.
    await journey.to(clinic_time(next_day, "15:30"))
    assert await world.handed_on() == 1
    seen = await journey.overview()
    assert seen.escalations == ()
    assert seen.sessions == {1: SessionOutcome.HELD}
    record = seen.treatments[0].psychotherapy
    assert record is not None
    assert record.stated_by == "Ada Roe, one-time link"
    assert (record.signed.by, record.signed.role) == (THERAPIST, Role.THERAPIST)


async def test_rule_9_her_recommendation_by_link_is_the_second_signature(world: World) -> None:
    journey, next_day = await treated(world)
    await journey.to(clinic_time(next_day, "11:05"))
    link = session_link(journey, next_day, await journey.now())
    held = await world.tap(journey, await world.given(link), answer="held")
    onward = f"{SIGNED.public_url}/l/{held.onward}"
    choice = Choice.COMPLETE
    await world.tap(journey, onward, answer=choice, reason="she slept, and went out")
    assert await world.handed_on() == 2
    await decide(journey, 1, choice, recommended=True)
    (treatment,) = (await journey.overview()).treatments
    assert treatment.decision is not None
    signature = treatment.decision.cosignature
    assert signature is not None
    assert signature.how is CosignedHow.RECOMMENDED
    assert signature.stated_by == "Ada Roe, one-time link"


async def test_moved_moves_the_session_and_closes_the_link_of_the_old_time(world: World) -> None:
    journey, next_day = await treated(world)
    await journey.to(clinic_time(next_day, "09:30"))
    now = await journey.now()
    url = await world.given(session_link(journey, next_day, now))
    await world.tap(journey, url, answer="moved", at=f"{next_day.isoformat()}T10:30")
    assert await world.handed_on() == 1
    slot = (await journey.overview()).treatments[0].appointment(Step.PSYCHOTHERAPY)
    assert slot is not None
    assert (slot.at, slot.revision) == (clinic_time(next_day, "10:30"), 2)
    ends = clinic_time(next_day, "11:00")
    old = about_session(journey.reference, 1, 1, ends=ends, whom="jon.pell", now=now)
    other = await world.given(old)

    async def superseded() -> Any:
        page = await world.phone.open(other)
        return page if page.status == 410 else None

    assert "moved or called off since" in (await until(superseded)).body


async def test_what_a_journey_refuses_is_said_with_its_sentence(world: World) -> None:
    journey, next_day = await treated(world)
    link = session_link(journey, next_day, await journey.now())
    url = await world.given(link)
    await world.tap(journey, url, answer="moved", at=f"{next_day.isoformat()}T10:30")
    slot: dict[str, Any] = {"treatment": 1, "step": Step.PSYCHOTHERAPY, "revision": 1}
    await journey.do(cmd.Move, at=clinic_time(next_day, "09:00"), **slot)
    assert await world.handed_on() == 1
    assert await world.outcome(link) is Outcome.REFUSED
    page = await world.phone.open(url)
    assert "Somebody moved the psychotherapy appointment since you looked" in page.body


async def test_rule_9_what_a_journey_refuses_is_a_line_for_the_coordinator_once(
    world: World,
) -> None:
    journey = await flagged(world)
    now = await journey.now()
    link = about_session(journey.reference, 7, None, ends=now, whom=THERAPIST, now=now)
    await world.tap(journey, await world.given(link), answer="not_held", wish="")
    before = await links.waiting(world.records)
    assert await world.handed_on() == 1
    assert await world.outcome(link) is Outcome.REFUSED
    answers = Answers(world.records, world.client, a_clinic())
    assert [await answers._one(each) for each in before] == [True]

    async def on_the_list() -> Any:
        found = await worklist.rows(world.records, await journey.now(), "coordinator")
        return [row.owed for row in found if row.owed.key.startswith("link/")]

    (line,) = await until(on_the_list)
    assert "not held, treatment 7" in line.line
    await journey.do(cmd.CloseLine, task=line.key, note="asked her")
    assert not any(t.key == line.key for t in (await journey.overview()).owed)
