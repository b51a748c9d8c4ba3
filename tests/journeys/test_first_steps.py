"""A journey from its opening to an infusion, on a real server."""

from datetime import timedelta

import pytest
from entry_fields import assessed, consenting
from journey_stand import Stand, Told, clinic_time

from pathway import commands as cmd
from pathway.facts import Step
from pathway.journey import Stage


async def test_assessment_and_consent_open_the_first_treatment(stand: Stand) -> None:
    journey = await stand.start()
    assert (await journey.overview()).stage is Stage.ASSESSMENT
    await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
    answer = await journey.do(cmd.RecordConsent, **consenting())
    assert "treatment_opened" in answer.happened
    seen = await journey.overview()
    assert seen.stage is Stage.PREPARATION
    assert seen.treatment == 1


async def test_a_refusal_carries_its_code_and_a_sentence(stand: Stand) -> None:
    journey = await stand.start()
    with pytest.raises(Told) as refused:
        await journey.do(cmd.RecordPreparation, "therapist", treatment=1)
    assert refused.value.code == "no_such_treatment"


async def test_reminders_go_out_at_their_local_minutes(stand: Stand) -> None:
    journey = await stand.start()
    await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
    await journey.do(cmd.RecordConsent, **consenting())
    day = (await journey.now()).date() + timedelta(days=7)
    day -= timedelta(days=day.weekday())
    day += timedelta(days=1)
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=clinic_time(day, "13:00"))
    await journey.to(clinic_time(day, "13:30"))
    texts = await journey.texts()
    assert texts[-1] == ("appointment_today", f"{day:%a} 11:00")
