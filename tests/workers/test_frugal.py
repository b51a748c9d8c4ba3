"""A journey in memory keeps nothing of its first message; whose its payloads are is not asked."""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sealed import RING
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import CommandType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext, WorkflowSerializationContext
from temporalio.plugin import SimplePlugin
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.worker._command_aware_visitor import CommandInfo
from temporalio.worker.workflow_sandbox import _runner
from temporalio.workflow import Info

from config.clinic import load_clinic
from workers.frugal import FrugalConverter, FrugalRunner, FrugalSandbox, apart
from workers.plugin import plugin_for, sealed_converter, waymark_plugin

MESSAGES, MIB = 60, 1024 * 1024
INFO = _runner._fake_info
OWN = WorkflowSerializationContext(INFO.namespace, INFO.workflow_id)
OTHER = WorkflowSerializationContext(INFO.namespace, "another")


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def _begun() -> WorkflowInstanceDetails:
    """Of a message with an argument of a MiB, made as the SDK makes them."""
    written = WorkflowActivation()
    argument = Payload(data=os.urandom(MIB))
    written.jobs.add().initialize_workflow.arguments.append(argument)
    message = WorkflowActivation.FromString(written.SerializeToString())
    seen = message.jobs[0].initialize_workflow
    bare = WorkflowInstanceDetails.__new__(WorkflowInstanceDetails)
    for field in dataclasses.fields(WorkflowInstanceDetails):
        object.__setattr__(bare, field.name, None)
    object.__setattr__(bare, "last_completion_result", seen.last_completion_result)
    object.__setattr__(bare, "info", INFO)
    return bare


def _grown(keep: Callable[[WorkflowInstanceDetails], object]) -> float:
    before = _resident_mib()
    kept = [keep(_begun()) for _ in range(MESSAGES)]
    assert len(kept) == MESSAGES
    return _resident_mib() - before


def test_details_that_are_apart_let_the_message_go() -> None:
    small = _grown(apart)
    large = _grown(lambda details: details)
    assert large > MESSAGES / 2, "the SDK keeps no part of the message any more: drop the copies"
    assert small < large / 4


class _Inside(WorkflowInstance):
    """An instance that counts how often it is asked whose payloads it has."""

    def __init__(self) -> None:
        self.asked = 0

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        raise NotImplementedError

    def get_serialization_context(self, command_info: object) -> WorkflowSerializationContext:
        self.asked += 1
        return OTHER

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        raise NotImplementedError

    def get_info(self) -> Info:
        return INFO


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> tuple[WorkflowInstance, _Inside]:
    """An instance as our runner makes it, and the SDK's that it holds."""
    inside = _Inside()
    monkeypatch.setattr(UnsandboxedWorkflowRunner, "create_instance", lambda *_: inside)
    return FrugalRunner().create_instance(_begun()), inside


def test_a_journeys_own_payloads_are_its_own_without_asking_inside(
    begun: tuple[WorkflowInstance, _Inside],
) -> None:
    instance, inside = begun
    of_an_activity = CommandInfo(CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK, 1)
    assert instance.get_serialization_context(None) == OWN
    assert instance.get_serialization_context(of_an_activity) == OWN
    assert inside.asked == 0


def test_what_goes_to_another_workflow_is_that_ones(
    begun: tuple[WorkflowInstance, _Inside],
) -> None:
    instance, _ = begun
    signal = CommandInfo(CommandType.COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION, 1)
    assert instance.get_serialization_context(signal) == OTHER


async def test_a_converter_for_one_workflow_shares_all_but_the_codec() -> None:
    converter = sealed_converter(RING, plain_allowed=False)
    bound = converter.with_context(OWN)
    assert isinstance(bound, FrugalConverter)
    assert bound.payload_converter is converter.payload_converter
    sealed = await bound.encode(["words"])
    assert await bound.decode(sealed) == ["words"]
    with pytest.raises(KeyError, match="refused"):
        await converter.with_context(OTHER).decode(sealed)


def test_the_sandbox_guards_the_tests_and_not_the_work() -> None:
    at_work = plugin_for(RING, load_clinic())
    assert isinstance(_runner_of(at_work), FrugalRunner)
    assert isinstance(_runner_of(waymark_plugin(RING)), FrugalSandbox)


def _runner_of(plugin: SimplePlugin) -> WorkflowRunner:
    chosen = plugin.workflow_runner
    assert callable(chosen)
    runner = chosen(None)
    assert runner is not None
    return runner
