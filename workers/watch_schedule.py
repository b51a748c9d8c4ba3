"""The schedule that starts the watch: made where there is none, and kept as it should be."""

from datetime import timedelta
from enum import StrEnum

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleDescription,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

NOTE = "Looks at every open journey. A worker makes it again, or goes on with it, within a minute."


class Kept(StrEnum):
    """How the schedule was found."""

    THERE = "there"
    GONE = "gone"
    PAUSED = "paused"
    CHANGED = "changed"


def schedule_id(task_queue: str) -> str:
    """One for each queue of workers."""
    return f"{task_queue}-watch"


async def keep_schedule(client: Client, task_queue: str, every: timedelta) -> Kept:
    """Make the schedule what it should be; tells how it was before. Raises RPCError."""
    handle = client.get_schedule_handle(schedule_id(task_queue))
    try:
        found = await handle.describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return await _made(client, task_queue, every)
    return await _corrected(handle, found, task_queue, every)


async def _made(client: Client, task_queue: str, every: timedelta) -> Kept:
    try:
        await client.create_schedule(
            schedule_id(task_queue), _wanted(task_queue, every), trigger_immediately=True
        )
    except ScheduleAlreadyRunningError:
        return Kept.THERE  # another worker was first
    return Kept.GONE


async def _corrected(
    handle: ScheduleHandle, found: ScheduleDescription, task_queue: str, every: timedelta
) -> Kept:
    wanted = _wanted(task_queue, every)
    paused = found.schedule.state.paused
    if not paused and _told(found.schedule) == _told(wanted):
        return Kept.THERE

    async def put_right(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(wanted)

    await handle.update(put_right)
    return Kept.PAUSED if paused else Kept.CHANGED


def _wanted(task_queue: str, every: timedelta) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            "Watch", id=schedule_id(task_queue), task_queue=task_queue
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        # A round that was missed is no use later: the next one sees the same.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every),
        state=ScheduleState(note=NOTE),
    )


def _told(schedule: Schedule) -> tuple[object, ...]:
    """What of it counts; the server adds things of its own."""
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)  # noqa: S101 - there is no other
    every = tuple(interval.every for interval in schedule.spec.intervals)
    return every, action.workflow, action.task_queue, schedule.policy.overlap
