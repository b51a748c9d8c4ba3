"""Assessment, clearances and consent."""

from pathway import events as ev
from pathway.apply.base import change, said_before
from pathway.apply.booking import missed_by_her
from pathway.facts import Step
from pathway.facts.entering import Clearance, Found
from pathway.journey import Journey


@change.register
def _(event: ev.JourneyOpened, journey: Journey) -> Journey:
    raise TypeError("a journey is opened once, by open_journey")


@change.register
def _(event: ev.AssessmentBooked, journey: Journey) -> Journey:
    booked = event.appointment
    last = booked.revision if booked else journey.assessment_revision
    return journey.model_copy(update={"assessment_booked": booked, "assessment_revision": last})


@change.register
def _(event: ev.AssessmentCancelled, journey: Journey) -> Journey:
    cancelled = journey.model_copy(update={"assessment_booked": None})
    return missed_by_her(cancelled, event, None, Step.ASSESSMENT)


@change.register
def _(event: ev.AssessmentRecorded, journey: Journey) -> Journey:
    new, standing, review = event.assessment, journey.assessment, journey.interval_review
    if standing is not None and not said_before(standing.signed, new.signed):
        # Of an earlier day, entered late: what has been said since stands.
        return journey
    if review is not None and said_before(review.signed, new.signed):
        review = None
    found = {**new.findings, **(review.findings if review else {})}
    # What was cleared stays so while it is still found; what a new assessment measures
    # anew is judged anew.
    still = tuple(c for c in journey.clearances if found.get(c.item) is Found.PRESENT)
    return journey.model_copy(
        update={"assessment": new, "interval_review": review, "clearances": still}
    )


@change.register
def _(event: ev.IntervalReviewed, journey: Journey) -> Journey:
    new, standing, assessed = event.review, journey.interval_review, journey.assessment
    if assessed is not None and not said_before(assessed.signed, new.signed):
        return journey
    if standing is not None and not said_before(standing.signed, new.signed):
        # Entered late: only what nobody has asked since is still as it says.
        since = {**new.findings, **standing.findings}
        review = standing.model_copy(update={"findings": since})
        return journey.model_copy(update={"interval_review": review})
    found = new.findings

    def stands(clearance: Clearance) -> bool:
        return found.get(clearance.item, Found.PRESENT) is Found.PRESENT

    before = standing.findings if standing else {}
    review = new.model_copy(update={"findings": {**before, **found}})
    return journey.model_copy(
        update={
            "interval_review": review,
            "clearances": tuple(filter(stands, journey.clearances)),
        }
    )


@change.register
def _(event: ev.ClearanceRecorded, journey: Journey) -> Journey:
    new = event.clearance
    others = (c for c in journey.clearances if c.item != new.item)
    return journey.model_copy(update={"clearances": (*others, new)})


@change.register
def _(event: ev.ConsentRecorded, journey: Journey) -> Journey:
    new, standing = event.consent, journey.consent
    if standing is None or said_before(standing.signed, new.signed):
        return journey.model_copy(update={"consent": new})
    # Given or withdrawn earlier, and entered late: her last word stands. That she was asked
    # about texts stays true.
    asked = {"text_consent_asked": standing.text_consent_asked or new.text_consent_asked}
    return journey.model_copy(update={"consent": standing.model_copy(update=asked)})
