"""Finds every payload in what Temporal keeps, wherever it stands in a message."""

from collections.abc import Iterator

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes


def payloads_in(message: Message) -> Iterator[Payload]:
    """Those of an event or of a whole history; search attributes are in clear by design."""
    if isinstance(message, Payload):
        yield message
        return
    if isinstance(message, SearchAttributes):
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                for each in value.values():
                    yield from payloads_in(each)
        elif isinstance(value, Message):
            yield from payloads_in(value)
        else:
            for each in value:
                yield from payloads_in(each)
