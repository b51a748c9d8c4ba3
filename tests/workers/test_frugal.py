"""A journey in memory keeps nothing of the message that began it."""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.worker import WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import _runner

from workers.frugal import apart

MESSAGES, MIB = 60, 1024 * 1024


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
    object.__setattr__(bare, "info", _runner._fake_info)
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
