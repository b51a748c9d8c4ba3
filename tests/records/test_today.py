"""The Today page as one question: folded by patient, with what was done and what is known."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pathway.calendar import Calendar, OpenHours
from pathway.overview import OwedRow
from pathway.roles import Role
from pathway.today import InChair, Pressure, Ready, Shows
from records import enrolment, journal, patients, signs, today, watch_rounds
from records.database import Records
from records.done_today import DoneRow
from records.patient_model import Companion, Details, EnrolmentRow
from records.today import Ticks, TodayQuery
from records.visible import visible_row
from records.watch_rounds import Round
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

ZONE = "America/Los_Angeles"
FRIDAY = datetime(2026, 3, 13, 19, tzinfo=UTC)
"""Noon in the clinic."""
WEEKDAYS = tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(5))
CALENDAR = Calendar(zone=ZONE, country_zones=(ZONE,), hours=WEEKDAYS)


def owed(key: str, group: str, days: float | None = None) -> OwedRow:
    return OwedRow(
        key=key,
        group=group,
        role=Role.COORDINATOR,
        since=FRIDAY - timedelta(hours=1),
        due=None if days is None else FRIDAY + timedelta(days=days),
        line="Book it.",
    )


def happened(number: int, kind: str, at: datetime, payload: object) -> JournalRow:
    said = json.dumps(payload)
    return JournalRow(number=number, kind=kind, at=at, payload=said, content_hash=f"{number}")


async def journey(
    records: Records, name: str, *lines: OwedRow, rows: tuple[JournalRow, ...] = (), **more: object
) -> str:
    row = EnrolmentRow.model_validate(
        {"given_name": name, "family_name": "Quill", "born": date(1985, 3, 3), **more}
    )
    reference = (await enrolment.enrol(records, row, FRIDAY)).reference
    snapshot = JourneySnapshot(stage="preparation", waits_for="therapist", owed=lines)
    batch = JournalBatch(
        reference=reference, rows=rows, confirmed_through=0, snapshot=snapshot, as_of=FRIDAY
    )
    await journal.write(records, batch)
    return reference


async def test_each_patient_stands_once_in_her_gravest_group(records: Records) -> None:
    ada = await journey(
        records,
        "Ada",
        owed("e1", "danger"),
        owed("e2", "danger"),
        owed("call", "today", 0.1),
        owed("step", "waiting", 3),
    )
    bo = await journey(records, "Bo", owed("later", "today", 0.2), owed("soon", "today", 0.1))
    seen = await today.read(records, CALENDAR, FRIDAY)
    assert list(seen.groups) == ["danger", "building", "today", "next_day", "waiting"]
    folded = {
        name: [(row.reference, row.owed.key, more) for row, more in rows]
        for name, rows in today.one_each(seen).items()
        if rows
    }
    assert folded == {
        "danger": [(ada, "e1", 3), (ada, "e2", 3)],
        "today": [(bo, "soon", 1)],
    }


@pytest.mark.parametrize(("needs", "tick"), [("Spanish", True), (None, None)])
async def test_an_interpreter_that_comes_is_ticked_where_one_is_needed(
    records: Records, needs: str | None, tick: bool | None
) -> None:
    booked = owed("monday", "waiting", 3).model_copy(
        update={"shows": Shows(ready=Ready(interpreter=True))}
    )
    ada = await journey(records, "Ada", booked, details=Details(interpreter=needs))
    assert (await today.read(records, CALENDAR, FRIDAY)).ticks[ada].interpreter is tick


async def test_another_day_has_its_own_today_and_its_next_clinic_day(records: Records) -> None:
    escort = Details(escort=Companion(name="Otto Quill"), interpreter="Spanish")
    booked = owed("monday", "waiting", 3).model_copy(
        update={"shows": Shows(ready=Ready(confirmed=True, escort=False))}
    )
    ada = await journey(records, "Ada", booked, details=escort)
    bo = await journey(records, "Bo", owed("monday", "waiting", 3))
    now = await today.read(records, CALENDAR, FRIDAY)
    assert [row.reference for row in now.groups["next_day"]] == sorted([ada, bo])
    assert now.ticks == {
        ada: Ticks(confirmed=True, escort=False, interpreter=False),
        bo: Ticks(),
    }
    monday = TodayQuery(day=date(2026, 3, 16))
    then = await today.read(records, CALENDAR, FRIDAY, monday)
    assert len(then.groups["today"]) == 2
    assert (then.groups["next_day"], then.ticks, then.day) == ((), {}, date(2026, 3, 16))


async def test_what_was_done_is_read_off_the_journal(records: Records) -> None:
    yesterday = FRIDAY - timedelta(days=1)
    assessed = {"assessment": {"suitable": True, "signed": {"by": "jon.pell"}}}
    handed = {"escalation": "e1", "to": "suri.okt", "note": "call at five", "by": "mara.voss"}
    await journey(
        records,
        "Ada",
        rows=(
            happened(1, "assessment_recorded", yesterday, assessed),
            happened(2, "escalation_handed_over", FRIDAY, handed),
            happened(3, "task_closed", FRIDAY, {"key": "x", "reason": "moot", "by": None}),
            happened(4, "text_begun", FRIDAY, {"key": "x", "by": "mara.voss"}),
            happened(5, "consent_recorded", FRIDAY, {"consent": {"signed": {"by": "theo.lind"}}}),
        ),
    )
    plain = (await today.read(records, CALENDAR, FRIDAY)).done
    assert [row.note for row in plain] == [None, None], "a clinician may have written it"
    as_nurse = TodayQuery(reader=Role.NURSE)
    (consent, handover) = (await today.read(records, CALENDAR, FRIDAY, as_nurse)).done
    assert (consent.what, consent.by, consent.family_name) == (
        "consent_recorded",
        "theo.lind",
        "Quill",
    )
    assert (handover.to, handover.note, handover.by) == ("suri.okt", "call at five", "mara.voss")
    hers = TodayQuery(person="mara.voss")
    assert len((await today.read(records, CALENDAR, FRIDAY, hers)).done) == 1
    before = TodayQuery(day=date(2026, 3, 12))
    (then,) = (await today.read(records, CALENDAR, FRIDAY, before)).done
    assert then.by == "jon.pell"


async def test_the_strip_counts_what_ought_to_be_nothing(records: Records) -> None:
    reference = await journey(records, "Ada")
    later = FRIDAY + timedelta(minutes=10)
    seen = (await today.read(records, CALENDAR, later)).systems
    assert (seen.worker_seen, seen.worker_silent, seen.waiting_for_a_journey) == (None, True, 1)
    assert not seen.well
    await patients.mark_started(records, reference, FRIDAY)
    await signs.give(records, "worker 1", later - timedelta(seconds=20))
    seen = (await today.read(records, CALENDAR, later)).systems
    assert (seen.watch_seen, seen.watch_silent, seen.well) == (None, True, False)
    five = timedelta(minutes=5)
    looked = Round(begun_at=FRIDAY, ended_at=FRIDAY, journeys=1, mended=0, every=five)
    await watch_rounds.note(records, looked)
    seen = (await today.read(records, CALENDAR, later)).systems
    assert seen.well
    assert (await today.read(records, CALENDAR, later + five * 2)).systems.watch_silent
    assert seen.worker_seen == later - timedelta(seconds=20)
    assert (await today.read(records, CALENDAR, later + timedelta(hours=1))).systems.worker_silent


async def test_what_moves_under_today_stands_there_by_its_time_left(records: Records) -> None:
    await journey(
        records,
        "Ada",
        owed("call", "today"),
        owed("decide", "today", 0.2),
        owed("unheard of", "tomorrow_week", 0.1),
    )
    await journey(records, "Bo", owed("rebook", "waiting", 20 / 1440), owed("late", "today", -1))
    seen = await today.read(records, CALENDAR, FRIDAY)
    listed = [row.owed.key for row in seen.groups["today"]]
    assert listed == ["late", "rebook", "decide", "call"]
    assert [row.owed.key for row in seen.groups["tomorrow_week"]] == ["unheard of"]


async def test_a_session_of_today_stands_under_today_although_its_due_is_later(
    records: Records,
) -> None:
    session = owed("session", "waiting", 2).model_copy(
        update={"shows": Shows(visit_at=FRIDAY + timedelta(hours=2))}
    )
    message = owed("message", "today").model_copy(
        update={"shows": Shows(then="it is escalated", then_at=FRIDAY + timedelta(hours=1))}
    )
    await journey(records, "Ada", session, message, owed("call", "today", 0.2))
    seen = await today.read(records, CALENDAR, FRIDAY)
    listed = [row.owed.key for row in seen.groups["today"]]
    assert listed == ["message", "session", "call"], "by what runs out first"
    assert seen.groups["today"][0].overdue is None


async def test_in_the_building_a_coordinator_sees_no_pressure_rule_29(records: Records) -> None:
    pressure = Pressure(systolic_mmhg=151, diastolic_mmhg=93, at=FRIDAY)
    chair = InChair(
        started_at=FRIDAY, state="running", with_her="nia.crow", pressure=pressure, missing=("x",)
    )
    row = owed("step/infusion", "building", 0).model_copy(update={"shows": Shows(chair=chair)})
    escort = Details(escort=Companion(name="Otto Quill", phone="+14155550133"))
    ada = await journey(records, "Ada", row, details=escort)

    async def seen_as(reader: Role | None) -> today.Today:
        return await today.read(records, CALENDAR, FRIDAY, TodayQuery(reader=reader))

    nurses = await seen_as(Role.NURSE)
    assert nurses.groups["building"][0].owed == row
    assert nurses.escorts[ada].phone == "+14155550133"
    for reader in (None, Role.COORDINATOR, Role.OPS):
        seen = await seen_as(reader)
        (line,) = seen.groups["building"]
        hidden = chair.model_copy(update={"pressure": None, "missing": ()})
        assert line.owed.shows.chair == hidden
        names = (line.given_name, line.family_name, line.born, bool(seen.escorts))
        known = reader is not Role.OPS
        assert names == (
            ("Ada", "Quill", date(1985, 3, 3), True) if known else (None,) * 3 + (False,)
        )


async def test_what_was_done_holds_readings_attempts_and_what_changed_hands(
    records: Records,
) -> None:
    by = {"by": "nia.crow", "role": "nurse"}
    attempt = {"outcome": "no_answer", "signed": {"by": "mara.voss", "role": "coordinator"}}
    task = {"key": "x", "owner": "jon.pell"}
    signed = {"by": "mara.voss", "role": "coordinator"}
    at = [FRIDAY + timedelta(minutes=n) for n in range(6)]
    await journey(
        records,
        "Ada",
        rows=(
            happened(1, "vitals_recorded", at[0], {"treatment": 1, "readings": [], "signed": by}),
            happened(2, "contact_attempted", at[1], {"attempt": attempt}),
            happened(3, "vitals_recorded", at[2], {"treatment": 1, "readings": [], "signed": by}),
            happened(4, "risk_assessed", at[3], {"assessment": {"signed": by}}),
            happened(5, "task_changed", at[4], {"task": task, "note": "five pm", "signed": signed}),
        ),
    )
    done = (await today.read(records, CALENDAR, FRIDAY)).done
    assert [(row.what, row.times, row.outcome) for row in done] == [
        ("task_changed", 1, None),
        ("risk_assessed", 1, None),
        ("vitals_recorded", 2, None),
        ("contact_attempted", 1, "no_answer"),
    ]
    assert (done[0].handed, done[0].to, done[0].note) == (True, "jon.pell", "five pm")


def test_rule_29_a_note_about_a_restricted_record_is_for_nobody_who_treats_others() -> None:
    row = DoneRow(
        reference="J-0123456789",
        given_name="Ada",
        family_name="Quill",
        at=FRIDAY,
        what="task_changed",
        by="dr.hale",
        handed=True,
        note="five pm",
        restricted=True,
    )
    for reader in (Role.NURSE, Role.PRESCRIBER, Role.COORDINATOR, None):
        seen = visible_row(row, reader)
        assert (seen.given_name, seen.family_name, seen.note) == (None, None, None)
    assert visible_row(row, Role.PRIVACY_OFFICER).family_name == "Quill"
    assert visible_row(row.model_copy(update={"restricted": False}), Role.NURSE).note == "five pm"
