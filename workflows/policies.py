"""How long each activity may take and how it is tried again: one named policy for each."""

from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import Priority, RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.workflow import ActivityCancellationType, ActivityConfig, LocalActivityConfig

from pathway.model import Model

Answered = TypeVar("Answered", bound=Model)
_SUMMARY_BYTES = 200
UNREADABLE = "AnswerUnreadable"
"""The type of the error when an activity's answer is none of its kind."""

JOURNAL_AT_ONCE: LocalActivityConfig = {
    # While a local activity runs, the commands of its workflow task wait: with a hung database
    # this is the longest that a page can be held up, once.
    "schedule_to_close_timeout": timedelta(milliseconds=800),
    "retry_policy": RetryPolicy(maximum_attempts=1),
}

JOURNAL_UNTIL_DONE: ActivityConfig = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
    "priority": Priority(priority_key=3),
}

TEXT: ActivityConfig = {
    "start_to_close_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=5)
    ),
    # A POST that is under way cannot be called back: its outcome is waited for and recorded.
    "cancellation_type": ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    "priority": Priority(priority_key=4),
}

LOOK_UP: ActivityConfig = {
    "start_to_close_timeout": timedelta(seconds=60),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=2)
    ),
    "priority": Priority(priority_key=4),
}

PAGE: ActivityConfig = {
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=1.5,
        maximum_interval=timedelta(seconds=15),
    ),
    "priority": Priority(priority_key=1),
}

ALERT: ActivityConfig = {
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(maximum_interval=timedelta(minutes=1)),
    "priority": Priority(priority_key=2),
}

WATCHING: ActivityConfig = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=5), maximum_attempts=4),
    "priority": Priority(priority_key=5),
}


async def run_activity(
    name: str, message: Model, answer: type[Answered], policy: ActivityConfig, summary: str
) -> Answered:
    """Run an activity by its name, with a line for the timeline of the Temporal UI.

    Raises:
        ActivityError: when it ended without an answer, or was cancelled.
        ApplicationError: when its answer cannot be read.
    """
    short = summary.encode()[:_SUMMARY_BYTES].decode(errors="ignore")
    named: ActivityConfig = {**policy, "summary": short}
    raw = await workflow.execute_activity(name, message, result_type=RawValue, **named)
    assert isinstance(raw, RawValue)  # noqa: S101 - the converter was told this type
    return _read(raw, answer)


def _read(raw: RawValue, answer: type[Answered]) -> Answered:
    """Read here, where it can be refused: an answer that somebody gave by hand, in clear, would
    fail the workflow's task again and again if the SDK read it."""
    try:
        result = workflow.payload_converter().from_payload(raw.payload, answer)
    except Exception:  # noqa: BLE001 - whatever it is, it is no answer
        raise ApplicationError("an answer could not be read", type=UNREADABLE) from None
    assert isinstance(result, answer)  # noqa: S101 - the converter was told this type
    return result
