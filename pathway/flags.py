"""Open flags, the escalations over them, and whose word ends or takes either (rules 18, 21).

A flag about her risk is lifted by a judgement of her risk; one about her body by a prescriber's
look, flag by flag. Until then each climbs, belongs to a clinician, or comes back.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from pathway.escalation import UNPLANNED, Escalation
from pathway.facts.safety import SafetyFlag
from pathway.items import AgendaItem, EscalateAct
from pathway.journey import Journey
from pathway.protocol import LadderName, Level, Tier
from pathway.roles import ASSESSORS, PRESCRIBERS, Role


def open_flags(journey: Journey) -> tuple[SafetyFlag, ...]:
    """Those that nobody has lifted; a death ends them all."""
    if journey.deceased_at is not None:
        return ()
    return tuple(f for f in journey.flags if f.open)


def in_danger(journey: Journey) -> bool:
    """Whether nobody has dealt yet with what may be a danger: ended, it stays at work for that."""
    return bool(journey.open_escalations or open_flags(journey))


def belongs(flag: SafetyFlag, escalation: Escalation) -> bool:
    """Whether an escalation is over this flag: opened with it, or because nobody saw to it."""
    return flag.escalation == escalation.id or escalation.about == flag.id


def covered(journey: Journey, flag: SafetyFlag) -> bool:
    """Whether an open escalation is over it: it climbs, or somebody has it."""
    return any(belongs(flag, e) for e in journey.open_escalations)


def raised_by_then(raised_at: datetime, said_at: datetime) -> bool:
    """Whether it had been raised when somebody judged; times are typed to the minute."""
    return raised_at.replace(second=0, microsecond=0) <= said_at


def ended_by(
    journey: Journey, lifted: Collection[str], said_at: datetime | None = None
) -> Iterator[Escalation]:
    """The open escalations that lifting these flags ends.

    Args:
        said_at: when her risk was judged, which also ends what is over no flag; None for a look
            at her body.
    """
    for escalation in journey.open_escalations:
        if escalation.level is not Level.SAFETY:
            continue
        over = [f.id for f in open_flags(journey) if belongs(f, escalation)]
        by_then = said_at is not None and raised_by_then(escalation.opened_at, said_at)
        if all(name in lifted for name in over) and (over or by_then):
            yield escalation


def needs_clinician(escalation: Escalation) -> bool:
    """Whether only a clinician's taking it stops its pages."""
    return escalation.level is Level.SAFETY or escalation.ladder is LadderName.URGENT_CALL


def needs_prescriber(escalation: Escalation) -> bool:
    """Whether only a prescriber takes or closes it: it was opened by going around the gates."""
    return escalation.about == UNPLANNED


def may_take(journey: Journey, escalation: Escalation, role: Role) -> bool:
    """Whether this role's acknowledgement stops the climb.

    Of what only a clinician may take, it is whoever could also end it: one who may judge a risk,
    and for her body a prescriber, or the clinician on call, whom its ladder pages. A start
    against the rules is a prescriber's alone: the ladder goes on until it has found one.
    """
    if needs_prescriber(escalation):
        return role in PRESCRIBERS
    if not needs_clinician(escalation):
        return True
    if any(f.bodily and belongs(f, escalation) for f in open_flags(journey)):
        return role in PRESCRIBERS | {Role.ON_CALL_CLINICIAN}
    return role in ASSESSORS


def pages_at(journey: Journey, flag: SafetyFlag) -> datetime | None:
    """When an open flag that no escalation is over pages; None where nothing will.

    What was known is reviewed before she leaves; what an escalation was closed over without an
    assessment, as an emergency, is asked about again like anything owned and still open.
    """
    if flag.uncovered_since is not None:
        return flag.uncovered_since + journey.protocol.ladders.acknowledged_but_open
    if flag.tier is Tier.REVIEW:
        return flag.raised_at + journey.protocol.safety.review.page_if_not_done_in
    return None


def flag_item(journey: Journey, flag: SafetyFlag, ladder: LadderName, what: str) -> AgendaItem:
    """The page to come for such a flag."""
    since = flag.uncovered_since
    name = f"again/{since:%Y%m%dT%H%M%S}" if since is not None else "not-reviewed"
    return AgendaItem(
        key=f"flag/{flag.id}/{name}",
        at=pages_at(journey, flag) or flag.raised_at,
        line=f"escalate: a flag is {'still not assessed' if since else 'not reviewed'}",
        treatment=flag.treatment,
        act=EscalateAct(
            ladder=ladder, what=what, treatment=flag.treatment, level=Level.SAFETY, about=flag.id
        ),
    )
