"""What the watch judges: late by a bound for each act, silent, and in words that tell of nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from pathway import findings, watch
from pathway.findings import Finding, FindingKind
from pathway.overview import OwedRow
from pathway.protocol import Level
from pathway.roles import Role
from pathway.today import Shows
from pathway.watch import OpenJourney

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ZONE = "America/Los_Angeles"


def a_line(key: str, group: str = "waiting", **more: object) -> OwedRow:
    fields = {
        "key": key,
        "group": group,
        "role": Role.PRESCRIBER,
        "since": NOON,
        "line": "psychosis",
    }
    return OwedRow.model_validate({**fields, **more})


def a_journey(act: str | None, at: datetime | None, *lines: OwedRow) -> OpenJourney:
    return OpenJourney(reference="J-0000000001", next_act=act, next_at=at, owed=lines)


@pytest.mark.parametrize(
    ("act", "minutes", "late"),
    [("page", 4, False), ("page", 6, True), ("text", 6, False), ("text", 11, True)],
)
def test_what_is_due_has_a_bound_by_what_it_does(act: str, minutes: int, late: bool) -> None:
    journey = a_journey(act, NOON)
    assert watch.late_since(journey, NOON + minutes * MINUTE) == (NOON if late else None)


def test_what_has_no_time_is_never_late() -> None:
    assert watch.late_since(a_journey("nothing", None), NOON) is None
    assert watch.late_since(a_journey(None, None), NOON) is None


def test_it_is_silent_when_nothing_is_due_and_nobody_is_asked() -> None:
    step = a_line("step/preparation")
    assert watch.silent(a_journey("nothing", None, step)) is not None
    assert watch.silent(a_journey("text", NOON, step)) is None
    assert watch.silent(a_journey("nothing", None, step, a_line("t1/broken", "today"))) is None
    assert watch.silent(a_journey("nothing", None, a_line("e1", "danger", escalation="e1"))) is None
    assert watch.silent(a_journey(None, None, step)) is None, "no snapshot has said so yet"


def test_what_was_owed_is_told_without_the_words_of_the_work_list() -> None:
    danger = a_line("e1", "danger", escalation="e1", shows=Shows(level=Level.SAFETY))
    flag = a_line("flag/f1", "danger", owner="dr.hale")
    step = a_line("step/decision", due=NOON + timedelta(hours=1))
    said = watch.stranded(a_journey("page", NOON, danger, flag, step), "timed_out", ZONE)
    assert said.danger
    for part in (
        "timed out",
        "escalation (safety) open since 2026-03-09 05:00, nobody has it",
        "safety flag open since 2026-03-09 05:00, somebody has it",
        "its step for prescriber by 2026-03-09 06:00",
        "next by itself: page at 2026-03-09 05:00",
    ):
        assert part in said.says
    assert "psychosis" not in said.says


def test_many_are_one_text_that_names_some() -> None:
    found = tuple(
        Finding(kind=FindingKind.STRANDED, reference=f"J-000000000{n}", state="x", says="y")
        for n in range(5)
    )
    text = findings.together(FindingKind.STRANDED, found)
    assert text == (
        "Waymark: 5 journeys stranded: J-0000000000, J-0000000001, J-0000000002 and 2 more. "
        "See: waymark ops watch"
    )
    assert "J-0000000002 and 2 more" in findings.paging_stopped(found)
    whole = Finding(kind=FindingKind.TEXTS_STUCK, state="x", says="texts: 3")
    assert findings.together(whole.kind, (whole,)) == "Waymark: texts: 3. See: waymark ops watch"
