"""Deleting the histories of the erased: Temporal holds their decisions and vital signs."""

from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from pathway.model import PathwayReference
from records import erasing
from records.database import Records
from workers.sweeps import Sweep
from workers.telling import has_run

EVERY = timedelta(minutes=1)
MOST_AT_ONCE = 50


async def forget_history(records: Records, client: Client, reference: PathwayReference) -> bool:
    """Ask Temporal to delete every run of an erased patient's journey.

    True once it knows of none any more, which is then noted: it deletes in its own time, so the
    next round looks again. Raises RPCError and RecordsUnavailableError.
    """
    # The search is the only way to the earlier runs, but it lags behind: the newest is asked too.
    runs = [run.run_id async for run in client.list_workflows(f"WorkflowId = '{reference}'")]
    for run_id in runs or [""]:
        await _delete(client, reference, run_id)
    if runs or await has_run(client, reference):
        return False
    await erasing.history_deleted(records, reference, datetime.now(UTC))
    return True


async def _delete(client: Client, reference: str, run_id: str) -> None:
    request = DeleteWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=reference, run_id=run_id),
    )
    try:
        await client.workflow_service.delete_workflow_execution(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def forget_erased(records: Records, client: Client) -> Sweep:
    """Delete what Temporal still holds of people who were erased."""

    async def work() -> int:
        left = await erasing.histories_left(records, MOST_AT_ONCE)
        return sum([await forget_history(records, client, reference) for reference in left])

    return Sweep("forget_erased", work, EVERY)
