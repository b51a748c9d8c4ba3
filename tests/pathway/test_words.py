"""What may be read over a shoulder: pages, details and lines hold nothing clinical, no name."""

import re
from datetime import timedelta

import pytest
from core_driver import MONDAY, CoreDriver, clock
from core_steps import THURSDAY, WEDNESDAY, book, infuse, leave, prepare, session, start
from visits import dose_fields

from pathway import commands as cmd
from pathway.facts import Step
from pathway.items import PageAct
from pathway.overview import details, overview

FORBIDDEN = re.compile(
    r"ketamine|infusion|dose|suicid|depress|score|therapy|psych|drug|mg\b|treatment|phq|gad",
    re.IGNORECASE,
)


def said_in_pages(driver: CoreDriver) -> set[str]:
    return {ran.item.act.what for ran in driver.ran if isinstance(ran.item.act, PageAct)}


def _missed_preparation(driver: CoreDriver) -> None:
    book(driver, Step.PREPARATION, clock(WEDNESDAY, "09:00"))
    driver.to(clock(WEDNESDAY, "11:00"))


def _missed_visit(driver: CoreDriver) -> None:
    prepare(driver)
    book(driver, Step.INFUSION, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "12:00"))


def _end_not_recorded(driver: CoreDriver) -> None:
    prepare(driver)
    start(driver, clock(WEDNESDAY, "11:00"))
    driver.to(clock(WEDNESDAY, "13:00"))


def _begun_against_the_rules(driver: CoreDriver) -> None:
    driver.to(clock(WEDNESDAY, "11:00"))
    said = dose_fields(driver.journey.protocol, already_running="begun by hand")
    driver.do(cmd.StartInfusion, "nurse", treatment=1, **said)


def _taken_to_hospital(driver: CoreDriver) -> None:
    infuse(driver)
    driver.do(cmd.RecordDischarge, "nurse", treatment=1, way="transferred")


def _still_here(driver: CoreDriver) -> None:
    infuse(driver)
    driver.to(clock(WEDNESDAY, "16:00"))


def _missed_psychotherapy(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    driver.to(clock(THURSDAY, "14:00"))


def _missed_decision(driver: CoreDriver) -> None:
    infuse(driver)
    leave(driver)
    session(driver)
    driver.to(driver.now + timedelta(days=3))


def _flag(driver: CoreDriver) -> None:
    driver.do(cmd.RaiseFlag, "nurse")
    driver.do(cmd.RaiseFlag, "nurse", tier="high")


SITUATIONS = [
    _missed_preparation,
    _missed_visit,
    _end_not_recorded,
    _begun_against_the_rules,
    _taken_to_hospital,
    _still_here,
    _missed_psychotherapy,
    _missed_decision,
    _flag,
]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_page_says_nothing_clinical(driver: CoreDriver, situation: object) -> None:
    assert callable(situation)
    situation(driver)
    said = said_in_pages(driver)
    assert said, "nobody was paged"
    assert not [words for words in said if FORBIDDEN.search(words)]


def test_the_forbidden_words_are_found_where_they_stand() -> None:
    assert FORBIDDEN.search("psychotherapy not recorded in time")
    assert not FORBIDDEN.search("a follow-up is not recorded in time")


def test_the_work_list_names_the_step_that_a_page_does_not(driver: CoreDriver) -> None:
    _missed_psychotherapy(driver)
    danger = [row for row in overview(driver.journey).owed if row.group == "danger"]
    assert [row.line for row in danger] == [
        "a follow-up is not recorded in time (psychotherapy): take it"
    ]


def test_the_owner_replaces_the_call_to_take_it(driver: CoreDriver) -> None:
    _missed_psychotherapy(driver)
    driver.do(cmd.AcknowledgeEscalation, escalation="e1")
    row = overview(driver.journey).owed[0]
    assert (row.owner, row.line) == ("carla", "a follow-up is not recorded in time (psychotherapy)")


def test_details_tell_where_it_stands_and_who_owns_what(driver: CoreDriver) -> None:
    _missed_psychotherapy(driver)
    page = details(driver.journey)
    assert page.startswith("**Stage: psychotherapy, treatment 1** (ketamine-iv@1)")
    assert "NO OWNER" in page
    assert "e1: a follow-up is not recorded in time (since Thu 2026-06-04 11:40" in page
    driver.do(cmd.AcknowledgeEscalation, escalation="e1")
    assert "owned by carla" in details(driver.journey)
    driver.do(cmd.HoldTexts, reason="asked to stop")
    assert "All texts are held." in details(driver.journey)


def test_details_tell_what_went_out_lately_and_what_did_not_and_why(driver: CoreDriver) -> None:
    prepare(driver)
    book(driver, Step.INFUSION, clock(THURSDAY, "11:00"))
    driver.do(cmd.HoldTexts, reason="asked to stop")
    driver.to(clock(THURSDAY, "09:00"))
    driver.do(cmd.ReportHospital, "nurse")
    driver.to(clock(THURSDAY, "12:00"))
    shown = details(driver.journey).splitlines()
    last = shown[shown.index("| last (America/Los_Angeles) | and why |") + 2 :]
    assert len(last) == 8
    assert (
        "| Thu 2026-06-04 11:15 | escalate: infusion not recorded in time · **escalated**, missed |"
        in last
    )
    told = [line.removesuffix(" |").rpartition(" · ")[2] for line in last]
    assert "**skipped**, texts held" in told
    assert "hospital" not in "".join(last)


def test_details_of_a_journey_that_has_ended(opened: CoreDriver) -> None:
    opened.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    assert "Ended: not_suitable." in details(opened.journey)
    assert "next (" not in details(opened.journey)


def test_details_say_when_nothing_but_a_person_is_waited_for(opened: CoreDriver) -> None:
    opened.to(clock(MONDAY + timedelta(days=9), "09:00"))
    assert "Nothing is due: it waits for a person." in details(opened.journey)
