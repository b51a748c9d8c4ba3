"""Looking at journeys in Temporal: by its lists where that is enough, else one by one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
)
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from pathway.model import Instant, Model, PathwayReference
from pathway.overview import Overview

NOT_FOUND = "not_found"
RUNNING = "running"
COMPLETED = "completed"
PAUSED = "paused"
ANSWERS_WITHIN_SECONDS = 10.0
_PROBLEMS = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
"""Set by the server, as shipped after five workflow tasks that failed one after another."""
_NO_ANSWER = frozenset(
    {
        RPCStatusCode.NOT_FOUND,
        RPCStatusCode.FAILED_PRECONDITION,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
    }
)
"""It is the journey that gives none; with any other status it is Temporal."""


class Listed(Model):
    """Some journeys, as Temporal lists them."""

    running: frozenset[PathwayReference] = frozenset()
    failing: frozenset[PathwayReference] = frozenset()
    """Whose workflow task fails again and again."""


class Answer(Model):
    """What a journey says of itself."""

    events: int
    next_at: Instant | None
    under_way: frozenset[str]
    """Names of the activities that are being tried."""


@dataclass(frozen=True)
class Look:
    """Asks Temporal, and nobody else."""

    client: Client

    async def listed(self, references: Sequence[PathwayReference]) -> Listed:
        """What Temporal's list says of them. It may lag behind by a moment."""
        if not references:
            return Listed()
        ids = ", ".join(f"'{reference}'" for reference in references)
        query = f"ExecutionStatus = 'Running' AND WorkflowId IN ({ids})"
        rows = [row async for row in self.client.list_workflows(query, page_size=len(references))]
        failing = [row.id for row in rows if row.typed_search_attributes.get(_PROBLEMS)]
        return Listed(running=frozenset(row.id for row in rows), failing=frozenset(failing))

    async def state(self, reference: PathwayReference) -> str:
        """How its newest run stands: running, completed, terminated and so on, or not_found.

        Raises RPCError where Temporal does not answer.
        """
        try:
            seen = await self._described(reference)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return NOT_FOUND
            raise
        status = WorkflowExecutionStatus.Name(seen.workflow_execution_info.status)
        return status.removeprefix("WORKFLOW_EXECUTION_STATUS_").lower()

    async def _described(self, reference: PathwayReference) -> DescribeWorkflowExecutionResponse:
        """As the server says it: the client's own description knows no paused workflow."""
        execution = WorkflowExecution(workflow_id=reference)
        return await self.client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=self.client.namespace, execution=execution),
            retry=True,
        )

    async def asked(self, reference: PathwayReference) -> Answer | None:
        """What it is doing and what is next by its own word; None when it gives no answer.

        Raises RPCError where Temporal does not answer.
        """
        handle = self.client.get_workflow_handle(reference)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
                seen: Overview = await handle.query("overview", result_type=Overview)
        except RPCError as error:
            if error.status not in _NO_ANSWER:
                raise
            return None
        except (WorkflowQueryFailedError, TimeoutError):
            return None
        pending = (await self._described(reference)).pending_activities
        first = seen.next_items[0] if seen.next_items else None
        return Answer(
            events=seen.events,
            next_at=first.at if first else None,
            under_way=frozenset(each.activity_type.name for each in pending),
        )
