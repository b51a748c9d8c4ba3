"""A workflow that is deleted in Temporal, as by hand or because its retention has passed."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from waiting import until

from activities.watch_look import NOT_FOUND, Look


async def delete(client: Client, reference: str) -> None:
    """Ask for it; the server does it a moment later, and ends it first."""
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=reference),
        )
    )


async def deleted(client: Client, reference: str) -> None:
    """Until Temporal knows no such workflow any more: half a minute later for a closed one."""
    await delete(client, reference)

    async def gone() -> bool:
        return await Look(client).state(reference) == NOT_FOUND

    await until(gone, seconds=120)
