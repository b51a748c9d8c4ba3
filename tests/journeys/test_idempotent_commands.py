"""A command is one act however often it is sent, also across continue-as-new."""

import asyncio
from datetime import timedelta

import pytest
from clinic_days import a_tuesday, admit_to_programme
from entry_fields import assessed
from journey_stand import ZONE, LiveJourney, Stand, Told, clinic_time
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from pathway import commands as cmd
from pathway.facts import Step
from pathway.journey import Contact
from pathway.preview import Preview, PreviewRequest
from workflows.messages import Answer


async def _rolled(journey: LiveJourney) -> None:
    before = (await journey.handle.describe()).run_id
    await journey.handle.signal("roll_over")
    for _ in range(200):
        if (await journey.handle.describe()).run_id != before:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the journey did not continue as new")


async def test_the_same_key_is_one_act_also_in_the_next_run(stand: Stand) -> None:
    # Whom no text reaches, so that nothing happens beside it.
    journey = await stand.start(Contact(zone=ZONE, text_consent=False))
    command = await journey.built(cmd.RecordAssessment, "mental_health_professional", **assessed())
    first = await journey.give(command)
    await _rolled(journey)
    before = (await journey.overview()).events
    again = await journey.give(command)
    assert again == Answer(number=first.number, happened=(), repeated=True)
    assert (await journey.overview()).events == before


async def test_a_key_is_not_used_for_two_commands(stand: Stand) -> None:
    journey = await stand.start()
    command = await journey.built(cmd.RecordConsent, "coordinator", given=True)
    await journey.give(command)
    other = command.model_copy(update={"given": False})
    for _ in range(2):
        with pytest.raises(Told) as told:
            await journey.give(other)
        assert told.value.code == "key_reused"
        await _rolled(journey)


async def _foreseen(journey: LiveJourney, command: cmd.Command) -> Preview:
    request = PreviewRequest(command=command.name, fields=command.model_dump(mode="json"))
    seen: Preview = await journey.handle.query("preview", request, result_type=Preview)
    return seen


async def test_a_preview_looks_at_the_key_too(stand: Stand) -> None:
    journey = await stand.start()
    command = await journey.built(cmd.RecordConsent, "coordinator", given=True)
    assert "consent_recorded" in (await _foreseen(journey, command)).happens
    await journey.give(command)
    assert await _foreseen(journey, command) == Preview()
    other = await _foreseen(journey, command.model_copy(update={"given": False}))
    assert other.refused is not None
    assert "key was used" in other.refused


async def test_a_stale_move_is_refused_and_changes_nothing(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    at = clinic_time(day, "13:00")
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=at)
    later = at + timedelta(hours=1)
    await journey.do(cmd.Move, treatment=1, step=Step.PREPARATION, revision=1, at=later)
    with pytest.raises(Told) as told:
        await journey.do(
            cmd.Move, treatment=1, step=Step.PREPARATION, revision=1, at=at + timedelta(hours=3)
        )
    assert told.value.code == "stale_revision"
    treatment = (await journey.overview()).treatments[0]
    assert [(a.revision, a.at) for a in treatment.appointments] == [(2, later)]


async def test_updates_racing_continue_as_new_are_none_lost_none_doubled(stand: Stand) -> None:
    """Eight journeys take 15 commands each while they are rolled over again and again."""
    journeys = [await stand.start() for _ in range(8)]
    racing = asyncio.Event()
    rollers = [asyncio.create_task(_keep_rolling(j, racing)) for j in journeys]
    commands = [
        [await j.built(cmd.HoldTexts, "nurse", reason=f"hold {n}") for n in range(1)]
        + [await j.built(cmd.RaiseFlag, "nurse") for _ in range(14)]
        for j in journeys
    ]
    await asyncio.gather(*(_give_all(j, c) for j, c in zip(journeys, commands, strict=True)))
    racing.set()
    rolls = sum(await asyncio.gather(*rollers))
    for journey in journeys:
        seen = await journey.overview()
        assert len(seen.escalations) == 14
        rows = stand.fakes.journal[journey.reference]
        kinds = [rows[n].kind for n in sorted(rows)]
        assert kinds.count("escalation_opened") == 14
        assert kinds.count("texts_held") == 1
    assert rolls >= 8, "continue-as-new never raced a command"


async def _keep_rolling(journey: LiveJourney, stop: asyncio.Event) -> int:
    runs = set()
    while not stop.is_set():
        await journey.handle.signal("roll_over")
        runs.add((await journey.handle.describe()).run_id)
        await asyncio.sleep(0.05)
    return len(runs) - 1


async def _give_all(journey: LiveJourney, commands: list[cmd.Command]) -> None:
    """As a caller does it: the same command again until it has an answer."""
    for command in commands:
        while True:
            try:
                await journey.give(command)
                break
            except RPCError:
                description = await journey.handle.describe()
                assert description.status is WorkflowExecutionStatus.RUNNING
