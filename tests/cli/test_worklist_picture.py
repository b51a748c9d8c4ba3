"""The work list as a screen shows it: each group has what its reader acts on."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

from rich.console import Console

from cli.documents import Worklist
from cli.worklist_groups import countdown
from cli.worklist_picture import pictures
from pathway.overview import OwedRow
from pathway.roles import Role
from pathway.today import InChair, Part, Pressure, Shows
from records.done_today import DoneRow
from records.systems import Systems
from records.today import Escort, Ticks
from records.worklist import WorkRow

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
ADA = "J-0123456789"


DONE = {
    "reference": ADA,
    "given_name": "Ada",
    "family_name": "Quill",
    "at": NOON,
    "by": "nia.crow",
}


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def line(group: str, due: float | None, since: float = -10, **more: object) -> WorkRow:
    owed = OwedRow.model_validate(
        {
            "key": "k",
            "group": group,
            "role": Role.NURSE,
            "since": at(since),
            "due": None if due is None else at(due),
            "line": "Act on it",
            **more,
        }
    )
    return WorkRow(
        reference=ADA,
        given_name="Ada",
        family_name="Quill",
        born=date(1985, 3, 3),
        phone_e164="+14155550132",
        stage="infusion",
        owed=owed,
        overdue=None,
        as_of=NOON,
    )


def shown(group: str, row: WorkRow, **more: object) -> str:
    systems = Systems(
        worker_seen=NOON,
        worker_silent=False,
        waiting_for_a_journey=0,
        texts_in_doubt=0,
        journal_conflicts=0,
        watch_seen=NOON - timedelta(minutes=4),
        findings=2,
    )
    fields = {"oldest": NOON, "on_call": (), "ticks": {}, "escorts": {}, "done": (), **more}
    document = Worklist.model_validate(
        {
            "as_of": NOON,
            "day": NOON.date(),
            "groups": {group: (row,)},
            "systems": systems,
            **fields,
        }
    )
    out = StringIO()
    console = Console(file=out, width=260)
    for picture in list(pictures(document, "UTC", full=True)):
        console.print(picture, markup=False)
    return out.getvalue()


def test_danger_says_who_raised_it_when_and_that_nobody_has_it() -> None:
    row = line("danger", None, -42, escalation="e1", shows=Shows(raised_by="nia.crow", attempts=2))
    said = shown("danger", row)
    for part in ("nia.crow", "11:18", "42 min", "NO OWNER", "+14155550132", "1985-03-03"):
        assert part in said
    taken = row.owed.model_copy(update={"owner": "dr.moreau", "due": at(30)})
    said = shown("danger", row.model_copy(update={"owed": taken}))
    assert "dr.moreau" in said
    assert "12:30" in said


def test_the_building_says_minutes_pressure_and_what_keeps_her() -> None:
    pressures = [Pressure(systolic_mmhg=s, diastolic_mmhg=80, at=NOON) for s in (151, 122)]
    chair = InChair(
        started_at=at(-25),
        state="watched",
        with_her="nia.crow",
        reading_due=at(4.5),
        pressure=pressures[0],
        before=pressures[1],
        stays_until=at(95),
        missing=("a screen",),
    )
    row = line("building", 4.5, -25, shows=Shows(chair=chair))
    said = shown("building", row, escorts={ADA: Escort(name="Otto Quill", phone="+14155550133")})
    for part in ("25 min", "04:30", "151/80 (before: 122/80)", "not before 13:35; a screen"):
        assert part in said
    assert "Otto Quill +14155550133" in said


def test_who_has_come_stands_there_with_her_chair_before_the_start() -> None:
    chair = InChair(arrived_at=at(-12), chair="window", state="not started", with_her=None)
    said = shown("building", line("building", 30, -12, shows=Shows(chair=chair)))
    for part in ("window", "not started", "12 min"):
        assert part in said


def test_an_owner_whose_shift_is_over_is_marked_rule_6() -> None:
    owned = line("danger", 30, owner="mara.voss")
    assert "mara.voss (off shift)" not in shown("danger", owned)
    said = shown("danger", owned, off_shift=("mara.voss",))
    assert "mara.voss (off shift)" in said
    assert "Owns something, and the shift is over: mara.voss" in said
    assert "mara.voss (off shift)" in shown(
        "today", line("today", 30, owner="mara.voss"), off_shift=("mara.voss",)
    )


def test_today_says_what_happens_if_not_and_how_often_she_was_tried() -> None:
    shows = Shows(
        part=Part.WINDOW,
        visit_at=at(120),
        then="the patient is asked to call",
        then_at=at(200),
        attempts=3,
    )
    said = shown("today", line("today", 180, shows=shows))
    for part in (
        "2 h",
        "window closing",
        "the patient is asked to call",
        "15:20",
        "booked Mon",
        " 3 ",
    ):
        assert part in said


def test_the_next_clinic_day_has_a_column_for_each_tick() -> None:
    ticks = Ticks(confirmed=True, escort=False, interpreter=False)
    said = shown("next_day", line("next_day", 900), ticks={ADA: ticks})
    assert said.count("TO SETTLE") == 2
    assert "yes" in said


def test_what_was_done_says_how_often_and_to_whom_it_was_handed() -> None:
    done = [
        DoneRow.model_validate({**DONE, **more})
        for more in (
            {"what": "vitals_recorded", "times": 6},
            {"what": "task_changed", "handed": True, "note": "five pm"},
        )
    ]
    said = shown("waiting", line("waiting", None), done=tuple(done))
    assert "vitals recorded, 6 times" in said
    assert "task changed to the queue: five pm" in said


def test_a_reading_that_is_overdue_says_so() -> None:
    assert countdown(timedelta(seconds=95)) == "01:35"
    assert countdown(timedelta(seconds=-61)) == "01:01 LATE"


def test_it_says_when_the_watch_looked_and_that_something_is_wrong() -> None:
    said = shown("danger", line("danger", None, -42, escalation="e1"))
    assert "The watch looked 4 min ago at every journey." in said
    assert "The watch has 2 findings: waymark ops watch." in said
