"""A page of a safety escalation's first rung, as it is sent and as the records have it."""

from datetime import UTC, datetime

from records.page_model import Listed, PageToSend
from workflows.messages import SendPage

MONDAY_NOON = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


def a_page(**changes: object) -> SendPage:
    fields: dict[str, object] = {
        "reference": "J-0000000001",
        "escalation": "e1",
        "key": "e1/r1/0/0",
        "role": "on_call_clinician",
        "level": "safety",
        "what": "a safety flag needs a clinician",
        "since": MONDAY_NOON,
        "as_of": MONDAY_NOON,
    }
    return SendPage.model_validate(fields | changes)


def page_due(
    reference: str, person: str, phone: str, at: datetime, **changes: object
) -> PageToSend:
    """The same as the records have it, due for one person; `changes` of what it says."""
    fields = {
        "reference": reference,
        "escalation": "e1",
        "key": "e1/r1/0/0",
        "role": "on_call_clinician",
        "level": "safety",
        "what": "a safety flag needs a clinician",
        "since": at,
        **changes,
    }
    listed = Listed.model_validate({"intent": f"{reference}/{fields['key']}/{person}", **fields})
    return PageToSend(listed=listed, person=person, recipient=phone, at=at)
