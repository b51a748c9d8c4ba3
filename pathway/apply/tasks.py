"""Lines of the work list."""

from pathway import events as ev
from pathway.apply.base import change
from pathway.escalation import StaffTask
from pathway.journey import Journey

ATTEMPTS_KEPT = 30
"""Attempts to reach her that a journey carries along: enough to count those about one line."""


@change.register
def _(event: ev.TaskOpened, journey: Journey) -> Journey:
    stands = any(task.key == event.task.key for task in journey.tasks)
    if journey.over or stands:
        return journey
    return journey.model_copy(update={"tasks": (*journey.tasks, event.task)})


@change.register
def _(event: ev.TaskChanged, journey: Journey) -> Journey:
    def changed(task: StaffTask) -> StaffTask:
        return event.task if task.key == event.task.key else task

    return journey.model_copy(update={"tasks": tuple(map(changed, journey.tasks))})


@change.register
def _(event: ev.ContactAttempted, journey: Journey) -> Journey:
    attempt = event.attempt

    def tried(task: StaffTask) -> StaffTask:
        if task.key != attempt.about:
            return task
        update = {"attempts": task.attempts + 1, "sleeps_until": attempt.next_try}
        return task.model_copy(update=update)

    return journey.model_copy(
        update={
            "tasks": tuple(map(tried, journey.tasks)),
            "attempts": (*journey.attempts, attempt)[-ATTEMPTS_KEPT:],
        }
    )


@change.register
def _(event: ev.TaskClosed, journey: Journey) -> Journey:
    return journey.model_copy(
        update={"tasks": tuple(t for t in journey.tasks if t.key != event.key)}
    )
