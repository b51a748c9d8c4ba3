"""What stands beside a line of the Today page: ticks, the chair, what happens if it is not done."""

from datetime import timedelta

from core_driver import MONDAY, CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave, move, prepare, session, start
from visits import reading

from pathway import commands as cmd
from pathway.escalation import TaskKind
from pathway.facts import Step
from pathway.overview import OwedRow, owed
from pathway.today import Part, Ready

TUESDAY = MONDAY + timedelta(days=1)


def step_row(driver: CoreDriver) -> OwedRow:
    return owed(driver.journey)[-1]


def ready(driver: CoreDriver) -> Ready:
    found = step_row(driver).shows.ready
    assert found is not None
    return found


def visit(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:30"))
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))


def test_the_ticks_of_a_visit_come_from_the_journey(driver: CoreDriver) -> None:
    assert step_row(driver).shows.ready is None, "nothing is booked"
    visit(driver)
    nothing = Ready(
        confirmed=False,
        escort=False,
        preparation=False,
        psychotherapy_slot=False,
        interpreter=False,  # the records know whether she needs one
        decision=None,
    )
    assert ready(driver) == nothing
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    assert ready(driver).psychotherapy_slot
    driver.to(clock(TUESDAY, "18:00"))
    driver.do(cmd.RecordReply, digit="1")
    assert ready(driver).confirmed
    move(driver, Step.INFUSION, clock(WEDNESDAY, "10:45"))
    assert not ready(driver).confirmed, "she has confirmed another time"
    driver.do(cmd.RecordPreflight, "nurse", treatment=1, items={"escort_reached": "yes"})
    assert ready(driver).escort
    driver.to(clock(WEDNESDAY, "10:00"))
    driver.do(cmd.RecordPreparation, "therapist", treatment=1)
    assert ready(driver).preparation


def test_an_escort_who_was_called_is_a_tick(driver: CoreDriver) -> None:
    visit(driver)
    driver.do(cmd.DoubtPhone)
    driver.do(
        cmd.RecordContactAttempt,
        task="phone/confirm",
        whom="escort",
        outcome="reached",
        next_try=clock(TUESDAY, "15:00"),
    )
    assert ready(driver).escort


def test_the_next_visit_waits_for_the_decision(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    row = step_row(driver)
    assert (row.shows.part, row.shows.ready) == (Part.DECISION, None)
    at = clock(WEDNESDAY + timedelta(days=7), "11:00")
    driver.do(cmd.ProposeVisits, treatment=1, visits=[{"treatment": 2, "at": at}])
    row = step_row(driver)
    assert (row.shows.visit_at, row.shows.ready) == (at, Ready(decision=False))


def test_a_session_names_its_hour_and_what_follows_if_it_is_missed(driver: CoreDriver) -> None:
    infuse(driver)
    book(driver, Step.PSYCHOTHERAPY, clock(THURSDAY, "09:00"))
    leave(driver)
    shows = step_row(driver).shows
    assert (shows.part, shows.visit_at) == (Part.WINDOW, clock(THURSDAY, "09:00"))
    assert shows.then is not None
    assert "climbs" in shows.then
    assert shows.then_at is not None
    driver.to(shows.then_at)
    assert [e.step for e in driver.journey.open_escalations] == [Step.PSYCHOTHERAPY]
    assert step_row(driver).shows.then is None, "it has happened"


def test_in_the_chair_she_is_seen_since_her_start(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    row = step_row(driver)
    chair = row.shows.chair
    assert chair is not None
    assert row.since == chair.started_at == driver.now
    assert (chair.state, chair.missing, chair.stays_until) == ("running", (), None)
    assert chair.before is not None
    assert chair.reading_due == row.due
    driver.to(clock(WEDNESDAY, "11:40"))
    seen = reading(driver.now, systolic_mmhg=138)
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=[seen])
    driver.do(cmd.EndInfusion, "nurse", treatment=1)
    chair = step_row(driver).shows.chair
    assert chair is not None
    assert chair.pressure is not None
    assert (chair.pressure.systolic_mmhg, chair.state) == (138, "watched")
    assert any("screen before leaving" in each for each in chair.missing)
    leave(driver)
    assert step_row(driver).shows.chair is None


def test_who_raised_it_and_how_often_she_was_tried(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    row = owed(driver.journey)[0]
    assert (row.group, row.shows.attempts) == ("danger", 0)
    assert row.shows.raised_by == driver.journey.flags[0].raised_by is not None
    driver.do(
        cmd.RecordContactAttempt,
        task=row.escalation,
        outcome="no_answer",
        next_try=driver.now + timedelta(hours=1),
    )
    assert owed(driver.journey)[0].shows.attempts == 1


def test_messages_and_calls_say_what_happens_if_nobody_comes(driver: CoreDriver) -> None:
    visit(driver)
    driver.do(cmd.RecordReply, message="m1")
    message = next(t for t in driver.journey.tasks if t.kind is TaskKind.MESSAGE)
    (row,) = [r for r in owed(driver.journey) if r.key == message.key]
    assert (row.shows.part, row.shows.then) == (Part.MESSAGE, "it is escalated")
    assert row.shows.then_at is not None
    driver.to(row.shows.then_at)
    assert driver.journey.open_escalations
