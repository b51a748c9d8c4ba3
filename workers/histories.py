"""What a journey's history says, row by row: the workflow is replayed and overheard.

A history holds commands and results, not the journal. Replaying it makes the workflow hand every
batch of rows to its journal once more; nothing is sent, and each batch is noted on the way. So
the truth needs no query of its own, and no journey carries more than it did.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle, NondeterminismError

from pathway.model import PathwayReference
from records.comparing import Truth
from workers.assembly import WORKFLOWS
from workers.connection import core_runtime
from workflows.messages import WRITE_JOURNAL, JournalBatch

SETTLES_WITHIN = timedelta(seconds=10)
"""A workflow task that is under way ends within this, as a rule."""
_UNDER_WAY = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    }
)


class HistoryError(Exception):
    """A history that tells nothing: `reason` is gone, busy or not_replayed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the history is {reason.replace('_', ' ')}")
        self.reason = reason


async def truth_of(client: Client, reference: PathwayReference) -> Truth:
    """Every row that the histories of a journey's runs vouch for.

    Runs whose history is no longer kept are left out: the rows before `Truth.first` cannot be
    compared. Raises HistoryError, and RPCError when Temporal does not answer.
    """
    overheard: list[JournalBatch] = []
    replayer = Replayer(
        workflows=list(WORKFLOWS),
        # Not the sandbox: what is overheard must come out of it.
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[_Overhearing(overheard)],
        data_converter=client.data_converter,
        # Another one prints failures as they are, past our own lines.
        runtime=core_runtime(),
    )
    for history in reversed(await _runs(client, reference)):
        try:
            async with asyncio.timeout(60):
                await replayer.replay_workflow(history)
        except (NondeterminismError, RuntimeError, TimeoutError) as error:
            raise HistoryError("not_replayed") from error
    if not overheard:
        raise HistoryError("busy")
    rows = {row.number: row for batch in overheard for row in batch.rows}
    return Truth(rows=tuple(rows[n] for n in sorted(rows)), last=overheard[-1])


async def _runs(client: Client, reference: str) -> list[WorkflowHistory]:
    """The histories of a journey's runs, the newest first, as far back as they are kept."""
    found: list[WorkflowHistory] = []
    run_id: str | None = None
    while run_id is not None or not found:
        try:
            history = await _settled(client, reference, run_id)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and found:
                break
            if error.status is RPCStatusCode.NOT_FOUND:
                raise HistoryError("gone") from None
            raise
        found.append(history)
        started = history.events[0].workflow_execution_started_event_attributes
        run_id = started.continued_execution_run_id or None
    return found


async def _settled(client: Client, reference: str, run_id: str | None) -> WorkflowHistory:
    """A history at rest: a replay would wait for the end of a task that is under way."""
    handle = client.get_workflow_handle(reference, run_id=run_id)
    try:
        async with asyncio.timeout(SETTLES_WITHIN.total_seconds()):
            while True:
                history = await handle.fetch_history()
                if history.events[-1].event_type not in _UNDER_WAY:
                    return history
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise HistoryError("busy") from None


class _Overhearing(Interceptor):
    def __init__(self, overheard: list[JournalBatch]) -> None:
        self._overheard = overheard

    def workflow_interceptor_class(
        self, _input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        overheard = self._overheard

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, overheard))

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, then: WorkflowOutboundInterceptor, overheard: list[JournalBatch]) -> None:
        super().__init__(then)
        self._overheard = overheard

    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002
        self._note(input.activity, input.args)
        return super().start_activity(input)

    def start_local_activity(
        self,
        input: StartLocalActivityInput,  # noqa: A002 - the SDK's name
    ) -> ActivityHandle[Any]:
        self._note(input.activity, input.args)
        return super().start_local_activity(input)

    def _note(self, activity: str, arguments: Any) -> None:
        if activity == WRITE_JOURNAL:
            self._overheard.append(arguments[0])
