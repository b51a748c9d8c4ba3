"""The watch: what an ops person ends is noticed within a round, told once, and never repaired
by a guess."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from a_snapshot import a_journal_row
from by_day import where_it_is_day
from clinic_days import admit_to_programme
from deleting import delete, deleted
from enrolled import enrolled
from journey_stand import LiveJourney
from misfit import let_not_replay
from sealed import client_of
from spoilt import spoil
from temporalio.api.workflowservice.v1 import PauseWorkflowExecutionRequest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from watch_stand import WatchStand, watch_stand

import activities.watch
from activities import deadman
from local.dynamic_config import FOR_TESTS
from local.temporal_server import ServerStarter
from pathway import commands as cmd
from pathway.findings import FindingKind
from pathway.journey import Contact
from records import (
    journal,
    journeys,
    patients,
    watch_findings,
    watch_reads,
    watch_rounds,
    worklist,
)
from records.database import Records
from records.watch_findings import StoredFinding
from records.watch_reads import PAGE
from workers import watching
from workers.bringing_back import NotBroughtBackError, bring_back
from workers.histories import HistoryError
from workflows.engine import Engine
from workflows.messages import WatchPage

PAUSABLE = {
    **FOR_TESTS,
    "frontend.WorkflowPauseEnabled": True,
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 2,
}
"""With what the server can do beyond what it does as shipped; a failing task shows sooner."""


async def written(stand: WatchStand, journey: LiveJourney) -> None:
    """Until the records have all that the journey has."""
    events = (await journey.overview()).events
    async with asyncio.timeout(20):
        while True:
            seen = await journeys.get(stand.records, journey.reference)
            if seen is not None and seen.through >= events:
                return
            await asyncio.sleep(0.05)


async def test_a_terminated_journey_is_told_once_with_what_was_owed(watched: WatchStand) -> None:
    calm, danger = await watched.started(), await watched.started()
    await admit_to_programme(calm)
    await danger.do(cmd.RaiseFlag, "nurse")
    for journey in (calm, danger):
        await written(watched, journey)
    assert await watched.found() == []
    await danger.handle.terminate("by hand, in the UI")
    (found,) = await watched.found()
    assert (found.kind, found.reference, found.state) == (
        FindingKind.STRANDED,
        danger.reference,
        "terminated",
    )
    assert found.told
    assert "escalation (safety) open since" in found.says
    assert len(watched.to_ops) == len(watched.to_on_call) == 1
    assert danger.reference in watched.to_ops[0]
    assert "pages have stopped" in watched.to_on_call[0]

    assert len(await watched.found()) == 1
    assert len(watched.to_ops) == len(watched.to_on_call) == 1, "it was told twice"
    now = await calm.now()
    lines = await worklist.rows(watched.records, now)
    (line,) = [row for row in lines if row.owed.key == "watch/stranded"]
    assert (line.reference, line.owed.group) == (danger.reference, "danger")

    await calm.handle.terminate()
    assert await watched.found_of(FindingKind.STRANDED) == [danger.reference, calm.reference]
    assert len(watched.to_ops) == 2
    assert len(watched.to_on_call) == 1, "nothing urgent was open"


async def test_many_that_are_ended_at_once_are_one_text(watched: WatchStand) -> None:
    journeys_ = [await watched.started() for _ in range(5)]
    for journey in journeys_:
        await written(watched, journey)
        await journey.handle.terminate()
    assert len(await watched.found_of(FindingKind.STRANDED)) == 5
    (text,) = watched.to_ops
    assert "5 journeys stranded" in text
    assert "and 2 more" in text


async def test_a_deleted_journey_is_found_missing(watched: WatchStand) -> None:
    journey = await watched.started()
    await written(watched, journey)
    await delete(watched.client, journey.reference)
    async with asyncio.timeout(20):
        while not (found := [each.state for each in await watched.found()]):
            await asyncio.sleep(0.2)
    while found != ["not_found"]:
        assert found == ["terminated"], "deleting it ends it first"
        found = [each.state for each in await watched.found()]
    assert watched.to_ops


async def test_a_round_is_kept_and_a_finding_that_is_gone_closes_itself(
    watched: WatchStand,
) -> None:
    journey = await watched.started()
    await written(watched, journey)
    await watched.round()
    last = await watch_rounds.last(watched.records)
    assert last is not None
    assert (last.journeys, last.every) == (1, timedelta(minutes=5))
    await journey.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    await journey.handle.result()
    assert await watched.found() == []
    done = await watch_rounds.last(watched.records)
    assert done is not None
    assert done.journeys == 0
    counts = await watch_findings.open_findings(watched.records)
    assert set(counts.values()) == {0}


async def ended(stand: WatchStand, journey: LiveJourney, how: str) -> None:
    if how == "terminated":
        await journey.handle.terminate()
        return
    await deleted(stand.client, journey.reference)


@pytest.mark.parametrize("how", ["terminated", "deleted"])
async def test_an_ended_journey_goes_on_where_its_journal_ends(
    watched: WatchStand, how: str
) -> None:
    journey = await watched.started()
    await admit_to_programme(journey)
    await journey.do(cmd.RaiseFlag, "nurse")
    await journey.settled()
    await written(watched, journey)
    texts = len(watched.fakes.texts)
    before = await journey.overview()
    with pytest.raises(NotBroughtBackError, match="at work"):
        await bring_back(watched.records, watched.client, journey.reference, watched.task_queue)
    await ended(watched, journey, how)
    assert await watched.found_of(FindingKind.STRANDED) == [journey.reference]

    events = await bring_back(
        watched.records, watched.client, journey.reference, watched.task_queue
    )
    assert events == before.events
    after = await journey.overview()
    assert (after.stage, after.escalations[0].id) == (before.stage, before.escalations[0].id)
    assert len(watched.fakes.texts) == texts, "what had gone went again"
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    await written(watched, journey)
    assert await watched.found() == []


async def looked(stand: WatchStand, at: datetime) -> list[StoredFinding]:
    """What is wrong after a page that was looked at as if it were this late."""
    await ActivityEnvironment().run(stand.watch.watch_journeys, WatchPage(as_of=at))
    return list(await watch_findings.open_ones(stand.records))


async def test_what_is_due_and_not_begun_is_asked_of_the_journey_itself(
    watched: WatchStand,
) -> None:
    journey = await watched.started()
    await admit_to_programme(journey)
    await journey.settled()
    await written(watched, journey)
    seen = await journeys.get(watched.records, journey.reference)
    assert seen is not None
    assert seen.next_at is not None
    assert seen.next_at == (await journey.overview()).next_items[0].at
    assert await looked(watched, seen.next_at + timedelta(minutes=4)) == []
    (found,) = await looked(watched, seen.next_at + timedelta(minutes=11))
    assert (found.kind, found.reference) == (FindingKind.LATE, journey.reference)
    assert seen.next_act is not None
    assert seen.next_act in found.says


async def test_a_text_that_is_tried_is_not_late(watched: WatchStand) -> None:
    watched.fakes.text_fails = lambda _: True
    journey = await watched.started(contact=Contact(zone=where_it_is_day()))
    async with asyncio.timeout(20):
        while not watched.fakes.text_attempts:
            await asyncio.sleep(0.05)
    await written(watched, journey)
    seen = await journeys.get(watched.records, journey.reference)
    assert seen is not None
    assert (seen.next_act, seen.next_at) == ("text", (await journey.overview()).next_items[0].at)
    assert await looked(watched, datetime.now(UTC) + timedelta(minutes=20)) == []


async def test_rows_that_the_history_does_not_know_are_mended(watched: WatchStand) -> None:
    journey = await watched.started()
    await journey.settled()
    await written(watched, journey)
    events = (await journey.overview()).events
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    async with watched.records.begin() as session:
        row = a_journal_row(journey.reference, events + 1, "texts_held", long_ago, "{}")
        row.written_at = long_ago
        session.add(row)
    done = await watched.round()
    assert done.mended == 1
    rows = await journal.read(watched.records, journey.reference)
    assert [row.number for row in rows] == list(range(1, events + 1))
    assert (await watched.round()).mended == 0


async def test_one_whose_history_does_not_replay_is_found_and_the_others_are_looked_at(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    misfit, ended = await watched.started(), await watched.started()
    for journey in (misfit, ended):
        await journey.settled()
        await written(watched, journey)
    await ended.handle.terminate()
    with pytest.MonkeyPatch.context() as now:
        let_not_replay(now, misfit.reference)
        now.setattr(activities.watch, "COMPARED_ONE_IN", 1)
        found = {each.reference: (each.kind, each.state) for each in await watched.found()}
    assert found == {
        ended.reference: (FindingKind.STRANDED, "terminated"),
        misfit.reference: (FindingKind.JOURNAL_BEHIND, "not_replayed"),
    }
    assert len(watched.to_ops) == 2
    # Until its turn comes again what was found stands, and is not told again.
    monkeypatch.setattr(activities.watch, "AGAIN_ONE_IN", 10**12)
    assert {each.reference for each in await watched.found()} == set(found)
    assert len(watched.to_ops) == 2
    monkeypatch.setattr(activities.watch, "AGAIN_ONE_IN", 1)
    assert await watched.found_of(FindingKind.JOURNAL_BEHIND) == []


async def test_a_cell_that_does_not_open_keeps_no_other_journey_from_being_looked_at(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, row, ended = [await watched.started() for _ in range(3)]
    for journey in (lines, row, ended):
        await journey.settled()
        await written(watched, journey)
    cells = f"line = 'x', shows = 'x' WHERE reference = '{lines.reference}'"
    await spoil(watched.records, f"UPDATE owed SET {cells}")  # noqa: S608
    cell = f"payload = 'x' WHERE number = 1 AND reference = '{row.reference}'"
    await spoil(watched.records, f"UPDATE journal SET {cell}")  # noqa: S608
    monkeypatch.setattr(activities.watch, "COMPARED_ONE_IN", 1)
    await ended.handle.terminate()
    found = {each.reference: (each.kind, each.state) for each in await watched.found()}
    assert found == {
        ended.reference: (FindingKind.STRANDED, "terminated"),
        row.reference: (FindingKind.JOURNAL_BEHIND, "unreadable"),
    }
    seen = await journeys.get(watched.records, lines.reference)
    assert seen is not None, "its lines were made anew from its journal"
    assert seen.owed == (await lines.overview()).owed


async def test_lines_that_do_not_open_and_cannot_be_made_anew_are_found(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await watched.started()
    await journey.settled()
    await written(watched, journey)
    await spoil(watched.records, "UPDATE owed SET line = 'x'")

    async def busy(*_: object) -> None:
        raise HistoryError("busy")

    monkeypatch.setattr(watching, "truth_of", busy)
    (found,) = await watched.found()
    assert (found.kind, found.state) == (FindingKind.JOURNAL_BEHIND, "unreadable")


async def test_one_that_does_not_open_and_never_began_is_stranded(watched: WatchStand) -> None:
    spoilt, whole = [await enrolled(watched.records, name) for name in ("Ada", "Otto")]
    for reference in (spoilt, whole):
        await patients.mark_started(watched.records, reference, datetime.now(UTC))
    cell = f"born = 'x' WHERE reference = '{spoilt}'"
    await spoil(watched.records, f"UPDATE patients SET {cell}")  # noqa: S608
    (found,) = await watched.found()
    assert (found.kind, found.reference, found.state) == (
        *(FindingKind.STRANDED, spoilt),
        "not_found",
    )
    assert await watched.watch.look.state(whole) == "running"


async def test_one_of_which_nobody_knows_anything_is_started(watched: WatchStand) -> None:
    """Temporal was set back to a time before it began, and nothing of it was ever written."""
    reference = await enrolled(watched.records)
    await patients.mark_started(watched.records, reference, datetime.now(UTC))
    assert await watched.found() == []
    assert await watched.watch.look.state(reference) == "running"


async def test_a_list_of_a_whole_page_is_one_question(watched: WatchStand) -> None:
    one = await watched.started()
    await one.settled()
    others = [f"J-{number:010d}" for number in range(PAGE - 1)]
    async with asyncio.timeout(20):
        while not (await watched.watch.look.listed([one.reference, *others])).running:
            await asyncio.sleep(0.1)


async def test_a_round_with_a_gap_counts_for_nothing_and_gives_no_sign_outside(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[str] = []
    monkeypatch.setattr(deadman, "_posted", beats.append)
    async with watch_stand(client, records, monkeypatch, "https://outside.example") as watched:
        journey = await watched.started()
        await written(watched, journey)
        await journey.handle.terminate()
        assert len(await watched.found()) == 1
        assert beats == ["https://outside.example"], "whatever was found"
        await _gap(watched, monkeypatch)
        assert len(beats) == 1


async def _gap(watched: WatchStand, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await watch_rounds.last(watched.records)

    async def away(*_: object) -> tuple[()]:
        raise ApplicationError("away", non_retryable=True)

    monkeypatch.setattr(watch_reads, "backlog", away)
    with pytest.raises(WorkflowFailureError):
        await watched.round()
    assert await watch_rounds.last(watched.records) == before
    assert len(await watch_findings.open_ones(watched.records)) == 1


async def test_one_that_never_wrote_is_stuck(watched: WatchStand) -> None:
    reference = await enrolled(watched.records)
    started = datetime.now(UTC)
    await watched.watch.repairs.start(reference, started)  # on a queue that nobody serves
    await patients.mark_started(watched.records, reference, started)
    assert await looked(watched, started + timedelta(minutes=9)) == []
    (found,) = await looked(watched, started + timedelta(minutes=11))
    assert (found.kind, found.state) == (FindingKind.STUCK, "never_wrote")


async def test_a_paused_journey_and_one_whose_task_fails_are_found(
    private_server: ServerStarter, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Engine) -> None:
        raise ZeroDivisionError

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(private_server(dynamic_config=PAUSABLE))
        client = await client_of(server)
        stand = await stack.enter_async_context(watch_stand(client, records, monkeypatch))
        paused, failing = await stand.started(), await stand.started()
        for journey in (paused, failing):
            await journey.settled()
            await written(stand, journey)
        await client.workflow_service.pause_workflow_execution(
            PauseWorkflowExecutionRequest(
                namespace=client.namespace,
                workflow_id=paused.reference,
                run_id=await paused.run_id(),
                identity="somebody",
                request_id="pause-1",
            )
        )
        (found,) = await stand.found()
        assert (found.kind, found.state) == (FindingKind.STRANDED, "paused")
        with pytest.raises(NotBroughtBackError, match="at work"):
            await bring_back(records, client, paused.reference, stand.task_queue)

        monkeypatch.setattr(Engine, "_turn", broken)
        await failing.handle.signal("roll_over")
        async with asyncio.timeout(40):
            while len(await stand.found()) < 2:
                await asyncio.sleep(0.2)
        last = (await watch_findings.open_ones(records))[-1]
        assert (last.kind, last.state, last.reference) == (
            *(FindingKind.STUCK, "task_fails"),
            failing.reference,
        )
