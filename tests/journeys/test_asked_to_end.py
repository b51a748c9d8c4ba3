"""What somebody with the Temporal UI does to a journey: it goes on, and somebody hears of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from by_day import where_it_is_day
from clinic_days import a_tuesday, admit_to_programme
from journey_stand import LiveJourney, Stand, clinic_time
from structlog.testing import LogCapture
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from pathway import commands as cmd
from pathway.facts import Step
from pathway.journey import Contact
from pathway.protocol import Template
from workers.refused_payloads import SENTENCE
from workflows.messages import SendText


async def _alerts(stand: Stand, count: int) -> list[str]:
    async with asyncio.timeout(20):
        while len(stand.fakes.alerts) < count:
            await asyncio.sleep(0.02)
    return [alert.code for alert in stand.fakes.alerts]


async def _runs(journey: LiveJourney) -> bool:
    status = (await journey.handle.describe()).status
    return status is WorkflowExecutionStatus.RUNNING


async def test_a_journey_that_is_asked_to_cancel_goes_on_and_tells_ops_once(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=clinic_time(day, "13:00"))
    await journey.handle.cancel(reason="tidying up")
    assert await _alerts(stand, 1) == ["cancel_refused"]
    (line,) = [t for t in (await journey.overview()).tasks if t.key.startswith("cancel-asked/")]
    assert "close" in line.line
    assert "tidying" not in (await journey.overview()).model_dump_json()

    before = len(stand.fakes.texts)
    await journey.to(clinic_time(day, "12:00"))
    assert len(stand.fakes.texts) > before, "her reminders ended"
    await journey.do(cmd.RaiseFlag, "nurse")
    assert len((await journey.overview()).escalations) == 1
    assert len(stand.fakes.alerts) == 1
    assert await _runs(journey)


async def test_what_is_under_way_is_not_cancelled_with_it(stand: Stand) -> None:
    failing = True

    def fails(text: SendText) -> bool:
        return failing and text.template is not Template.WELCOME

    stand.fakes.text_fails = fails
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=clinic_time(day, "13:00"))
    await journey.to(clinic_time(day, "11:00"))
    async with asyncio.timeout(20):
        while stand.fakes.text_attempts < 2:
            await asyncio.sleep(0.02)
    await journey.handle.cancel()
    await _alerts(stand, 1)
    failing = False
    await journey.to(clinic_time(day, "11:06"))
    async with asyncio.timeout(20):
        while all(text.template is Template.WELCOME for text in stand.fakes.texts):
            await asyncio.sleep(0.02)
    assert stand.fakes.looked_up == [], "its text was withdrawn"


async def test_a_cancelled_run_still_continues_as_new_and_the_next_may_be_asked_again(
    stand: Stand,
) -> None:
    journey = await stand.start()
    await journey.handle.cancel()
    await _alerts(stand, 1)
    first = await journey.run_id()
    await journey.handle.signal("roll_over")
    await journey.rolled_over(first)
    await journey.do(cmd.HoldTexts, "nurse", reason="a test")
    (line,) = [t for t in (await journey.overview()).tasks if t.key.startswith("cancel-asked/")]

    await journey.handle.cancel()
    await journey.do(cmd.ReleaseTexts, "nurse", reason="a test")
    assert len(stand.fakes.alerts) == 1, "one line says so already"
    await journey.do(cmd.CloseLine, task=line.key, note="told them")
    second = await journey.run_id()
    await journey.handle.signal("roll_over")
    await journey.rolled_over(second)
    await journey.do(cmd.HoldTexts, "nurse", reason="a test")
    await journey.handle.cancel()
    assert await _alerts(stand, 2) == ["cancel_refused"] * 2
    await journey.to(await journey.now() + timedelta(days=1))
    assert await _runs(journey)


async def test_junk_from_a_terminal_is_dropped_or_refused_and_nothing_is_lost(
    stand: Stand, in_clear: Client, lines: LogCapture
) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    seen = await journey.overview()
    terminal: Any = in_clear.get_workflow_handle(journey.reference)
    await terminal.signal("no_such_signal", {"junk": 1})
    await terminal.signal("hold_texts", "her name")
    await terminal.signal("roll_over", {"junk": [1, 2, 3]})
    await terminal.signal("roll_over", args=["a", "b"])
    for name, sentence in (("hold_texts", SENTENCE), ("no_such_update", "Encoded failure")):
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await terminal.execute_update(name, {"reason": "her name"})
        assert isinstance(failed.value.cause, ApplicationError)
        assert failed.value.cause.message == sentence
    await journey.do(cmd.RaiseFlag, "nurse")
    after = await journey.overview()
    assert len(after.escalations) == 1
    assert (after.stage, after.texts_held, after.tasks) == (seen.stage, False, seen.tasks)
    assert await _runs(journey)
    refused = [line["reason"] for line in lines.entries if line["event"] == "payload_refused"]
    assert set(refused) == {"plain"}


async def test_an_activity_that_somebody_completes_by_hand_is_asked_about(
    stand: Stand, in_clear: Client
) -> None:
    stand.fakes.text_fails = lambda _: True
    stand.fakes.look_up_answers = ["one"]
    journey = await stand.start(Contact(zone=where_it_is_day()))
    async with asyncio.timeout(20):
        while not stand.fakes.text_attempts:
            await asyncio.sleep(0.02)
    pending = (await journey.handle.describe()).raw_description.pending_activities
    (text,) = [each.activity_id for each in pending if each.activity_type.name == "send_text"]
    by_hand = in_clear.get_async_activity_handle(
        workflow_id=journey.reference, run_id=None, activity_id=text
    )
    await by_hand.complete({"status": "sent", "reason": "her name"})
    await journey.do(cmd.RaiseFlag, "nurse")
    await journey.to(await journey.now() + timedelta(minutes=5))
    async with asyncio.timeout(20):
        while not stand.fakes.looked_up:
            await asyncio.sleep(0.02)
    assert await _runs(journey)
