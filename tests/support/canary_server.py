"""What the Temporal server keeps, read without any key: histories, visibility, descriptions."""

from collections.abc import AsyncIterator

from canary_stand import CanaryStand
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from places import Place
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
)


async def executions(stand: CanaryStand) -> AsyncIterator[tuple[WorkflowExecution, Message]]:
    """Every run of every workflow, with what visibility says of it."""
    token = b""
    while True:
        listed = await stand.in_clear.workflow_service.list_workflow_executions(
            ListWorkflowExecutionsRequest(
                namespace=stand.stand.namespace, page_size=100, next_page_token=token
            )
        )
        for info in listed.executions:
            yield info.execution, info
        token = listed.next_page_token
        if not token:
            return


async def history(stand: CanaryStand, execution: WorkflowExecution) -> list[HistoryEvent]:
    """Every event of one run, as the server keeps it."""
    events: list[HistoryEvent] = []
    token = b""
    while True:
        page = await stand.in_clear.workflow_service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(
                namespace=stand.stand.namespace, execution=execution, next_page_token=token
            )
        )
        events += page.history.events
        token = page.next_page_token
        if not token:
            return events


async def server_places(stand: CanaryStand) -> list[Place]:
    """Histories as bytes and as JSON, visibility, and descriptions; notes what ran on the way."""
    raw, as_json = Place("histories, as bytes"), Place("histories, as JSON")
    visible, described = Place("visibility"), Place("descriptions")
    async for execution, info in executions(stand):
        name = f"{execution.workflow_id}/{execution.run_id[:8]}"
        visible.add(name, info.SerializeToString())
        visible.add(f"{name} JSON", MessageToJson(info, ensure_ascii=False))
        answer = await stand.in_clear.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=stand.stand.namespace, execution=execution)
        )
        described.add(name, answer.SerializeToString())
        described.add(f"{name} JSON", MessageToJson(answer, ensure_ascii=False))
        for event in await history(stand, execution):
            piece = f"{name}#{event.event_id} {EventType.Name(event.event_type)[11:]}"
            raw.add(piece, event.SerializeToString())
            as_json.add(piece, MessageToJson(event, ensure_ascii=False))
            _note(stand, event)
    return [raw, as_json, visible, described]


def _note(stand: CanaryStand, event: HistoryEvent) -> None:
    accepted = event.workflow_execution_update_accepted_event_attributes
    if name := accepted.accepted_request.input.name:
        stand.drove(f"update: {name}")
    scheduled = event.activity_task_scheduled_event_attributes
    if name := scheduled.activity_type.name:
        stand.drove(f"activity: {name}")
    if name := event.workflow_execution_signaled_event_attributes.signal_name:
        stand.drove(f"signal: {name}")
