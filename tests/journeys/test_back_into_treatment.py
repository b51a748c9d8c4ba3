"""A course that ends, a month of follow-up, and the way back into treatment, on a real server."""

from datetime import timedelta

import pytest
from clinic_days import (
    a_tuesday,
    admit_to_programme,
    book_visit,
    debrief,
    infuse,
    prepare,
    whole_treatment,
)
from journey_stand import Stand, Told

from pathway import commands as cmd
from pathway.decision_page import DecisionPage
from pathway.facts import Choice
from pathway.journey import Stage


async def test_rule_15_follow_up_leads_back_into_treatment(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    await whole_treatment(journey, 1, await a_tuesday(journey), Choice.COMPLETE)
    assert (await journey.overview()).stage is Stage.FOLLOW_UP

    await journey.to(await journey.now() + timedelta(days=31))
    asked = [template for template, _ in await journey.texts() if template == "feeling_checkin"]
    assert len(asked) == 5  # the evening of the visit, and four of the weeks after
    back = {"way": "booster", "reason": "it fades"}
    with pytest.raises(Told) as refused:
        await journey.do(cmd.ReturnToTreatment, "prescriber", **back)
    assert refused.value.code == "out_of_order"
    await journey.do(cmd.RecordIntervalReview, "prescriber", suitable=True, reason="as before")
    await journey.do(cmd.ReturnToTreatment, "prescriber", **back)
    seen = await journey.overview()
    assert (seen.stage, seen.treatment) == (Stage.PREPARATION, 2)

    await whole_treatment(journey, 2, await a_tuesday(journey), Choice.COMPLETE)
    page = await journey.handle.query("decision_page", result_type=DecisionPage)
    assert [row.number for row in page.treatments] == [1, 2]
    assert page.treatments[1].gap_days is not None
    await journey.do(cmd.Close, outcome="completed", reason="she is well")
    outcome = await journey.handle.result()
    assert (outcome.outcome, outcome.treatments) == ("completed", 2)


async def test_rule_9_a_decision_waits_on_the_server_for_its_second_signature(
    stand: Stand,
) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await prepare(journey, 1, day)
    await infuse(journey, 1, day)
    await debrief(journey, 1, day)
    last = {"treatment": 1, "choice": Choice.COMPLETE, "reason": "discussed"}
    await journey.do(cmd.RecordDecision, "prescriber", **last)
    assert (await journey.overview()).waits_for == "therapist"
    await journey.do(cmd.Cosign, "therapist", treatment=1)
    assert (await journey.overview()).stage is Stage.FOLLOW_UP
