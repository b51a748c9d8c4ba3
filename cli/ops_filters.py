"""The lists of journeys that are worth a look, as filters of Temporal's visibility."""

from collections.abc import Iterator
from urllib.parse import urlencode

from cli.ops_documents import Filter, Linked
from pathway.model import Instant
from pathway.protocol import Level
from pathway.roles import Role
from workflows.search_attributes import DUE_AT, ESCALATION, PROTOCOL, WAITS_FOR

JOURNEYS = "WorkflowType = 'PatientJourney'"
# The runs that a journey has left behind keep the attributes of their last day.
OPEN = f"{JOURNEYS} AND ExecutionStatus = 'Running'"
STRANDED = f"{JOURNEYS} AND ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')"
"""No journey ends so by itself: somebody ended it from outside, or a bug did."""

WAITED_FOR = (Role.PRESCRIBER, Role.THERAPIST, Role.NURSE_ON_SHIFT, Role.COORDINATOR)


def filters(protocol: str, now: Instant) -> Iterator[Filter]:
    """Every filter, in the order in which they are worth a look.

    Args:
        protocol: id and version that new journeys carry.
        now: what is owed before it is overdue.
    """
    yield Filter(asks="every open journey", query=OPEN)
    for level in reversed(Level):
        query = f"{OPEN} AND {ESCALATION.name} = '{level}'"
        yield Filter(asks=f"open escalation: {level}", query=query)
    yield Filter(asks="overdue", query=f"{OPEN} AND {DUE_AT.name} < '{now:%Y-%m-%dT%H:%M:%SZ}'")
    for role in WAITED_FOR:
        says = role.value.replace("_", " ")
        yield Filter(asks=f"waits for: {says}", query=f"{OPEN} AND {WAITS_FOR.name} = '{role}'")
    carries = f"{OPEN} AND {PROTOCOL.name}"
    yield Filter(asks=f"carries {protocol}", query=f"{carries} = '{protocol}'")
    yield Filter(asks="carries another protocol", query=f"{carries} != '{protocol}'")
    yield Filter(asks="stranded: ended from outside", query=STRANDED)


def linked(each: Filter, ui_url: str, namespace: str) -> Linked:
    """A filter with the address that opens it in the Temporal UI."""
    asked = urlencode({"query": each.query})
    url = f"{ui_url.rstrip('/')}/namespaces/{namespace}/workflows?{asked}"
    return Linked(asks=each.asks, query=each.query, url=url)
