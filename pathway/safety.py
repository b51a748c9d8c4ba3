"""Safety without harm: what a finding raises, what it blocks, and what lifts the block.

Tiers are those of clinic-life rule 18: known or stable ideation is reviewed before she leaves
and locks nobody out; what is new or worse climbs a ladder; acute risk does, and she is not left
alone. Nothing here judges: a clinician's assessment lifts a block, a later screen never does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway import events as ev
from pathway.calendar import Calendar
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Signature
from pathway.facts.safety import DoseHold, RiskLevel, SafetyFlag, ScreenAnswers, SuicideScreen
from pathway.falling_due import open_escalation
from pathway.flags import covered, flag_item, open_flags, pages_at
from pathway.items import AgendaItem, nudge_item
from pathway.journey import Journey, Stage
from pathway.protocol import Blocked, FlagKind, LadderName, Level, ScreenAt, Tier
from pathway.roles import Role

_IN_A_PAGE = {
    Tier.REVIEW: "a safety flag is not yet reviewed",
    Tier.URGENT: "a safety flag needs a clinician",
    Tier.HIGH: "a high safety flag needs a clinician now",
}
"""What was seen stays with the clinician: a page says only that she is needed."""


def screened(journey: Journey, screen: SuicideScreen, now: datetime) -> Iterator[ev.Event]:
    """Record a direct screen, and raise what its answers demand."""
    yield ev.ScreenRecorded(at=now, screen=screen)
    yield from flagged(journey, screen, screen.signed, now)


def flagged(
    journey: Journey, screen: SuicideScreen, by: Signature, now: datetime
) -> Iterator[ev.Event]:
    """Raise what a screen's answers demand."""
    tier = tier_of(journey, screen)
    if tier is None:
        return
    known = tier is Tier.REVIEW and assessed_now(journey, now) and is_known(journey, screen)
    yield from flag(
        journey,
        FlagKind.SUICIDE_SCREEN,
        tier,
        by,
        now,
        treatment=screen.treatment,
        assessed=known,
    )


def tier_of(journey: Journey, screen: SuicideScreen) -> Tier | None:
    """How grave a screen's answers are, or None where every answer was no (rule 18)."""
    answers = screen.answers
    if not answers.positive:
        return None
    if answers.thoughts_now or answers.intent or _tried_lately(journey, answers):
        return Tier.HIGH
    if screen.remote or answers.thoughts_now is None:
        return Tier.URGENT
    if screen.asked_at is ScreenAt.ASSESSMENT:
        # The clinician who asks is the one who assesses, in the same hour. What is new to the
        # last assessment waits for that one all the same.
        return Tier.REVIEW
    return Tier.REVIEW if is_known(journey, screen) else Tier.URGENT


def is_known(journey: Journey, screen: SuicideScreen) -> bool:
    """Whether all that it found was known when a clinician last assessed the risk."""
    known = journey.risk.known if journey.risk else ()
    return all(each in known for each in screen.answers.not_no)


def _tried_lately(journey: Journey, answers: ScreenAnswers) -> bool:
    if answers.tried_within_days is None:
        return False
    return (
        timedelta(days=answers.tried_within_days) <= journey.protocol.safety.high.behaviour_within
    )


def item9(
    journey: Journey, value: int, signed: Signature, now: datetime, *, remote: bool
) -> Iterator[ev.Event]:
    """What an answer to item 9 raises. A zero raises nothing, and clears nothing either."""
    if value == 0:
        return
    before = journey.risk.item9 if journey.risk else None
    high = value >= journey.protocol.safety.urgent.phq9_item9_at_least.value
    known = before is not None and value <= before
    # Nobody sees how she is who answers from afar, whatever is known of her (rule 18).
    tier = Tier.URGENT if remote or (high and not known) else Tier.REVIEW
    yield from flag(
        journey,
        FlagKind.PHQ9_ITEM9,
        tier,
        signed,
        now,
        assessed=tier is Tier.REVIEW and known and assessed_now(journey, now),
    )


def flag(
    journey: Journey,
    kind: FlagKind,
    tier: Tier,
    signed: Signature | None,
    now: datetime,
    *,
    treatment: int | None = None,
    assessed: bool = False,
    ladder: LadderName | None = None,
    what: str | None = None,
) -> Iterator[ev.Event]:
    """Raise one flag; above `review` its ladder starts at once.

    Args:
        assessed: a clinician's assessment that is still good covers it: shown, blocking nothing.
        ladder: another than its tier's, for a patient who is not in the chair.
        what: other words for the page; never clinical.
    """
    number = treatment or (journey.treatment.number if journey.treatment else None)
    escalation = None
    if tier is not Tier.REVIEW:
        tiers = ladder_for(journey, tier)
        climbs = tiers if ladder is None or in_the_chair(journey) else ladder
        says = what or _IN_A_PAGE[tier]
        escalation = open_escalation(
            journey, climbs.value, says, now, treatment=number, level=Level.SAFETY
        )
    raised = SafetyFlag(
        id=f"f{journey.flags_raised + 1}",
        kind=kind,
        tier=tier,
        raised_at=now,
        raised_by=signed.by if signed else None,
        treatment=number,
        escalation=escalation.id if escalation else None,
        assessed_at=now if assessed else None,
    )
    yield ev.FlagRaised(at=now, flag=raised)
    if escalation is not None:
        yield ev.EscalationOpened(at=now, escalation=escalation)


def ladder_for(journey: Journey, tier: Tier) -> LadderName:
    """In the chair, the room is called before somebody at home (rule 22)."""
    if in_the_chair(journey):
        return journey.protocol.steps.monitoring.ladder
    safety = journey.protocol.safety
    return {
        Tier.REVIEW: safety.review.ladder,
        Tier.URGENT: safety.urgent.ladder,
        Tier.HIGH: safety.high.ladder,
    }[tier]


def in_the_chair(journey: Journey) -> bool:
    treatment = journey.treatment
    started = treatment is not None and treatment.infusion is not None
    return started and journey.stage in {Stage.INFUSION, Stage.MONITORING}


def blocking(journey: Journey, what: Blocked) -> list[str]:
    """Why an open flag forbids this plan, in words without what was seen."""
    if what not in journey.protocol.safety.blocks:
        return []
    bodily = {f.bodily for f in open_flags(journey)}
    says = {
        False: "a safety flag is open and not yet assessed by a clinician",
        True: "a safety flag is open and not yet reviewed by a prescriber (review_flag)",
    }
    return [sentence for which, sentence in says.items() if which in bodily]


def assess_first(journey: Journey, begins: datetime) -> list[str]:
    """Why a start waits for a new assessment: the last one lifted a block for its time only.

    It names no level: a coordinator may read it.
    """
    risk = journey.risk
    blocks = Blocked.START_INFUSION in journey.protocol.safety.blocks
    if not blocks or risk is None or not risk.shuts_when_stale or begins < risk.good_until:
        return []
    return ["the last risk assessment has run out: a clinician makes a new one (assess_risk)"]


def assessed_now(journey: Journey, now: datetime) -> bool:
    """Whether a clinician's assessment is still good."""
    return journey.risk is not None and now < journey.risk.good_until


def high_risk(journey: Journey, by: datetime | None = None) -> bool:
    """Whether a clinician last called her risk high, or acute risk is not assessed yet.

    An assessment that has run out does not make her safe: high stays high until somebody
    assesses her again.

    Args:
        by: only what had been said by then counts.
    """
    risk, flags = journey.risk, open_flags(journey)
    if by is not None:
        risk = risk if risk and risk.signed.recorded_at <= by else None
        flags = tuple(f for f in flags if f.raised_at <= by)
    called_high = risk is not None and risk.level is RiskLevel.HIGH
    return called_high or any(f.tier is Tier.HIGH for f in flags)


def safety_items(journey: Journey) -> Iterator[AgendaItem]:
    """Flags to be reviewed before she leaves, flags nobody has any more, stale assessments."""
    yield from flag_pages(journey)
    yield from _assess_again(journey)


def flag_pages(journey: Journey) -> Iterator[AgendaItem]:
    """The pages to come for open flags that no escalation is over."""
    for each in open_flags(journey):
        if not covered(journey, each) and pages_at(journey, each) is not None:
            ladder = ladder_for(journey, each.tier)
            yield flag_item(journey, each, ladder, _IN_A_PAGE[each.tier])


def _assess_again(journey: Journey) -> Iterator[AgendaItem]:
    risk = journey.risk
    if risk is None or risk.level is RiskLevel.LOW:
        return
    key = f"risk/{risk.signed.recorded_at:%Y%m%dT%H%M%S}/run-out"
    yield nudge_item(
        key,
        risk.good_until,
        Role.PRESCRIBER,
        "Assess the patient again: the last assessment ends",
        None,
    )


def hold_next_dose(
    journey: Journey, item: str, signed: Signature, now: datetime
) -> Iterator[ev.Event]:
    """Hold the next dose until a clinician has looked; nobody is paged for it (rule 24)."""
    if any(h.item == item for h in journey.dose_holds):
        return
    days = journey.protocol.safety.hold_next_dose.review_within_business_days
    due = business_days_after(journey.calendar, now, days)
    yield ev.DoseHeld(at=now, hold=DoseHold(item=item, since=now, review_due=due, signed=signed))
    task = StaffTask(
        key=f"dose-hold/{item}/{journey.events}",
        kind=TaskKind.CHECK,
        to=Role.PRESCRIBER,
        line="Review what holds the next dose",
        opened_at=now,
        due=due,
    )
    yield ev.TaskOpened(at=now, task=task)


def dose_held(journey: Journey) -> list[str]:
    """The gate that a held dose shuts."""
    return ["a finding holds the dose until a clinician has reviewed it"] * bool(journey.dose_holds)


def business_days_after(calendar: Calendar, moment: datetime, days: int) -> datetime | None:
    """The end of the staffed hours so many staffed days after the day of `moment`."""
    day = civil.local(moment, calendar.zone).date()
    for _ in range(60):
        day += timedelta(days=1)
        spans = calendar.spans(day)
        if not spans:
            continue
        days -= 1
        if days <= 0:
            return spans[-1][1]
    return None
