"""Who may stop a ladder, and who is told that it is hers (clinic-life rules 6, 20, 21; story 7)."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, infuse
from safety_steps import screen
from visits import dose_fields

from pathway import commands as cmd
from pathway.escalation import Ending, Escalation
from pathway.overview import overview
from pathway.refusals import Reason, Refused

EVENING = clock(WEDNESDAY, "19:30")


def flagged(driver: CoreDriver) -> Escalation:
    driver.to(EVENING)
    screen(driver, wished_dead=True)
    return standing(driver)


def standing(driver: CoreDriver) -> Escalation:
    return driver.journey.open_escalations[-1]


def take(driver: CoreDriver, role: str) -> None:
    driver.do(cmd.AcknowledgeEscalation, role, escalation=standing(driver).id)


@pytest.mark.parametrize("role", ["coordinator", "nurse", "nurse_on_shift"])
def test_story_7_one_who_may_not_judge_helps_and_the_pages_go_on(
    driver: CoreDriver, role: str
) -> None:
    flagged(driver)
    paged = len(driver.pages())
    take(driver, role)
    assert standing(driver).acknowledged is None
    assert standing(driver).owner is None
    (row,) = (r for r in overview(driver.journey).owed if r.group == "danger")
    assert row.owner is None
    assert f"({standing(driver).helping[0]} helping)" in row.line
    driver.to(EVENING + timedelta(minutes=11))
    assert len(driver.pages()) >= paged + 2


@pytest.mark.parametrize(
    "role",
    [
        *("prescriber", "supervising_clinician", "medical_director", "on_call_clinician"),
        *("mental_health_professional", "therapist", "therapist_lead"),
    ],
)
def test_rule_21_one_who_may_judge_a_risk_stops_the_pages(driver: CoreDriver, role: str) -> None:
    flagged(driver)
    paged = len(driver.pages())
    take(driver, role)
    driver.to(EVENING + timedelta(hours=3))
    assert len(driver.pages()) == paged


def test_rule_21_a_flag_about_her_body_is_not_a_therapists_to_take(driver: CoreDriver) -> None:
    infuse(driver)
    driver.do(cmd.RaiseFlag, "nurse", flag_kind="respiratory_depression")
    take(driver, "therapist")
    assert standing(driver).acknowledged is None
    take(driver, "on_call_clinician")
    assert standing(driver).acknowledged is not None


def test_rule_21_anybody_takes_what_is_no_matter_of_safety(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(THURSDAY, "12:00"))
    take(driver, "coordinator")
    assert standing(driver).acknowledged is not None


@pytest.mark.parametrize("taken", [True, False])
def test_rule_21_an_attempt_by_a_coordinator_changes_neither_owner_nor_next_look(
    driver: CoreDriver, *, taken: bool
) -> None:
    flagged(driver)
    if taken:
        take(driver, "on_call_clinician")
    before = standing(driver)
    later = driver.now + timedelta(hours=3)
    driver.do(cmd.RecordContactAttempt, task=before.id, outcome="no_answer", next_try=later)
    after = standing(driver)
    assert (after.owner, after.acknowledged) == (before.owner, before.acknowledged)
    assert after.helping == ("carla",)


def test_rule_21_a_clinicians_attempt_still_takes_it(driver: CoreDriver) -> None:
    flagged(driver)
    later = driver.now + timedelta(hours=1)
    fields = {"task": standing(driver).id, "outcome": "no_answer", "next_try": later}
    driver.do(cmd.RecordContactAttempt, "on_call_clinician", **fields)
    assert standing(driver).owner == "omar"


def test_rule_6_handed_by_name_before_it_is_taken_the_new_owner_is_paged(
    driver: CoreDriver,
) -> None:
    flagged(driver)
    fields = {"escalation": standing(driver).id, "note": "she knows her", "to": "theo"}
    driver.do(cmd.HandOver, **fields)
    assert driver.pages()[-1] == ("theo", "Wed 19:30")
    driver.do(cmd.HandOver, **fields | {"to": "priya"})
    assert driver.pages()[-1] == ("priya", "Wed 19:30")
    driver.to(EVENING + timedelta(minutes=5))
    assert driver.pages()[-1] == ("prescriber", "Wed 19:35"), "nobody has taken it: it climbs"


def test_rule_21_what_a_clinician_has_leaves_her_by_a_clinicians_word(driver: CoreDriver) -> None:
    flagged(driver)
    take(driver, "on_call_clinician")
    fields = {"escalation": standing(driver).id, "note": "the shift ends"}
    with pytest.raises(Refused) as refused:
        driver.do(cmd.HandOver, to="carla", **fields)
    assert refused.value.code is Reason.NEEDS_CLINICIAN
    driver.do(cmd.HandOver, "on_call_clinician", to="priya", **fields)
    assert standing(driver).owner == "priya"
    driver.do(cmd.HandOver, to=None, **fields)
    assert standing(driver).acknowledged is None


# What was opened by a start around the gates is a prescriber's alone (decision 16)

NO_PRESCRIBERS = [
    *("coordinator", "nurse", "nurse_on_shift", "therapist", "therapist_lead"),
    *("mental_health_professional", "on_call_clinician"),
]


def begun_around_the_gates(driver: CoreDriver) -> Escalation:
    driver.to(clock(WEDNESDAY, "11:00"))
    said = dose_fields(driver.journey.protocol, already_running="begun by hand")
    driver.do(cmd.StartInfusion, "nurse", treatment=1, **said)
    (escalation,) = driver.journey.open_escalations
    assert escalation.about == "unplanned"
    return escalation


@pytest.mark.parametrize("role", NO_PRESCRIBERS)
def test_rule_22_nobody_but_a_prescriber_stops_what_a_start_around_the_gates_calls(
    driver: CoreDriver, role: str
) -> None:
    begun_around_the_gates(driver)
    driver.to(clock(WEDNESDAY, "11:01"))
    take(driver, role)
    assert standing(driver).acknowledged is None
    (row,) = (r for r in overview(driver.journey).owed if r.group == "danger")
    assert "a prescriber takes it" in row.line
    driver.to(clock(WEDNESDAY, "11:06"))
    assert [page for page in driver.pages() if page[1] < "Wed 11:06"] == [
        ("nurse_on_shift", "Wed 11:00"),
        ("supervising_clinician", "Wed 11:03"),
        ("on_call_clinician", "Wed 11:05"),
    ], "the room first, then a prescriber, and nobody at home before"


@pytest.mark.parametrize("role", NO_PRESCRIBERS)
@pytest.mark.parametrize("outcome", ["reached", "rescheduled", "assessed", "emergency"])
def test_rule_8_nobody_but_a_prescriber_closes_it(
    driver: CoreDriver, role: str, outcome: str
) -> None:
    name = begun_around_the_gates(driver).id
    fields = {"escalation": name, "outcome": outcome, "note": "all is well"}
    until = driver.now + timedelta(hours=1)
    with pytest.raises(Refused, match="sign_deviations") as refused:
        driver.do(cmd.ResolveEscalation, role, good_until=until, **fields)
    assert refused.value.code is Reason.NEEDS_CLINICIAN


@pytest.mark.parametrize("role", ["prescriber", "supervising_clinician", "medical_director"])
def test_rule_8_a_prescriber_takes_and_closes_it(driver: CoreDriver, role: str) -> None:
    name = begun_around_the_gates(driver).id
    take(driver, role)
    paged = driver.pages()
    driver.to(clock(WEDNESDAY, "11:09"))
    assert driver.pages() == paged
    said = {"escalation": name, "outcome": "reached", "note": "it may run"}
    driver.do(cmd.ResolveEscalation, role, **said)
    assert driver.journey.escalations[0].closed is Ending.REACHED


def test_rule_8_a_nurses_attempt_to_reach_somebody_does_not_take_it(driver: CoreDriver) -> None:
    name = begun_around_the_gates(driver).id
    later = driver.now + timedelta(hours=3)
    tried = {"task": name, "outcome": "no_answer", "next_try": later}
    driver.do(cmd.RecordContactAttempt, "nurse", **tried)
    assert standing(driver).acknowledged is None
