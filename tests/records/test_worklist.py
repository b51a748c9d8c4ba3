"""The work list comes in the order of the Today page."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from pathway.calendar import Calendar, OpenHours
from pathway.overview import OwedRow
from pathway.protocol import Level
from pathway.roles import Role
from pathway.today import InChair, Shows
from records import enrolment, journal, refusals, worklist
from records.database import Records
from records.patient_model import EnrolmentRow
from workflows.messages import JournalBatch, JourneySnapshot

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
STRANGER = "J-0000000000"


def owed(
    key: str,
    group: str,
    due: float | None = None,
    since: float = -60,
    role: Role = Role.COORDINATOR,
    owner: str | None = None,
) -> OwedRow:
    """A line due and known since so many minutes from noon."""
    return OwedRow(
        key=key,
        group=group,
        role=role,
        owner=owner,
        since=NOON + timedelta(minutes=since),
        due=None if due is None else NOON + timedelta(minutes=due),
        line="Rebook before 13:00.",
        treatment=2,
    )


def danger(
    key: str, level: Level, owner: str | None = None, due: float | None = None, since: float = -60
) -> OwedRow:
    row = owed(key, "danger", due, since, owner=owner)
    return row.model_copy(update={"shows": Shows(level=level)})


async def journey(records: Records, reference: str, *lines: OwedRow, minutes: int = 0) -> None:
    snapshot = JourneySnapshot(stage="psychotherapy", waits_for="therapist", owed=lines)
    batch = JournalBatch(
        reference=reference,
        rows=(),
        confirmed_through=0,
        snapshot=snapshot,
        as_of=NOON + timedelta(minutes=minutes),
    )
    await journal.write(records, batch)


async def patient(records: Records) -> str:
    row = EnrolmentRow(given_name="Ada", family_name="Quill", born=date(1985, 3, 3))
    return (await enrolment.enrol(records, row, NOON)).reference


async def keys(records: Records, role: str | None = None, owner: str | None = None) -> list[str]:
    return [row.owed.key for row in await worklist.rows(records, NOON, role, owner)]


async def test_what_nobody_owns_comes_first_and_of_that_the_gravest(records: Records) -> None:
    """Who owns one has said when she looks again; that is no reason to stand before the others."""
    await journey(
        records,
        STRANGER,
        danger("owned safety", Level.SAFETY, owner="dr.hale", due=240, since=-30),
        danger("owned message", Level.ATTENTION, owner="theo.lind", due=10, since=-90),
        danger("message", Level.ATTENTION, since=-80),
        danger("safety", Level.SAFETY, since=-1),
    )
    order = ["safety", "message", "owned safety", "owned message"]
    assert await keys(records) == order


async def test_the_worst_comes_first_and_no_deadline_last(records: Records) -> None:
    await journey(
        records,
        await patient(records),
        owed("waiting", "waiting", due=-500),
        owed("next day", "next_day"),
        owed("today later", "today", due=90),
        owed("today undated, newer", "today", since=-10),
        owed("today undated, older", "today", since=-20),
        owed("unheard of", "tomorrow_week"),
    )
    await journey(
        records,
        STRANGER,
        owed("building", "building", due=5),
        owed("danger undated", "danger"),
        owed("danger", "danger", due=10),
        owed("today soon", "today", due=30),
    )
    assert await keys(records) == [
        "danger",
        "danger undated",
        "building",
        "today soon",
        "today later",
        "today undated, older",
        "today undated, newer",
        "next day",
        "waiting",
        "unheard of",
    ]


async def test_a_line_names_the_patient_and_how_late_it_is(records: Records) -> None:
    reference = await patient(records)
    line = owed("rebook", "today", due=-40)
    await journey(records, reference, line, minutes=-5)
    (row,) = await worklist.rows(records, NOON)
    assert (row.given_name, row.family_name, row.born) == ("Ada", "Quill", date(1985, 3, 3))
    assert (row.reference, row.stage, row.owed) == (reference, "psychotherapy", line)
    assert row.overdue == timedelta(minutes=40)
    assert row.as_of == NOON - timedelta(minutes=5)
    (early,) = await worklist.rows(records, NOON - timedelta(minutes=40))
    assert early.overdue is None
    assert "Quill" not in repr(row)


async def test_a_journey_without_a_patient_is_still_shown(records: Records) -> None:
    await journey(records, STRANGER, owed("rebook", "today"))
    (row,) = await worklist.rows(records, NOON)
    assert (row.reference, row.given_name, row.born) == (STRANGER, None, None)


@pytest.mark.parametrize(
    ("role", "owner", "seen"),
    [
        (None, None, ["danger", "hers", "the nurse's"]),
        (Role.COORDINATOR, None, ["danger", "hers"]),
        (Role.NURSE, None, ["danger", "the nurse's"]),
        (None, "mara.voss", ["danger", "hers"]),
        (Role.NURSE, "mara.voss", ["danger"]),
    ],
)
async def test_danger_is_never_filtered_away(
    records: Records, role: Role | None, owner: str | None, seen: list[str]
) -> None:
    await journey(
        records,
        STRANGER,
        owed("danger", "danger", role=Role.ON_CALL_CLINICIAN),
        owed("hers", "today", due=1, owner="mara.voss"),
        owed("the nurse's", "today", due=2, role=Role.NURSE),
    )
    assert await keys(records, role, owner) == seen


async def test_what_is_done_leaves_the_list(records: Records) -> None:
    await journey(records, STRANGER, owed("a", "today"), owed("b", "today"))
    await journey(records, STRANGER, owed("b", "today"), minutes=1)
    assert await keys(records) == ["b"]
    await journey(records, STRANGER, minutes=2)
    assert await keys(records) == []


async def test_refusals_are_kept_in_order(records: Records) -> None:
    def refused(code: str, minutes: int, reference: str = STRANGER) -> refusals.Refused:
        return refusals.Refused(
            reference=reference,
            command="start_infusion",
            code=code,
            sentence="The preparation session is missing.",
            by="dr.hale",
            role="prescriber",
            at=NOON + timedelta(minutes=minutes),
        )

    later, earlier = refused("not_prepared", 5), refused("no_consent", 1)
    for refusal in (later, earlier, earlier, refused("other", 0, "J-1111111111")):
        await refusals.record(records, refusal)
    assert await refusals.for_reference(records, STRANGER) == (earlier, earlier, later)


async def test_what_waits_moves_to_today_when_its_day_comes(records: Records) -> None:
    """Friday noon in the clinic's zone: due later today, on Monday, and on Tuesday."""
    friday = datetime(2026, 3, 13, 19, tzinfo=UTC)
    await journey(
        records,
        "J-0000000009",
        *(
            owed(f"step/{n}", "waiting").model_copy(update={"due": friday + timedelta(days=n)})
            for n in (0, 3, 4)
        ),
    )
    weekdays = tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(5))
    zone = "America/Los_Angeles"
    calendar = Calendar(zone=zone, country_zones=(zone,), hours=weekdays)
    listed = await worklist.rows(records, friday, calendar=calendar)
    assert [(r.owed.key, r.owed.group) for r in listed] == [
        ("step/0", "today"),
        ("step/3", "next_day"),
        ("step/4", "waiting"),
    ]


async def test_story_3_what_is_to_be_done_stands_before_the_step_it_is_about(
    records: Records,
) -> None:
    """Both run out at the same moment, and the step has waited for longer."""
    rebook = owed("t1/psychotherapy/a1/no-show", "today", due=40, since=-1)
    await journey(records, STRANGER, owed("step/psychotherapy", "today", due=40), rebook)
    assert await keys(records) == ["t1/psychotherapy/a1/no-show", "step/psychotherapy"]


async def test_who_came_yesterday_and_was_not_started_is_not_here_today(records: Records) -> None:
    calendar = Calendar(
        zone="America/Los_Angeles",
        country_zones=("America/Los_Angeles",),
        hours=tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(7)),
    )
    chair = InChair(arrived_at=NOON, state="not started", with_her=None)
    row = owed("step/infusion", "building").model_copy(update={"shows": Shows(chair=chair)})
    await journey(records, STRANGER, row)
    for days, group in ((0, "building"), (1, "waiting")):
        (seen,) = await worklist.rows(records, NOON + timedelta(days=days), calendar=calendar)
        assert seen.owed.group == group
