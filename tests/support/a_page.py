"""A page of a safety escalation's first rung."""

from datetime import UTC, datetime

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
