"""The decision after each treatment: what it must say, who signs it, what it opens."""

from datetime import timedelta
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
    prepare,
    score,
    session,
    start,
    whole_treatment,
)
from visits import SCREEN_NO

from pathway import commands as cmd
from pathway import course_plan
from pathway import events as ev
from pathway.cosigning import words_of_staff
from pathway.decision import signed_before
from pathway.decision_page import DecisionPage, decision_page
from pathway.facts import Choice, Step
from pathway.facts.course import Recommendation
from pathway.facts.decision import CosignedHow
from pathway.gates import signed
from pathway.journey import Stage, Treatment
from pathway.protocol import PhaseName, Protocol
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from pathway.safety import hold_next_dose

GOAL = {"goal": "to go back to work", "course_end": "after six visits"}


@pytest.fixture
def ready(driver: CoreDriver) -> CoreDriver:
    """Treatment 1 waits for its decision: 0.5 mg/kg was given, three days to the next."""
    score(driver, 20)
    infuse(driver)
    leave(driver)
    session(driver)
    return driver


def record(driver: CoreDriver, choice: Choice, role: str = "prescriber", **fields: Any) -> None:
    treatment = driver.journey.treatment
    assert treatment is not None
    said = {"treatment": treatment.number, "choice": choice, "reason": "judged", **fields}
    driver.do(cmd.RecordDecision, role, **said)


def refusal(driver: CoreDriver, choice: Choice, **fields: Any) -> Reason:
    before = driver.journey
    with pytest.raises(Refused) as refused:
        record(driver, choice, **{**GOAL, **fields})
    assert driver.journey is before
    return refused.value.code


def current(driver: CoreDriver) -> Treatment:
    treatment = driver.journey.treatment
    assert treatment is not None
    return treatment


def page(driver: CoreDriver) -> DecisionPage:
    return decision_page(driver.journey, driver.now)


# What it must say


def test_rule_15_the_first_decision_gives_a_goal_and_an_end(ready: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        record(ready, Choice.CONTINUE_SAME, goal="to go back to work")
    assert refused.value.code is Reason.NOT_SAID
    record(ready, Choice.CONTINUE_SAME, **GOAL)
    assert course_plan.goal_of(ready.journey) == "to go back to work"


def test_rule_15_a_later_decision_need_not_repeat_the_goal(ready: CoreDriver) -> None:
    decide(ready)
    whole_treatment(ready, THURSDAY + timedelta(days=4))
    assert current(ready).number == 3


def test_a_course_that_ends_at_its_first_decision_needs_no_goal(ready: CoreDriver) -> None:
    record(ready, Choice.REFER)
    assert ready.journey.stage is Stage.FOLLOW_UP


def test_an_option_that_the_protocol_does_not_have_is_refused(protocol: Protocol) -> None:
    rules = protocol.steps.decision.model_copy(
        update={"options": (Choice.CONTINUE_SAME, Choice.COMPLETE)}
    )
    steps = protocol.steps.model_copy(update={"decision": rules})
    driver = CoreDriver.open(protocol.model_copy(update={"steps": steps})).admitted()
    infuse(driver)
    leave(driver)
    session(driver)
    assert refusal(driver, Choice.REFER) is Reason.NOT_AN_OPTION


def test_rule_11_of_a_partial_infusion_the_prescriber_says_whether_it_counts(
    driver: CoreDriver,
) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "11:12"))
    driver.do(cmd.EndInfusion, "nurse", treatment=1, complete=False, reason="pressure")
    leave(driver)
    session(driver)
    assert refusal(driver, Choice.CONTINUE_SAME) is Reason.NOT_SAID
    record(driver, Choice.CONTINUE_SAME, counts_toward_plan=False, **GOAL)
    assert course_plan.counted(driver.journey) == 0


def test_rule_15_a_hard_review_says_what_good_it_does_her(driver: CoreDriver) -> None:
    for visit in range(2):
        whole_treatment(driver, WEDNESDAY + timedelta(days=7 * visit))
    infuse(driver, WEDNESDAY + timedelta(days=14))
    leave(driver)
    session(driver)
    assert refusal(driver, Choice.CONTINUE_SAME) is Reason.NOT_SAID
    record(driver, Choice.CONTINUE_SAME, review="she sleeps again")
    assert current(driver).number == 4


# Doses and intervals


@pytest.mark.parametrize(
    ("choice", "dose"),
    [
        (Choice.DECREASE_DOSE, None),
        (Choice.DECREASE_DOSE, 0.5),
        (Choice.DECREASE_DOSE, 0.05),
        (Choice.DECREASE_DOSE, 0.2),
        (Choice.DECREASE_AND_LENGTHEN, 0.6),
        (Choice.INCREASE_DOSE, None),
        (Choice.INCREASE_DOSE, 0.4),
        (Choice.INCREASE_DOSE, 0.8),
        (Choice.INCREASE_DOSE, 1.2),
        (Choice.CONTINUE_SAME, 0.4),
        (Choice.LENGTHEN_INTERVAL, 0.4),
    ],
)
def test_a_dose_outside_bounds_and_steps_is_refused(
    ready: CoreDriver, choice: Choice, dose: float | None
) -> None:
    days = 7 if choice in (Choice.LENGTHEN_INTERVAL, Choice.DECREASE_AND_LENGTHEN) else None
    assert refusal(ready, choice, dose=dose, interval_days=days) is Reason.DOSE


def test_a_step_of_just_the_allowed_size_is_taken(ready: CoreDriver) -> None:
    record(ready, Choice.DECREASE_DOSE, dose=0.25, **GOAL)
    assert current(ready).orders.dose == 0.25


@pytest.mark.parametrize(
    ("choice", "days"),
    [
        (Choice.LENGTHEN_INTERVAL, None),
        (Choice.LENGTHEN_INTERVAL, 3),
        (Choice.SHORTEN_INTERVAL, None),
        (Choice.SHORTEN_INTERVAL, 3),
        (Choice.DECREASE_AND_LENGTHEN, 2),
        (Choice.CONTINUE_SAME, 7),
    ],
)
def test_an_interval_that_does_not_fit_the_choice_is_refused(
    ready: CoreDriver, choice: Choice, days: int | None
) -> None:
    dose = 0.4 if choice is Choice.DECREASE_AND_LENGTHEN else None
    assert refusal(ready, choice, dose=dose, interval_days=days) is Reason.INTERVAL


def test_an_interval_longer_than_its_phase_allows_is_refused(ready: CoreDriver) -> None:
    fields = {"interval_days": 40, "phase": PhaseName.TAPER}
    assert refusal(ready, Choice.LENGTHEN_INTERVAL, **fields) is Reason.INTERVAL
    record(ready, Choice.LENGTHEN_INTERVAL, interval_days=40, phase="maintenance", **GOAL)
    assert current(ready).orders.phase is PhaseName.MAINTENANCE


def test_an_order_stands_until_the_next_one(ready: CoreDriver) -> None:
    decide(ready, Choice.LENGTHEN_INTERVAL, interval_days=5)
    infuse(ready, THURSDAY + timedelta(days=6))
    leave(ready)
    session(ready)
    decide(ready)
    assert current(ready).orders.interval_days == 5


# Phases


def test_rule_15_the_taper_is_proposed_once_the_induction_has_its_number(
    protocol: Protocol,
) -> None:
    phases = protocol.course.phases
    short = (phases[0].model_copy(update={"treatments": 2}), *phases[1:])
    course = protocol.course.model_copy(update={"phases": short})
    driver = CoreDriver.open(protocol.model_copy(update={"course": course})).admitted()
    whole_treatment(driver)
    assert page(driver).course.proposed_phase is PhaseName.INDUCTION
    infuse(driver, THURSDAY + timedelta(days=4))
    leave(driver)
    session(driver)
    assert page(driver).course.proposed_phase is PhaseName.TAPER
    decide(driver, Choice.DECREASE_DOSE)
    assert current(driver).orders.phase is PhaseName.TAPER


def test_rule_15_no_phase_moves_a_visit_unless_somebody_says_so(ready: CoreDriver) -> None:
    decide(ready)
    assert course_plan.interval(ready.journey, current(ready)) == timedelta(days=3)


def test_rule_15_a_phase_that_is_named_brings_its_interval(ready: CoreDriver) -> None:
    decide(ready, phase=PhaseName.TAPER)
    assert current(ready).orders.phase is PhaseName.TAPER
    assert course_plan.interval(ready.journey, current(ready)) == timedelta(days=7)


def test_the_next_date_is_proposed_at_the_same_clock_time_on_a_staffed_day(
    ready: CoreDriver,
) -> None:
    treatment = current(ready)
    at = course_plan.proposed_at(ready.journey, treatment, timedelta(days=3))
    assert at == clock(WEDNESDAY + timedelta(days=3), "11:00")
    sunday = course_plan.proposed_at(ready.journey, treatment, timedelta(days=4))
    assert sunday == clock(WEDNESDAY + timedelta(days=5), "11:00")


# The second signature


def test_rule_9_a_decision_that_needs_two_signatures_waits_for_the_second(
    ready: CoreDriver,
) -> None:
    record(ready, Choice.INCREASE_DOSE, dose=0.6, **GOAL)
    assert ready.journey.stage is Stage.DECISION
    assert [(t.to, t.key) for t in ready.journey.tasks] == [(Role.THERAPIST, "t1/decision/cosign")]
    ready.do(cmd.Cosign, "therapist", treatment=1)
    assert current(ready).number == 2
    assert current(ready).orders.dose == 0.6
    assert ready.journey.tasks == ()
    assert signed_before(ready.journey, current(ready))


def test_rule_9_a_pending_end_keeps_the_course_open(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    assert not ready.journey.course_over
    assert not signed_before(ready.journey, Treatment(number=2, opened_at=ready.now))
    ready.do(cmd.Cosign, "therapist", treatment=1)
    assert ready.journey.stage is Stage.FOLLOW_UP


def test_rule_9_a_decision_without_its_second_signature_is_missed(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    ready.to(ready.now + timedelta(hours=49))
    assert [e.step for e in ready.journey.open_escalations] == [Step.DECISION]


def recommend(driver: CoreDriver, choice: Choice) -> None:
    session = current(driver).psychotherapy
    assert session is not None
    said = Recommendation(choice=choice, reason="she says so too", signed=session.signed)
    with_it = session.model_copy(update={"recommendation": said})
    driver.commit((ev.PsychotherapyRecorded(at=driver.now, treatment=1, psychotherapy=with_it),))


def test_rule_9_her_recommendation_in_the_record_is_her_signature(ready: CoreDriver) -> None:
    recommend(ready, Choice.COMPLETE)
    record(ready, Choice.COMPLETE)
    assert ready.journey.course_over
    assert page(ready).recommendation is not None


def test_rule_9_a_recommendation_after_the_decision_signs_it(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    said = {"treatment": 1, "recommendation": Choice.COMPLETE, "reason": "she is well"}
    ready.do(cmd.RecordRecommendation, "therapist", **said)
    assert ready.journey.course_over


def test_rule_9_what_the_prescriber_took_down_herself_is_no_second_signature(
    ready: CoreDriver,
) -> None:
    record(ready, Choice.COMPLETE)
    said = {"treatment": 1, "recommendation": Choice.COMPLETE, "reason": "she is well"}
    ready.do(cmd.RecordRecommendation, "prescriber", stated_by="Dr. Lee", **said)
    assert not ready.journey.course_over


def test_rule_9_a_recommendation_of_something_else_is_none(ready: CoreDriver) -> None:
    recommend(ready, Choice.CONTINUE_SAME)
    record(ready, Choice.COMPLETE)
    assert not ready.journey.course_over


def test_rule_9_nobody_signs_twice(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    with pytest.raises(Refused):
        ready.do(cmd.Cosign, "therapist", treatment=1, by="priya")
    with pytest.raises(Refused):
        ready.do(cmd.Cosign, "nurse", treatment=1)


def test_rule_9_the_named_cover_signs_with_a_reason(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    with pytest.raises(Refused):
        ready.do(cmd.Cosign, "therapist_lead", treatment=1)
    ready.do(cmd.Cosign, "therapist_lead", treatment=1, reason="Theo is on leave")
    (decision,) = [t.decision for t in ready.journey.treatments if t.decision]
    assert decision.cosignature is not None
    assert decision.cosignature.how is CosignedHow.COVERED


def test_rule_9_an_outside_therapist_signs_by_phone(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    ready.do(cmd.Cosign, "coordinator", treatment=1, stated_by="Dr. Lee")
    assert ready.journey.course_over


def test_rule_9_a_declined_signature_asks_for_another_decision(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    with pytest.raises(Refused):
        ready.do(cmd.Cosign, "therapist", treatment=1, agrees=False)
    ready.do(cmd.Cosign, "therapist", treatment=1, agrees=False, reason="too early")
    assert current(ready).decision is None
    assert [t.to for t in ready.journey.tasks] == [Role.PRESCRIBER]
    record(ready, Choice.CONTINUE_SAME, **GOAL)
    assert current(ready).number == 2
    assert ready.journey.tasks == ()


def test_rule_9_the_prescriber_may_decide_anew_while_it_waits(ready: CoreDriver) -> None:
    record(ready, Choice.COMPLETE)
    record(ready, Choice.CONTINUE_SAME, **GOAL)
    assert current(ready).number == 2


def test_rule_9_nothing_waits_for_a_signature(ready: CoreDriver) -> None:
    with pytest.raises(Refused) as refused:
        ready.do(cmd.Cosign, "therapist", treatment=1)
    assert refused.value.code is Reason.NOT_RECORDED


# Pausing


def test_a_pause_says_until_when(ready: CoreDriver) -> None:
    assert refusal(ready, Choice.PAUSE) is Reason.NOT_SAID
    assert refusal(ready, Choice.PAUSE, pause_until=clock(WEDNESDAY, "09:00")) is Reason.PAST
    until = ready.now + timedelta(days=20)
    record(ready, Choice.PAUSE, pause_until=until, **GOAL)
    assert ready.journey.pause is not None
    assert ready.journey.pause.until == until
    assert current(ready).number == 2


# The visit that is proposed next


def propose(driver: CoreDriver) -> None:
    """Treatment 2 next Wednesday at eleven."""
    visits = [{"treatment": 2, "at": clock(WEDNESDAY + timedelta(days=7), "11:00")}]
    driver.do(cmd.ProposeVisits, treatment=1, visits=visits)


def test_rule_8_a_decision_says_what_becomes_of_the_proposed_visit(ready: CoreDriver) -> None:
    propose(ready)
    assert refusal(ready, Choice.CONTINUE_SAME) is Reason.NOT_SAID
    record(ready, Choice.CONTINUE_SAME, next_visit="confirm", **GOAL)
    booked = current(ready).appointment(Step.INFUSION)
    assert booked is not None
    assert booked.at == clock(WEDNESDAY + timedelta(days=7), "11:00")


def test_rule_8_a_decision_moves_the_proposed_visit(ready: CoreDriver) -> None:
    propose(ready)
    assert refusal(ready, Choice.CONTINUE_SAME, next_visit="move") is Reason.NOT_SAID
    at = clock(WEDNESDAY + timedelta(days=8), "11:00")
    record(ready, Choice.CONTINUE_SAME, next_visit="move", next_at=at, **GOAL)
    booked = current(ready).appointment(Step.INFUSION)
    assert booked is not None
    assert booked.at == at


def test_rule_8_an_end_frees_the_proposed_visits(ready: CoreDriver) -> None:
    propose(ready)
    decide(ready, Choice.COMPLETE)
    assert ready.journey.proposals == ()


# The page


def test_rule_16_advice_offers_and_shows_and_decides_nothing(ready: CoreDriver) -> None:
    assert page(ready).advice == ()
    for total in (20, 19, 20):
        ready.to(ready.now + timedelta(hours=1))
        score(ready, total)
    (line,) = page(ready).advice
    assert line.offer == (Choice.CONTINUE_SAME, Choice.DISCONTINUE, Choice.REFER)
    assert "58 %" in line.says
    assert line.shows == {"non_improving_streak": 3}
    assert line.source


def test_rule_16_advice_forbids_nothing(ready: CoreDriver) -> None:
    ready.do(cmd.RaiseFlag, "nurse")
    assert [a.offer for a in page(ready).advice] == [(Choice.PAUSE, Choice.REFER)]
    decide(ready, Choice.CONTINUE_SAME)
    assert current(ready).number == 2


def test_the_page_offers_all_options_alike(ready: CoreDriver, protocol: Protocol) -> None:
    form = page(ready).form
    assert tuple(o.choice for o in form) == protocol.steps.decision.options
    assert [o.choice for o in form if o.second_signature] == [
        Choice.INCREASE_DOSE,
        Choice.EXTRA_TREATMENT,
        Choice.COMPLETE,
        Choice.DISCONTINUE,
    ]


def test_the_page_says_what_was_not_recorded_by_nothing(driver: CoreDriver) -> None:
    infuse(driver)
    (row,) = page(driver).treatments
    moods = (row.mood_hours_after, row.mood_day_after)
    assert (row.phq9, row.gad7, row.item9, *moods, row.benefit_days) == (None,) * 6
    answer = page(driver).answers["urinary_symptoms"]
    assert answer is not None
    assert (answer.value, answer.at) == ("no", clock(WEDNESDAY, "11:00"))


def test_the_page_shows_each_treatment_with_its_scores(ready: CoreDriver) -> None:
    decide(ready)
    ready.to(clock(WEDNESDAY + timedelta(days=6), "10:00"))
    score(ready, 10)
    whole_treatment(ready, WEDNESDAY + timedelta(days=7))
    first, second, _ = page(ready).treatments
    assert (first.phq9, second.phq9) == (20, 10)
    assert (second.gap_days, second.phq9_improved_percent) == (7.0, 50)
    assert first.benefit_days == 5.9
    assert first.psychotherapy_in_time is True


def test_the_page_carries_her_own_words(ready: CoreDriver) -> None:
    ready.do(cmd.RecordPreference, "therapist", words="less often, please")
    assert page(ready).own_words is not None


def test_a_decision_on_a_page_that_has_changed_is_refused(ready: CoreDriver) -> None:
    seen = page(ready).inputs
    ready.to(ready.now + timedelta(hours=1))
    assert page(ready).inputs == seen
    score(ready, 12)
    assert refusal(ready, Choice.CONTINUE_SAME, inputs=seen) is Reason.STALE_INPUTS
    record(ready, Choice.CONTINUE_SAME, inputs=page(ready).inputs, **GOAL)
    decision = ready.journey.treatments[0].decision
    assert decision is not None
    assert decision.inputs is not None


def test_a_booked_psychotherapy_leaves_the_page_readable_before_any_treatment(
    opened: CoreDriver, driver: CoreDriver
) -> None:
    assert page(opened).decide_by is None
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    assert page(driver).treatments[0].at is None


@pytest.mark.parametrize("stated_by", ["priya", "Dr. Priya", "Priya, by phone"])
def test_rule_9_the_decider_does_not_sign_twice_through_another(
    ready: CoreDriver, stated_by: str
) -> None:
    driver = ready
    record(driver, Choice.INCREASE_DOSE, dose=0.6, **GOAL)
    with pytest.raises(Refused, match="another person") as refused:
        driver.do(cmd.Cosign, treatment=1, stated_by=stated_by)
    assert refused.value.code is Reason.ROLE
    driver.do(cmd.Cosign, treatment=1, stated_by="Dr Outside")


@pytest.mark.parametrize(
    ("decider", "stated_by"),
    [
        ("dr.hale", "Wren Hale"),
        ("dr.hale", "Hale, by phone"),
        ("hale.md", "Wren H\N{LATIN SMALL LETTER A WITH ACUTE}le"),
        ("prof.muller", "Anna M\N{LATIN SMALL LETTER U WITH DIAERESIS}ller"),
    ],
)
def test_rule_9_a_title_makes_nobody_another_person(
    ready: CoreDriver, decider: str, stated_by: str
) -> None:
    record(ready, Choice.INCREASE_DOSE, dose=0.6, by=decider, **GOAL)
    with pytest.raises(Refused, match="another person") as refused:
        ready.do(cmd.Cosign, treatment=1, stated_by=stated_by)
    assert refused.value.code is Reason.ROLE
    said: dict[str, Any] = {"recommendation": Choice.INCREASE_DOSE, "reason": "as seen"}
    ready.do(cmd.RecordRecommendation, treatment=1, stated_by=stated_by, **said)
    assert not [t for t in ready.journey.treatments if t.number == 2], "it counts for none"
    ready.do(cmd.Cosign, treatment=1, stated_by="Dr. Lucian Moreau")


def test_rule_9_a_name_of_titles_alone_is_compared_by_them() -> None:
    assert words_of_staff("Dr. Wren HALE, MD") == {"wren", "hale"}
    assert words_of_staff("doctor") == {"doctor"}


# The ordered interval (F11)


def test_f11_a_visit_before_the_ordered_interval_is_not_confirmed(ready: CoreDriver) -> None:
    propose(ready)
    tens = {"interval_days": 10}
    asked = refusal(ready, Choice.LENGTHEN_INTERVAL, next_visit="confirm", **tens)
    assert asked is Reason.INTERVAL
    early = clock(WEDNESDAY + timedelta(days=9), "11:00")
    moved: dict[str, Any] = {"next_visit": "move", "next_at": early, **tens}
    assert refusal(ready, Choice.LENGTHEN_INTERVAL, **moved) is Reason.INTERVAL
    moved["next_at"] = early + timedelta(days=1)
    record(ready, Choice.LENGTHEN_INTERVAL, **moved, **GOAL)
    assert current(ready).appointment(Step.INFUSION) is not None


def test_f11_a_start_before_the_ordered_interval_takes_a_prescriber(ready: CoreDriver) -> None:
    record(ready, Choice.LENGTHEN_INTERVAL, interval_days=7, **GOAL)
    ready.to(clock(WEDNESDAY + timedelta(days=2), "10:00"))
    prepare(ready)
    with pytest.raises(Refused, match="the interval that the last decision ordered"):
        start(ready, clock(WEDNESDAY + timedelta(days=2), "11:00"))
    start(ready, clock(WEDNESDAY + timedelta(days=2), "11:30"), override="she travels")
    infusion = current(ready).infusion
    assert infusion is not None
    assert any("interval" in gate for gate in infusion.overridden)


def test_f11_what_the_phase_proposes_holds_no_visit_up(ready: CoreDriver) -> None:
    """A visit moved by a day leaves the next one on its day."""
    at = clock(WEDNESDAY + timedelta(days=2), "11:00")
    ready.do(cmd.ProposeVisits, treatment=1, visits=[{"treatment": 2, "at": at}])
    record(ready, Choice.CONTINUE_SAME, next_visit="confirm", **GOAL)
    assert (current(ready).orders.interval_days, current(ready).orders.interval_said) == (3, False)
    assert not course_plan.too_early(ready.journey, current(ready), at)


def test_f11_what_was_said_once_holds_for_the_treatments_after_it(ready: CoreDriver) -> None:
    record(ready, Choice.LENGTHEN_INTERVAL, interval_days=7, **GOAL)
    whole_treatment(ready, WEDNESDAY + timedelta(days=7))
    orders = current(ready).orders
    assert (orders.interval_days, orders.interval_said) == (7, True)


# A decision taken anew between two treatments (F12, rule 7)


@pytest.fixture
def between(ready: CoreDriver) -> CoreDriver:
    """Treatment 2 is open, and its visit booked for next Wednesday at eleven."""
    propose(ready)
    record(ready, Choice.CONTINUE_SAME, next_visit="confirm", **GOAL)
    return ready


def anew(driver: CoreDriver, choice: Choice, **fields: Any) -> None:
    record(driver, choice, **{"treatment": 1, "reason": "decided anew", **fields})


@pytest.mark.parametrize("choice", [Choice.COMPLETE, Choice.DISCONTINUE, Choice.REFER])
def test_f12_the_course_may_end_between_two_treatments(between: CoreDriver, choice: Choice) -> None:
    anew(between, choice)
    if choice is not Choice.REFER:
        assert between.journey.stage is not Stage.FOLLOW_UP
        between.do(cmd.Cosign, "therapist", treatment=1)
    assert between.journey.stage is Stage.FOLLOW_UP
    (first,) = between.journey.treatments
    assert first.decision is not None
    assert (first.decision.choice, first.decision.goal) == (choice, GOAL["goal"])
    assert [d.choice for d in first.earlier_decisions] == [Choice.CONTINUE_SAME]
    assert between.journey.proposals == ()
    assert not any(key.startswith("t2/") for key in between.agenda_keys())
    assert any("/follow-up/" in key for key in between.agenda_keys())


def test_f12_a_treatment_opened_again_has_keys_of_its_own(between: CoreDriver) -> None:
    before = {r.item.key for r in between.ran} | set(between.agenda_keys())
    anew(between, Choice.REFER)
    review = {"suitable": True, "reason": "as before"}
    between.do(cmd.RecordIntervalReview, "prescriber", **review)
    between.do(cmd.ReturnToTreatment, "prescriber", way="booster", reason="it fades")
    book(between, Step.INFUSION, clock(WEDNESDAY + timedelta(days=14), "11:00"))
    texts = {i.key for i in between.agenda() if i.act.kind == "text"}
    # How she feels after the first is still to be asked, under the key that it had.
    assert texts & before == {"t1/checkin/text"}
    assert any(key.startswith("t2/") for key in texts)


def test_f12_a_lower_dose_is_ordered_anew_and_the_visit_moved(between: CoreDriver) -> None:
    with pytest.raises(Refused, match="next_visit"):
        anew(between, Choice.DECREASE_DOSE, dose=0.4)
    at = clock(WEDNESDAY + timedelta(days=8), "11:00")
    anew(between, Choice.DECREASE_DOSE, dose=0.4, next_visit="move", next_at=at)
    second = current(between)
    visit = second.appointment(Step.INFUSION)
    assert visit is not None
    assert (second.number, second.orders.dose, visit.at) == (2, 0.4, at)


def test_f12_a_pause_between_frees_the_visit(between: CoreDriver) -> None:
    until = between.now + timedelta(days=14)
    anew(between, Choice.PAUSE, pause_until=until)
    assert between.journey.pause is not None
    assert current(between).appointments == ()


def test_f12_a_visit_is_freed_anew(between: CoreDriver) -> None:
    anew(between, Choice.CONTINUE_SAME, next_visit="free")
    assert current(between).appointment(Step.INFUSION) is None


def test_f12_a_declined_signature_leaves_the_earlier_decision(between: CoreDriver) -> None:
    anew(between, Choice.DISCONTINUE)
    assert not signed_before(between.journey, current(between))
    between.do(cmd.Cosign, "therapist", treatment=1, agrees=False, reason="too early")
    first = between.journey.treatments[0]
    assert first.decision is not None
    assert (first.decision.choice, first.earlier_decisions) == (Choice.CONTINUE_SAME, ())
    assert signed_before(between.journey, current(between))


def test_f12_once_the_next_has_begun_its_own_decision_comes(between: CoreDriver) -> None:
    between.to(clock(WEDNESDAY + timedelta(days=7), "10:00"))
    prepare(between)
    anew(between, Choice.DISCONTINUE)
    start(between, clock(WEDNESDAY + timedelta(days=7), "11:00"), override="it helps her")
    first = between.journey.treatments[0]
    assert first.decision is not None
    assert first.decision.choice is Choice.CONTINUE_SAME
    assert not any("/cosign" in task.key for task in between.journey.tasks)
    with pytest.raises(Refused) as refused:
        anew(between, Choice.DISCONTINUE)
    assert refused.value.code is Reason.STALE_TREATMENT


def test_f12_the_door_is_named(between: CoreDriver) -> None:
    with pytest.raises(Refused, match="decide on treatment 1"):
        record(between, Choice.DISCONTINUE)


def test_rule_4_the_paged_are_told_when_the_visit_will_not_take_place(between: CoreDriver) -> None:
    between.to(clock(WEDNESDAY + timedelta(days=7), "13:00"))
    opened = [e for e in between.journey.open_escalations if e.treatment == 2]
    assert opened
    anew(between, Choice.REFER)
    assert not between.journey.open_escalations
    told = [r.item.act for r in between.ran if r.item.key.startswith(f"{opened[0].id}/stand-down")]
    assert len(told) == len(opened[0].paged)
    assert told


# What the page must not leave out


def test_the_page_says_the_visit_that_confirming_books(ready: CoreDriver) -> None:
    propose(ready)
    at = clock(WEDNESDAY + timedelta(days=7), "11:00")
    assert page(ready).waiting_at == at
    assert {o.choice: o.next_at for o in page(ready).form}[Choice.CONTINUE_SAME] == at
    record(ready, Choice.CONTINUE_SAME, next_visit="confirm", **GOAL)
    booked = current(ready).appointment(Step.INFUSION)
    assert booked is not None
    assert booked.at == at


def test_a_negative_screen_hides_no_positive_one(driver: CoreDriver) -> None:
    yes = {**SCREEN_NO, "wished_dead": True, "thoughts_now": False}
    driver.do(cmd.RecordScreen, "nurse", answers=yes, asked_at="preflight")
    for _ in range(12):
        driver.do(cmd.RecordScreen, "nurse", answers=SCREEN_NO, asked_at="discharge")
    (row,) = page(driver).treatments
    assert row.screen_positive
    assert [s.positive for s in row.screens] == [True] + 12 * [False]


def test_a_corrected_screen_is_corrected_in_its_treatment(driver: CoreDriver) -> None:
    yes = {**SCREEN_NO, "wished_dead": True, "thoughts_now": False}
    driver.do(cmd.RecordScreen, "nurse", answers=yes, asked_at="preflight")
    fields = {"what": "screen", "answers": SCREEN_NO, "reason": "the wrong line"}
    driver.do(cmd.Correct, "nurse", treatment=1, **fields)
    (row,) = page(driver).treatments
    assert row.screen_positive is False


def test_flags_that_an_assessment_covers_and_dose_holds_stand_on_the_page(
    ready: CoreDriver,
) -> None:
    ready.do(cmd.RaiseFlag, "nurse")
    good = ready.now + timedelta(days=1)
    ready.do(cmd.AssessRisk, "prescriber", level="low", plan="as agreed", good_until=good)
    by = signed(ready.built(cmd.RaiseFlag, "nurse"), ready.now)
    ready.commit(tuple(hold_next_dose(ready.journey, "urinary_symptoms", by, ready.now)))
    ready.do(cmd.RaiseFlag, "nurse")
    assert [flag.open for flag in page(ready).flags] == [True, False]
    assert [hold.item for hold in page(ready).dose_holds] == ["urinary_symptoms"]


def test_the_mood_of_the_hours_after_is_not_that_of_the_day_after(ready: CoreDriver) -> None:
    ready.to(clock(WEDNESDAY, "16:00"))
    ready.do(cmd.RecordReply, "patient", by="patient", digit="3")
    (row,) = page(ready).treatments
    hours = row.mood_hours_after
    assert hours is not None
    assert row.mood_day_after is None
    ready.to(clock(THURSDAY, "12:00"))
    worse = "worse" if hours != "worse" else "better"
    ready.do(cmd.RecordScores, "nurse", purpose="24h", mood=worse)
    (row,) = page(ready).treatments
    assert (row.mood_hours_after, row.mood_day_after) == (hours, worse)


def test_between_two_treatments_the_page_is_about_the_decision_that_stands(
    between: CoreDriver,
) -> None:
    seen = page(between)
    assert (seen.treatment, seen.pending) == (1, False)
    assert seen.stands is not None
    assert seen.waiting_at == clock(WEDNESDAY + timedelta(days=7), "11:00")
