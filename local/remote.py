"""A Temporal that somebody else runs: is it there, and does it know our search attributes?"""

from datetime import timedelta

from temporalio.service import RPCError, RPCStatusCode

from config.settings import Settings
from local.errors import StandError
from workers.connection import UnreachableError, connect
from workers.namespace import NamespaceError, add_attributes
from workflows.search_attributes import ALL

_PATIENCE = timedelta(seconds=5)


async def check_remote(settings: Settings) -> None:
    """Make sure that journeys can run there, adding search attributes where that is allowed.

    Raises StandError when it does not answer, has no such namespace, or lacks an attribute.
    """
    try:
        client = await connect(settings, patience=_PATIENCE)
    except UnreachableError as error:
        raise StandError(
            str(error),
            "Start that server, or unset TEMPORAL_ADDRESS to have one started here.",
        ) from None
    try:
        await add_attributes(client.service_client, client.namespace, ALL)
    except NamespaceError as error:
        raise StandError(error.problem, error.remedy) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise StandError(
                f"That Temporal has no namespace {client.namespace}.",
                "Register it there, or choose another with TEMPORAL_NAMESPACE.",
            ) from None
        names = ", ".join(key.name for key in ALL)
        raise StandError(
            f"The search attributes could not be added ({error.status.name}).",
            f"Ask the operator of that Temporal to add: {names}.",
        ) from None
