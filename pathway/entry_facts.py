"""What is recorded of her entry, and how long it holds."""

from datetime import datetime

from pathway.facts.entering import Clearance, Found
from pathway.journey import Journey


def consent_current(journey: Journey) -> bool:
    """Given, and on a form at least as new as the protocol's."""
    consent = journey.consent
    wanted = journey.protocol.eligibility.consent.version
    return consent is not None and consent.given and consent.form_version >= wanted


def reviewed_since(journey: Journey, moment: datetime) -> bool:
    """Whether she was assessed, or reviewed, after an instant: before she returns (rule 15)."""
    said = (journey.assessment, journey.interval_review)
    return any(each is not None and each.signed.happened_at >= moment for each in said)


def stale_at(journey: Journey) -> datetime | None:
    """Until when the assessment is good; an interval review renews it for a while (rule 17)."""
    if journey.assessment is None:
        return None
    fresh = journey.protocol.eligibility.reassess_after
    until = journey.assessment.signed.happened_at + fresh.value
    if journey.interval_review is None:
        return until
    return max(until, journey.interval_review.signed.happened_at + fresh.review_holds)


def findings(journey: Journey) -> dict[str, Found]:
    """What the screening found, with what the interval review found since."""
    assessed = journey.assessment.findings if journey.assessment else {}
    reviewed = journey.interval_review.findings if journey.interval_review else {}
    return {**assessed, **reviewed}


def clearance(journey: Journey, item: str) -> Clearance | None:
    return next((c for c in journey.clearances if c.item == item), None)
