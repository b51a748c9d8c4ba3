"""Whether a protocol runs as a demonstration: it holds invented values, or ones nobody has set."""

from pathway.protocol import Limit, OptionalSpan, Protocol
from pathway.protocol.places import sourced_values


def is_demonstration(protocol: Protocol) -> bool:
    """Publishing for real patients would refuse it (rule 30)."""
    return any(
        value.demo or (isinstance(value, Limit | OptionalSpan) and value.value is None)
        for _, value in sourced_values(protocol)
    )
