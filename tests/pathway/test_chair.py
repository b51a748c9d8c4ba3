"""In the chair: pauses, stops, readings, alerts and the ladder of the room (rules 11, 13, 22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import (
    THURSDAY,
    WEDNESDAY,
    book,
    decide,
    infuse,
    leave,
    monitor,
    prepare,
    ready,
    session,
    start,
    whole_treatment,
)
from visits import reading

from pathway import commands as cmd
from pathway import events as ev
from pathway.escalation import Ending
from pathway.facts import SessionOutcome, Step
from pathway.journey import Stage, Treatment
from pathway.monitoring import floor_of, next_reading_due, visit_summary
from pathway.overview import owed
from pathway.refusals import Reason, Refused

ELEVEN = clock(WEDNESDAY, "11:00")


@pytest.fixture
def started(driver: CoreDriver) -> CoreDriver:
    """In the chair since eleven, with a pressure of 120 over 80 before the start."""
    prepare(driver)
    start(driver, ELEVEN)
    return driver


def first(driver: CoreDriver) -> Treatment:
    return driver.journey.treatments[0]


def at(minutes: int) -> datetime:
    return ELEVEN + timedelta(minutes=minutes)


def read(driver: CoreDriver, minutes: int, **fields: Any) -> None:
    driver.to(at(minutes))
    readings = [reading(driver.now, **fields)]
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)


def end(driver: CoreDriver, minutes: int = 40, **fields: Any) -> None:
    driver.to(at(minutes))
    driver.do(cmd.EndInfusion, "nurse", treatment=1, **fields)


def abouts(driver: CoreDriver) -> list[str | None]:
    return [e.about for e in driver.journey.open_escalations]


def test_rule_13_pauses_do_not_eat_the_observation(started: CoreDriver) -> None:
    read(started, 10)
    started.do(cmd.PauseInfusion, "nurse", treatment=1, reason="she asked")
    read(started, 20)
    started.to(at(25))
    started.do(cmd.ResumeInfusion, "nurse", treatment=1)
    monitor(started, at(55))
    end(started, 55)
    infusion = first(started).infusion
    assert infusion is not None
    assert infusion.ran_for == timedelta(minutes=40)
    assert infusion.deviations == ()
    assert floor_of(started.journey, infusion) == at(135)
    assert visit_summary(first(started)).minutes == 40


def test_rule_13_the_later_of_both_minimums_is_the_floor(started: CoreDriver) -> None:
    monitor(started, at(75))
    end(started, 75)
    infusion = first(started).infusion
    assert infusion is not None
    assert floor_of(started.journey, infusion) == at(135)
    assert "it ran for 75 minutes; the protocol allows 30 to 60" in infusion.deviations


def test_a_pause_ends_with_the_infusion(started: CoreDriver) -> None:
    read(started, 10)
    started.do(cmd.PauseInfusion, "nurse", treatment=1)
    end(started, 18, complete=False, reason="she asked", stopped_for="patient_asked")
    infusion = first(started).infusion
    assert infusion is not None
    assert infusion.ran_for == timedelta(minutes=10)
    assert infusion.pauses[0].until is None
    assert infusion.stood_still(at(60)) == timedelta(minutes=50)
    assert infusion.ran_for == timedelta(minutes=10)


def test_a_pause_is_not_paused_and_a_run_not_resumed(started: CoreDriver) -> None:
    with pytest.raises(Refused, match="not paused"):
        started.do(cmd.ResumeInfusion, "nurse", treatment=1)
    started.do(cmd.PauseInfusion, "nurse", treatment=1)
    with pytest.raises(Refused, match="already paused"):
        started.do(cmd.PauseInfusion, "nurse", treatment=1)


def test_story_4_rule_11_a_stopped_infusion_is_watched_debriefed_and_decided(
    started: CoreDriver,
) -> None:
    read(started, 10, systolic_mmhg=170)
    said = {"stopped_for": "blood_pressure", "reason": "blood pressure", "milligrams_given": 10.5}
    end(started, 12, complete=False, **said)
    assert started.journey.stage is Stage.MONITORING
    with pytest.raises(Refused) as early:
        started.do(cmd.RecordDischarge, "nurse", treatment=1)
    assert early.value.code is Reason.TOO_EARLY
    leave(started)
    assert any(key.startswith("t1/psychotherapy/") for key in started.agenda_keys())
    session(started)
    with pytest.raises(Refused, match="counts"):
        decide(started, counts_toward_plan=None)
    decide(started, counts_toward_plan=False)
    decision = first(started).decision
    assert decision is not None
    assert decision.counts_toward_plan is False
    summary = visit_summary(first(started))
    assert (summary.minutes, summary.complete, summary.milligrams_given) == (12, False, 10.5)


def test_rule_11_no_medicine_given_is_not_a_treatment(driver: CoreDriver) -> None:
    book(driver, Step.INFUSION, ELEVEN, psychotherapy_at=clock(THURSDAY, "09:00"))
    prepare(driver)
    start(driver, ELEVEN)
    end(driver, 4, complete=False, reason="no vein", milligrams_given=0, stopped_for="line_failed")
    treatment = first(driver)
    assert (treatment.number, treatment.infusion, treatment.appointments) == (1, None, ())
    assert len(treatment.aborted) == 1
    assert driver.journey.stage is Stage.INFUSION
    driver.to(clock(THURSDAY, "20:00"))
    assert driver.journey.open_escalations == ()
    assert "Book the visit" in [t.line for t in driver.journey.tasks]


def test_rule_11_the_same_treatment_is_booked_again_and_watched_again(
    started: CoreDriver,
) -> None:
    end(started, 4, complete=False, reason="no vein", milligrams_given=0)
    book(started, Step.INFUSION, clock(THURSDAY, "11:00"))
    start(started, clock(THURSDAY, "11:00"))
    started.to(clock(THURSDAY, "11:14"))
    assert abouts(started) == ["vitals"]
    assert started.journey.open_escalations[0].treatment == 1


def test_a_complete_infusion_gave_what_was_drawn_up(started: CoreDriver) -> None:
    with pytest.raises(Refused, match="say it was partial"):
        end(started, 40, milligrams_given=0)
    end(started, 40)
    assert visit_summary(first(started)).milligrams_given == 35


@pytest.mark.parametrize("hours", [0, 2])
def test_rule_1_more_than_was_drawn_up_is_signed_and_not_refused(
    started: CoreDriver, hours: int
) -> None:
    started.to(at(40 + 60 * hours))
    given = {"milligrams_given": 40, "happened_at": at(40)}
    started.do(cmd.EndInfusion, "nurse", treatment=1, **given)
    infusion = first(started).infusion
    assert infusion is not None
    assert infusion.deviations == ("40 mg were given, and 35 mg were drawn up",)
    assert "t1/deviations" in [t.key for t in started.journey.tasks]


def test_rule_22_an_overdue_reading_calls_the_room_first(started: CoreDriver) -> None:
    started.to(at(13))
    assert abouts(started) == ["vitals"]
    assert started.pages() == [("nurse_on_shift", "Wed 11:13")]
    started.to(at(18))
    assert [who for who, _ in started.pages()][:3] == [
        "nurse_on_shift",
        "supervising_clinician",
        "on_call_clinician",
    ]
    read(started, 19)
    assert started.journey.escalations[0].closed is Ending.DONE
    assert abouts(started) == []


def test_a_reading_in_time_calls_nobody(started: CoreDriver) -> None:
    monitor(started, at(40))
    end(started)
    monitor(started, at(120))
    assert started.pages() == []


def test_the_next_reading_is_due_by_the_protocol(started: CoreDriver) -> None:
    read(started, 10)
    assert next_reading_due(started.journey, first(started)) == at(20)
    read(started, 36)
    assert next_reading_due(started.journey, first(started)) == at(40)
    read(started, 41)
    end(started, 41)
    assert next_reading_due(started.journey, first(started)) == at(56)


def taken(driver: CoreDriver) -> bool:
    return driver.journey.open_escalations[0].acknowledged is not None


def test_the_row_of_a_patient_in_the_chair_is_due_with_her_next_reading(
    started: CoreDriver,
) -> None:
    row = owed(started.journey)[-1]
    assert (row.group, row.due) == ("building", at(10))


def test_rule_13_a_rise_calls_once_in_an_episode_and_again_only_if_worse(
    started: CoreDriver,
) -> None:
    read(started, 5, systolic_mmhg=160)
    assert abouts(started) == ["alert"]
    escalation = started.journey.open_escalations[0]
    started.do(cmd.AcknowledgeEscalation, "nurse", escalation=escalation.id)
    read(started, 8, systolic_mmhg=165)
    assert taken(started)
    read(started, 10, systolic_mmhg=170)
    assert not taken(started)
    assert abouts(started) == ["alert"]


def test_rule_13_a_new_episode_calls_again(started: CoreDriver) -> None:
    read(started, 5, systolic_mmhg=160)
    _closed(started)
    read(started, 7, systolic_mmhg=160)
    assert abouts(started) == []
    read(started, 9, systolic_mmhg=130)
    read(started, 10, systolic_mmhg=160)
    assert abouts(started) == ["alert"]


def _closed(driver: CoreDriver) -> None:
    for escalation in driver.journey.open_escalations:
        driver.do(
            cmd.ResolveEscalation,
            "prescriber",
            escalation=escalation.id,
            outcome="assessed",
            good_until=driver.now + timedelta(hours=2),
            note="seen",
        )


def test_a_rise_that_was_over_when_it_was_entered_calls_nobody(started: CoreDriver) -> None:
    started.to(at(9))
    readings = [reading(at(5), systolic_mmhg=165), reading(at(9))]
    started.do(cmd.RecordVitals, "nurse", treatment=1, readings=readings)
    assert abouts(started) == []
    assert visit_summary(first(started)).findings.peak_systolic_mmhg == 165


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"systolic_mmhg": 181}, "stop_review"),
        ({"diastolic_mmhg": 121}, "stop_review"),
        ({"heart_rate": 141}, "stop_review"),
        ({"heart_rate": 44}, "stop_review"),
        ({"spo2_percent": 91}, "alert"),
        ({"moaas": 3}, "alert"),
        ({"diastolic_mmhg": 105}, "alert"),
    ],
)
def test_rule_13_limits_call_for_a_review(
    started: CoreDriver, fields: dict[str, Any], about: str
) -> None:
    read(started, 5, **fields)
    assert abouts(started) == [about]
    assert started.pages()[0][0] == "nurse_on_shift"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"spo2_percent": 87}, "respiratory_depression"),
        ({"breathing_rate": 7}, "respiratory_depression"),
        ({"systolic_mmhg": 165, "symptoms": True}, "symptomatic_high_blood_pressure"),
    ],
)
def test_rule_22_a_flag_from_a_reading_calls_the_room_and_blocks_leaving(
    started: CoreDriver, fields: dict[str, Any], kind: str
) -> None:
    read(started, 5, **fields)
    assert [f.kind for f in started.journey.flags] == [kind]
    assert started.pages()[0][0] == "nurse_on_shift"
    read(started, 6, **fields)
    assert len(started.journey.flags) == 1


def kinds(driver: CoreDriver) -> list[str]:
    return [flag.kind for flag in driver.journey.flags]


def test_dissociation_that_lasts_is_a_flag(started: CoreDriver) -> None:
    monitor(started, at(40), dissociation="marked")
    end(started)
    monitor(started, at(115), dissociation="some")
    assert not kinds(started)
    read(started, 120, dissociation="some")
    assert kinds(started) == ["persistent_dissociation"]
    assert visit_summary(first(started)).findings.dissociation_minutes == 120


@pytest.mark.parametrize(
    "fields",
    [
        {"systolic_mmhg": 190},
        {"diastolic_mmhg": 125},
        {"heart_rate": 150},
        {"heart_rate": 40},
        {"spo2_percent": 84},
        {"breathing_rate": 5},
        {"systolic_mmhg": 165, "symptoms": True},
    ],
)
def test_rule_13_after_a_stop_limit_a_nurse_does_not_go_on_alone(
    started: CoreDriver, fields: dict[str, Any]
) -> None:
    read(started, 5, **fields)
    started.do(cmd.PauseInfusion, "nurse", treatment=1)
    read(started, 6)
    with pytest.raises(Refused) as refused:
        started.do(cmd.ResumeInfusion, "nurse", treatment=1)
    assert refused.value.code is Reason.GATE
    _reviewed(started)
    started.do(cmd.ResumeInfusion, "nurse", treatment=1)


def test_rule_13_a_prescriber_who_resumes_has_said_her_word(started: CoreDriver) -> None:
    read(started, 5, spo2_percent=84)
    started.do(cmd.PauseInfusion, "nurse", treatment=1)
    started.do(cmd.ResumeInfusion, "prescriber", treatment=1)
    infusion = first(started).infusion
    assert infusion is not None
    assert infusion.paused_since is None


def test_a_flag_that_a_prescriber_started_over_does_not_hold_a_pause(driver: CoreDriver) -> None:
    prepare(driver)
    driver.do(cmd.RaiseFlag, "nurse", tier="review")
    start(driver, ELEVEN, override="known and stable")
    driver.do(cmd.PauseInfusion, "nurse", treatment=1)
    driver.do(cmd.ResumeInfusion, "nurse", treatment=1)


def _reviewed(driver: CoreDriver) -> None:
    """A prescriber has looked: she lifts what is a flag, and closes what is not."""
    for flag in driver.journey.flags:
        driver.do(cmd.ReviewFlag, "prescriber", flag=flag.id, finding="go on slowly")
    _closed(driver)


def test_an_alert_outlives_the_end_of_the_infusion(started: CoreDriver) -> None:
    monitor(started, at(39))
    read(started, 39, systolic_mmhg=165)
    end(started)
    assert abouts(started) == ["alert"]


def test_rule_13_past_the_plan_is_amber_and_past_the_longest_an_alarm(
    started: CoreDriver,
) -> None:
    monitor(started, at(40))
    end(started)
    monitor(started, at(160))
    assert [t.key for t in started.journey.tasks] == ["t1/monitoring/longer-than-planned"]
    assert abouts(started) == []
    monitor(started, at(220))
    assert abouts(started) == ["stay"]
    leave(started)
    assert abouts(started) == []
    assert not [t for t in started.journey.tasks if "monitoring" in t.key]


def test_the_summary_outlives_the_readings(driver: CoreDriver) -> None:
    infuse(driver)
    driver.do(
        cmd.RecordVitals,
        "nurse",
        treatment=1,
        readings=[reading(driver.now, systolic_mmhg=150, spo2_percent=95, moaas=4)],
        side_effects=["nausea", "warmth"],
        rescue_drugs=["ondansetron 4 mg"],
    )
    leave(driver)
    before = visit_summary(first(driver))
    session(driver, SessionOutcome.HELD)
    decide(driver)
    assert first(driver).vitals
    driver.commit((ev.TreatmentOpened(at=driver.now, number=3),))
    assert first(driver).vitals == ()
    assert visit_summary(first(driver)) == before
    found = before.findings
    assert (found.baseline_systolic_mmhg, found.peak_systolic_mmhg) == (120, 150)
    assert (found.lowest_spo2_percent, found.deepest_moaas, found.dissociation_minutes) == (
        95,
        4,
        0,
    )
    assert before.side_effects == ("nausea", "warmth")
    assert before.rescue_drugs == ("ondansetron 4 mg",)


def test_what_was_not_recorded_is_not_zero(started: CoreDriver) -> None:
    summary = visit_summary(first(started))
    assert (summary.minutes, summary.complete, summary.side_effects) == (None, None, None)
    started.do(
        cmd.RecordVitals,
        "nurse",
        treatment=1,
        readings=[reading(started.now)],
        side_effects=["none"],
        rescue_drugs=["none"],
    )
    summary = visit_summary(first(started))
    assert (summary.side_effects, summary.rescue_drugs) == ((), ())


def test_a_preflight_after_the_start_is_too_late(started: CoreDriver) -> None:
    started.to(at(1))
    with pytest.raises(Refused, match="happened_at") as refused:
        ready(started)
    assert refused.value.code is Reason.ALREADY


def test_a_reading_entered_for_an_earlier_treatment_calls_nobody(driver: CoreDriver) -> None:
    whole_treatment(driver)
    driver.do(cmd.RecordVitals, "nurse", treatment=1, readings=[reading(at(30), systolic_mmhg=200)])
    assert abouts(driver) == []
    assert visit_summary(first(driver)).findings.peak_systolic_mmhg == 200


@pytest.mark.parametrize(("minutes", "about"), [(76, "end"), (220, "stay")])
def test_rule_21_what_the_chair_calls_for_is_nothing_that_a_patient_declines(
    started: CoreDriver, minutes: int, about: str
) -> None:
    """Without the end no window opens, and nobody would look after the patient."""
    if about == "stay":
        monitor(started, at(40))
        end(started, 40)
    monitor(started, at(minutes))
    (called,) = (e for e in started.journey.open_escalations if e.about == about)
    said = {"escalation": called.id, "note": "not today"}
    with pytest.raises(Refused, match="cannot decline"):
        started.do(cmd.ResolveEscalation, outcome="declined", **said)
    until = started.now + timedelta(minutes=30)
    started.do(cmd.ResolveEscalation, "nurse", outcome="assessed", good_until=until, **said)
    assert about not in abouts(started)
    monitor(started, until)
    assert about in abouts(started), "what was assessed and still stands comes back"
