"""Treatments that open and end, and the journey's end."""

from pathway import events as ev
from pathway.agenda_keys import checkin_stem
from pathway.apply.base import change, forgetting, under, with_treatment
from pathway.journey import Journey, JourneyEnd, Treatment
from pathway.protocol import Return
from pathway.readings import findings


@change.register
def _(event: ev.TreatmentOpened, journey: Journey) -> Journey:
    # What the closed treatment settled can never fall due again, but for its check-in, and the
    # readings of those before it are in the journal: a journey of many treatments stays as small
    # as one of three.
    slim = tuple(
        t.model_copy(update={"vitals": (), "findings": findings(t)})
        for t in journey.treatments[:-1]
    )
    last = journey.treatments[-1:]
    opened = Treatment(
        number=event.number,
        opened_at=event.at,
        opening=1 + (len(last[0].earlier_decisions) if last else 0),
        checkin_of=last[0].number if last else None,
        revisions=journey.freed.get(event.number, {}),
        orders=event.orders,
    )
    treatments = (f"t{t.number}/" for t in journey.treatments)
    closed = (f"{e.id}/" for e in journey.escalations if not e.open)
    gone, goes_on = under(*treatments, *closed), tuple(checkin_stem(t.number) for t in last)
    kept = forgetting(journey, lambda key: gone(key) and not key.startswith(goes_on))
    return kept.model_copy(
        update={
            "treatments": (*slim, *last, opened),
            "escalations": journey.open_escalations,
        }
    )


@change.register
def _(event: ev.PsychotherapyRecorded, journey: Journey) -> Journey:
    def ended(treatment: Treatment) -> dict[str, object]:
        said = treatment.psychotherapy
        earlier = (*treatment.earlier_sessions, said) if said else treatment.earlier_sessions
        return {"psychotherapy": event.psychotherapy, "earlier_sessions": earlier}

    return with_treatment(journey, event.treatment, ended)


@change.register
def _(event: ev.RecommendationRecorded, journey: Journey) -> Journey:
    def recommended(treatment: Treatment) -> dict[str, object]:
        said = {"recommendation": event.recommendation}
        session = treatment.psychotherapy
        return {"psychotherapy": session.model_copy(update=said) if session else None}

    return with_treatment(journey, event.treatment, recommended)


@change.register
def _(event: ev.DecisionRecorded, journey: Journey) -> Journey:
    def decided(treatment: Treatment) -> dict[str, object]:
        before, earlier = treatment.decision, treatment.earlier_decisions
        stood = (before,) if before is not None and before.in_force else ()
        return {"decision": event.decision, "earlier_decisions": (*earlier, *stood)}

    return with_treatment(journey, event.treatment, decided)


@change.register
def _(event: ev.OrdersChanged, journey: Journey) -> Journey:
    return with_treatment(journey, event.treatment, lambda _: {"orders": event.orders})


@change.register
def _(event: ev.TreatmentFreed, journey: Journey) -> Journey:
    freed = journey.numbered(event.treatment)
    revisions = freed.revisions if freed else {}
    left = tuple(t for t in journey.treatments if t.number != event.treatment)
    return forgetting(journey, under(f"t{event.treatment}/")).model_copy(
        update={"treatments": left, "freed": {**journey.freed, event.treatment: revisions}}
    )


@change.register
def _(event: ev.DecisionCosigned, journey: Journey) -> Journey:
    def cosigned(treatment: Treatment) -> dict[str, object]:
        decision = treatment.decision
        signed = decision and decision.model_copy(update={"cosignature": event.cosignature})
        return {"decision": signed}

    return with_treatment(journey, event.treatment, cosigned)


@change.register
def _(event: ev.CosignatureDeclined, journey: Journey) -> Journey:
    def declined(treatment: Treatment) -> dict[str, object]:
        # A decision taken anew that nobody signs leaves the earlier one in force.
        *earlier, last = treatment.earlier_decisions or (None,)
        return {"decision": last, "earlier_decisions": tuple(earlier)}

    return with_treatment(journey, event.treatment, declined)


@change.register
def _(event: ev.ReturnedToTreatment, journey: Journey) -> Journey:
    # A repeat course is measured from a baseline of its own; a booster goes on with the old one.
    again = event.returned.way is Return.REPEAT_COURSE
    first = event.returned.treatment if again else journey.course_from
    return journey.model_copy(
        update={"returns": (*journey.returns, event.returned), "course_from": first}
    )


@change.register
def _(event: ev.JourneyEnded, journey: Journey) -> Journey:
    return journey.model_copy(
        update={
            "tasks": (),
            "doubtful": (),
            "end": JourneyEnd(outcome=event.outcome, at=event.at),
        }
    )
