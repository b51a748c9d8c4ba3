"""A namespace that is ready for journeys: registered, with every search attribute."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    RegisterNamespaceRequest,
)
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode, ServiceClient

from config.problem import ProblemError

SearchAttributes = Sequence[SearchAttributeKey[Any]]

_USABLE_WITHIN = 30.0
_POLL_EVERY = 0.1
# The server looks for new namespaces now and then, and may find us too eager meanwhile.
_NOT_YET_KNOWN = (RPCStatusCode.NOT_FOUND, RPCStatusCode.RESOURCE_EXHAUSTED)
# What it answers to a query for an attribute that it does not know yet.
_NOT_YET_USABLE = (*_NOT_YET_KNOWN, RPCStatusCode.INVALID_ARGUMENT)


class NamespaceError(ProblemError):
    """The namespace cannot be used for journeys."""


async def prepare(
    service: ServiceClient, namespace: str, retention: timedelta, attributes: SearchAttributes
) -> None:
    """Register what is missing and return once the namespace can be used.

    Safe to repeat, and on a file written by an earlier release. Raises NamespaceError when an
    attribute exists with another type, and RPCError when the server refuses.
    """
    async with asyncio.timeout(_USABLE_WITHIN):
        await _register(service, namespace, retention)
        await _patiently(lambda: add_attributes(service, namespace, attributes), _NOT_YET_KNOWN)
        await _patiently(lambda: _ask(service, namespace, attributes), _NOT_YET_USABLE)


async def _register(service: ServiceClient, namespace: str, retention: timedelta) -> None:
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromTimedelta(retention)
    try:
        await service.workflow_service.register_namespace(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def add_attributes(
    service: ServiceClient, namespace: str, attributes: SearchAttributes
) -> None:
    """Add the search attributes that the namespace lacks.

    Raises NamespaceError when one exists with another type, and RPCError when the server refuses.
    """
    existing = await _existing_attributes(service, namespace)
    wanted = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in attributes}
    for name, value_type in wanted.items():
        if existing.get(name, value_type) != value_type:
            raise NamespaceError(
                f"The search attribute {name} exists in namespace {namespace} with another type.",
                "Use another namespace: WAYMARK_TEMPORAL_NAMESPACE=<name>",
            )
    missing = {name: kind for name, kind in wanted.items() if name not in existing}
    if missing:
        await service.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=namespace, search_attributes=missing)
        )


async def _existing_attributes(
    service: ServiceClient, namespace: str
) -> dict[str, IndexedValueType.ValueType]:
    request = ListSearchAttributesRequest(namespace=namespace)
    answer = await service.operator_service.list_search_attributes(request)
    return dict(answer.custom_attributes)


async def _ask(service: ServiceClient, namespace: str, attributes: SearchAttributes) -> None:
    query = " AND ".join(f"`{key.name}` IS NULL" for key in attributes)
    await service.workflow_service.count_workflow_executions(
        CountWorkflowExecutionsRequest(namespace=namespace, query=query)
    )


async def _patiently(
    work: Callable[[], Awaitable[None]], not_yet: tuple[RPCStatusCode, ...]
) -> None:
    while True:
        try:
            return await work()
        except RPCError as error:
            if error.status not in not_yet:
                raise
        await asyncio.sleep(_POLL_EVERY)
