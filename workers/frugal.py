"""Keeps a waiting journey small: it lets go of the message from the server that began it.

A message's parts share the memory of the whole, and the SDK keeps two parts for as long as a
workflow is in memory: the result of a run before it and the headers, both empty here. With them
stays everything else, a protocol in full above all. Copies of the two let the rest go.
"""

import dataclasses
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner


class FrugalSandbox(SandboxedWorkflowRunner):
    """The SDK's sandbox, for workflows that stay in memory for weeks."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Begin a workflow. Only its details are copied; what runs it is the SDK's."""
        return super().create_instance(apart(det))


def apart(details: WorkflowInstanceDetails) -> WorkflowInstanceDetails:
    """The same details, none of which is a part of the server's message."""
    result = Payloads()
    result.CopyFrom(details.last_completion_result)
    return dataclasses.replace(details, last_completion_result=result)


class Frugal(Interceptor):
    """Copies the headers with which a run begins."""

    def workflow_interceptor_class(
        self, _input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """See base class."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002
        input.headers = dict(input.headers)
        return await super().execute_workflow(input)
