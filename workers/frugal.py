"""Keeps a waiting journey small, and spares a step of it what the SDK does for others.

It lets go of the message from the server that began it: a message's parts share the memory of
the whole, and the SDK keeps two parts for as long as a workflow is in memory: the result of a run
before it and the headers, both empty here. With them stays everything else, a protocol in full
above all. Copies of the two let the rest go.

And it knows without asking whose payloads a journey's are. The SDK enters the sandbox several times
for each payload to learn for which activity it is, in case a converter treats activities unlike;
ours looks at the workflow alone. That was an eighth of what a worker's Python did.
"""

import copy
import dataclasses
from typing import Any, Final, Self, cast

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import CommandType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import (
    DataConverter,
    SerializationContext,
    StorageDriverStoreContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import Info

_NOWHERE: Final = StorageDriverStoreContext(target=None)
"""No payload is stored outside of Temporal."""


class FrugalRunner(UnsandboxedWorkflowRunner):
    """The SDK's bare runner, for workflows that stay in memory for weeks."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Begin a workflow. Only its details are copied; what runs it is the SDK's."""
        return _OfOneWorkflow(super().create_instance(apart(det)))


class FrugalSandbox(SandboxedWorkflowRunner):
    """The same with the SDK's sandbox around each workflow."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """See `FrugalRunner`."""
        return _OfOneWorkflow(super().create_instance(apart(det)))


def apart(details: WorkflowInstanceDetails) -> WorkflowInstanceDetails:
    """The same details, none of which is a part of the server's message."""
    result = Payloads()
    result.CopyFrom(details.last_completion_result)
    return dataclasses.replace(details, last_completion_result=result)


class _OfOneWorkflow(WorkflowInstance):
    """The SDK's instance; that its payloads are this workflow's is answered outside the sandbox."""

    def __init__(self, inside: WorkflowInstance) -> None:
        self._inside = inside
        info = inside.get_info()
        self._own = WorkflowSerializationContext(info.namespace, info.workflow_id)

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._inside.activate(act)

    def get_serialization_context(self, command_info: Any) -> SerializationContext | None:
        """What is sent to another workflow is that one's; its own activities' payloads are its."""
        if command_info is None or (
            command_info.command_type == CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK
        ):
            return self._own
        return self._inside.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002
        return _NOWHERE

    def get_info(self) -> Info:
        return self._inside.get_info()

    def get_thread_id(self) -> int | None:
        return self._inside.get_thread_id()


class FrugalConverter(DataConverter):
    """A converter of which only the codec asks for a context.

    Its parent makes all its converters anew for each context, and throws them away.
    """

    def with_context(self, context: SerializationContext) -> Self:
        """The same converter, with its codec for the payloads of one workflow."""
        bound = copy.copy(self)
        codec = cast(WithSerializationContext, self.payload_codec).with_context(context)
        object.__setattr__(bound, "payload_codec", codec)
        return bound


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
