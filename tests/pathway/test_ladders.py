"""Ladders climb until a person owns the escalation; only a person or the step closes it."""

from datetime import timedelta

import pytest
from core_driver import CoreDriver, Fate, a_calendar, clock, kind_fate
from core_steps import THURSDAY, WEDNESDAY, infuse, leave

from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.items import AgendaItem, AlertAct, PageAct
from pathway.overview import overview
from pathway.protocol import Protocol
from pathway.refusals import Refused

FRIDAY = THURSDAY + timedelta(days=1)
SATURDAY = THURSDAY + timedelta(days=2)
NIGHT = clock(WEDNESDAY, "23:00")


def missed(driver: CoreDriver, *, until: str = "11:40") -> CoreDriver:
    """Psychotherapy was due on Thursday at 11:40 and nobody recorded it."""
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, until))
    return driver


def alerts(driver: CoreDriver) -> list[str]:
    return [r.item.act.code for r in driver.ran if isinstance(r.item.act, AlertAct)]


def nobody(item: AgendaItem) -> Fate:
    return Fate("nobody") if isinstance(item.act, PageAct) else kind_fate(item)


def flagged(driver: CoreDriver) -> None:
    driver.to(NIGHT)
    driver.do(cmd.RaiseFlag, "nurse")


def test_a_missed_follow_up_climbs_rung_by_rung(driver: CoreDriver) -> None:
    missed(driver)
    driver.to(clock(FRIDAY, "17:00"))
    assert driver.texts()[-1] == ("please_call", "Thu 11:40")
    assert driver.pages() == [
        ("coordinator", "Thu 12:40"),
        ("therapist_lead", "Thu 15:40"),
        ("prescriber", "Fri 11:40"),
        ("prescriber", "Fri 15:40"),
    ]


def test_the_last_rung_repeats_until_somebody_acknowledges(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=25))
    assert [page for page, _ in driver.pages()] == [
        "on_call_clinician",
        "prescriber",
        *4 * ["medical_director"],
    ]
    assert [line for line in driver.journey.diary if "again (4)" in line.line]
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    driver.to(NIGHT + timedelta(hours=3))
    assert len(driver.pages()) == 6


def test_nobody_on_shift_climbs_at_once_and_alerts_ops_once(driver: CoreDriver) -> None:
    driver.fate = nobody
    flagged(driver)
    assert driver.pages() == [
        ("on_call_clinician", "Wed 23:00"),
        ("prescriber", "Wed 23:00"),
        ("medical_director", "Wed 23:00"),
    ]
    driver.to(NIGHT + timedelta(minutes=12))
    assert [at for who, at in driver.pages() if who == "medical_director"] == [
        "Wed 23:00",
        "Wed 23:05",
        "Wed 23:10",
    ], "the wait holds even where nobody was there: the rota may be filled by then"
    assert alerts(driver) == ["nobody_reachable"]


def test_a_patient_without_texts_does_not_alarm_ops(driver: CoreDriver) -> None:
    driver.do(
        cmd.ChangeContact, contact=driver.journey.contact.model_copy(update={"mobile": False})
    )
    missed(driver)
    assert driver.pages() == [("coordinator", "Thu 11:40")]
    assert alerts(driver) == []


def test_a_page_that_breaks_climbs_at_once_and_tells_ops(driver: CoreDriver) -> None:
    driver.fate = lambda item: Fate("broken") if isinstance(item.act, PageAct) else kind_fate(item)
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=5))
    assert [who for who, _ in driver.pages()] == [
        "on_call_clinician",
        "prescriber",
        *2 * ["medical_director"],
    ]
    assert sorted(alerts(driver)) == ["nobody_reachable", *3 * ["task_failed"]]


def test_acknowledging_stops_a_page_that_is_under_way(driver: CoreDriver) -> None:
    driver.fate = lambda _: Fate("paged", after=timedelta(minutes=3))
    flagged(driver)
    assert list(driver.under_way) == ["e1/r1/0/0"]
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    assert [key for key in driver.agenda_keys() if key.startswith("e1/")] == ["e1/r1/look-again"]
    driver.to(NIGHT + timedelta(hours=3))
    assert driver.outcomes("e1/r1/0/0") == []


@pytest.mark.parametrize(
    ("says", "looked_at"),
    [(None, "Thu 03:00"), (timedelta(hours=1), "Thu 00:00"), (timedelta(hours=9), "Thu 03:00")],
)
def test_rule_21_it_is_raised_again_at_the_owners_next_look(
    driver: CoreDriver, says: timedelta | None, looked_at: str
) -> None:
    """At the look she promised, and after four hours at the latest."""
    flagged(driver)
    look = NIGHT + says if says else None
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1", next_look=look)
    driver.to(NIGHT + timedelta(hours=4, minutes=1))
    again = driver.pages()[1:3]
    assert sorted(again) == [("omar", looked_at), ("on_call_clinician", looked_at)]


def test_each_round_alerts_ops_anew(driver: CoreDriver) -> None:
    driver.fate = nobody
    flagged(driver)
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    driver.to(NIGHT + timedelta(hours=4, minutes=1))
    assert alerts(driver) == ["nobody_reachable", "nobody_reachable"]


def test_a_page_of_the_round_before_does_not_move_the_new_one(driver: CoreDriver) -> None:
    flagged(driver)
    begun = [e for e in driver.log if e.kind == "escalation_rung_begun"]
    driver.do(
        cmd.AcknowledgeEscalation,
        "on_call_clinician",
        escalation="e1",
        next_look=NIGHT + timedelta(minutes=30),
    )
    driver.to(NIGHT + timedelta(minutes=31))
    before = driver.journey.escalations
    driver.commit(tuple(begun))
    assert driver.journey.escalations == before


def test_rule_6_handing_over_keeps_the_next_look(driver: CoreDriver) -> None:
    flagged(driver)
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    driver.do(cmd.HandOver, "on_call_clinician", escalation="e1", to="nadia", note="shift ends")
    assert overview(driver.journey).owed[0].owner == "nadia"
    driver.to(NIGHT + timedelta(hours=4))
    assert "nadia" in [who for who, _ in driver.pages()]


def test_handing_over_is_not_acknowledging(driver: CoreDriver) -> None:
    flagged(driver)
    driver.do(cmd.HandOver, "nurse", escalation="e1", to="omar", note="he is nearer")
    driver.to(NIGHT + timedelta(minutes=6))
    assert [who for who, _ in driver.pages()] == ["on_call_clinician", "omar", "prescriber"]
    assert overview(driver.journey).owed[0].owner is None


def test_a_staffed_rung_waits_for_staffed_hours(driver: CoreDriver) -> None:
    infuse(driver, SATURDAY)
    leave(driver)
    driver.to(clock(SATURDAY + timedelta(days=3), "12:00"))
    assert [page for page in driver.pages() if page[0] == "therapist_lead"] == [
        ("therapist_lead", "Mon 08:00")
    ]


def test_a_clinic_closed_for_weeks_does_not_end_the_ladder(protocol: Protocol) -> None:
    driver = CoreDriver.open(protocol, calendar=a_calendar(hours=())).admitted()
    missed(driver)
    driver.to(clock(FRIDAY, "12:00"))
    assert [who for who, _ in driver.pages()] == ["coordinator", "therapist_lead", "prescriber"]


def test_a_flag_nobody_answers_does_not_grow_without_end(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(hours=16))
    assert len(driver.pages()) > 180
    assert len(driver.journey.escalations[0].begun) < 8
    assert len(driver.journey.settled) < 12


def test_a_key_settled_long_ago_does_not_run_again(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(hours=2))
    keys = [ran.item.key for ran in driver.ran]
    assert len(keys) == len(set(keys)) > 20


def test_the_climb_can_be_read_ahead(driver: CoreDriver) -> None:
    missed(driver)
    to_come = [(i.key, i.at) for i in agenda(driver.journey) if i.rung]
    assert to_come == [
        ("e1/r1/1/0", clock(THURSDAY, "12:40")),
        ("e1/r1/2/0", clock(THURSDAY, "15:40")),
        ("e1/r1/3/0", clock(FRIDAY, "11:40")),
    ]


def test_a_pager_that_stays_broken_is_one_line_and_one_alert_for_each_rung(
    driver: CoreDriver,
) -> None:
    driver.fate = lambda item: Fate("broken") if isinstance(item.act, PageAct) else kind_fate(item)
    flagged(driver)
    driver.to(NIGHT + timedelta(hours=8))
    assert [task.key for task in driver.journey.tasks if task.key.startswith("e1/")] == [
        "e1/r1/0/0/broken",
        "e1/r1/1/0/broken",
        "e1/r1/2/0/broken",
    ]
    assert len(alerts(driver)) == 4


def test_a_pager_that_breaks_again_after_its_line_was_closed_tells_ops_again(
    driver: CoreDriver,
) -> None:
    driver.fate = lambda item: Fate("broken") if isinstance(item.act, PageAct) else kind_fate(item)
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=30))
    told = len(alerts(driver))
    last = next(t for t in driver.journey.tasks if t.key == "e1/r1/2/0/broken")
    driver.do(cmd.CloseLine, task=last.key, note="paged by telephone")
    driver.to(NIGHT + timedelta(hours=1))
    again = [t.key for t in driver.journey.tasks if t.key.startswith("e1/r1/2/")]
    assert len(again) == 1
    assert again != [last.key]
    assert len(alerts(driver)) == told + 1


def test_an_alert_under_way_is_not_called_back_by_the_next_turn(driver: CoreDriver) -> None:
    """Someone answers in the end, while the alert that nobody did is still on its way."""
    found = iter(["paged", "paged", "paged", "nobody", *20 * ["paged"]])

    def fate(item: AgendaItem) -> Fate:
        if isinstance(item.act, PageAct):
            return Fate(next(found))
        return Fate("alerted", after=timedelta(hours=1))

    driver.fate = fate
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=80))
    assert alerts(driver) == ["nobody_reachable"]
    assert driver.outcomes("e1/r1/nobody") == [("ops_alerted", "nobody_reachable")]


def test_rule_21_an_ordinary_ladder_wakes_nobody_again_at_night(driver: CoreDriver) -> None:
    missed(driver, until="12:41")
    driver.to(clock(SATURDAY, "07:59"))
    zone_hours = [int(at.split()[1][:2]) for _, at in driver.pages()]
    assert zone_hours, "nobody was paged at all"
    repeats = [at for who, at in driver.pages() if who == "prescriber"][1:]
    assert all(8 <= int(at.split()[1][:2]) < 18 for at in repeats), repeats


def test_rule_18_a_safety_ladder_repeats_at_any_hour(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(hours=5))
    assert len([at for _, at in driver.pages() if at.startswith("Thu 0")]) > 20


def test_a_page_that_did_not_arrive_has_the_next_rung_follow_at_once(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=1))
    assert driver.pages() == [("on_call_clinician", "Wed 23:00")]
    failure = {"escalation": "e1", "person": "dr.moreau", "reason": "opted_out"}
    driver.do(cmd.RecordPageFailure, "ops", **failure)
    driver.to(NIGHT + timedelta(minutes=2))
    assert len(driver.pages()) == 1, "somebody else of the rung has it"
    driver.do(cmd.RecordPageFailure, "ops", **failure | {"person": "dr.tamm", "turn": "r1/0/0"})
    driver.to(NIGHT + timedelta(minutes=2, seconds=1))
    assert driver.pages()[1:] == [("prescriber", "Wed 23:02")]
    assert alerts(driver) == ["nobody_reachable"]


def test_a_failure_of_what_is_taken_moves_nothing(driver: CoreDriver) -> None:
    flagged(driver)
    driver.to(NIGHT + timedelta(minutes=1))
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    failure = {"escalation": "e1", "person": "dr.tamm", "reason": "landline", "turn": "r1/0/0"}
    driver.do(cmd.RecordPageFailure, "ops", **failure)
    assert driver.do(cmd.RecordPageFailure, "ops", **failure | {"escalation": "e9"}) == ()
    driver.to(NIGHT + timedelta(hours=1))
    assert len(driver.pages()) == 1
    assert alerts(driver) == []


def test_a_reply_to_a_page_takes_nothing_out_of_anothers_hands(driver: CoreDriver) -> None:
    flagged(driver)
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", by="dr.tamm", escalation="e1")
    late = {"by": "dr.hale", "escalation": "e1", "unless_taken": True}
    with pytest.raises(Refused, match=r"dr\.tamm has taken e1"):
        driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", **late)
    driver.do(cmd.AcknowledgeEscalation, "on_call_clinician", **late | {"by": "dr.tamm"})
