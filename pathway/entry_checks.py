"""The checks of entry, each with its verdict, its reason and its door (F1 to F5, rule 17)."""

from collections.abc import Iterator
from datetime import datetime

from pathway.entry_facts import clearance, consent_current, findings, stale_at
from pathway.facts.entering import Found
from pathway.journey import Journey
from pathway.protocol import EntryGate, Policy, ScreenAt, ScreeningItem
from pathway.resistance import weigh
from pathway.standing import EntryCheck, Verdict

RESISTANCE = "treatment_resistance"
SEVERITY = "severity"


def of_assessment(journey: Journey, now: datetime | None) -> Iterator[EntryCheck]:
    """Judgement, freshness, measures, findings and histories, in the order of the form."""
    assessment = journey.assessment
    if assessment is None:
        yield _missing("assessment", "Assessment by a mental-health professional")
        return
    yield _judged(journey)
    yield _fresh(journey, now)
    yield from _measures(journey)
    for name, item in journey.protocol.eligibility.screening.items():
        yield _screened(journey, name, item)
    yield from _answered(journey)


def _missing(item: str, says: str, door: str | None = None) -> EntryCheck:
    return EntryCheck(
        item=item, says=says, verdict=Verdict.NOT_RECORDED, why="not recorded", door=door
    )


def _judged(journey: Journey) -> EntryCheck:
    assert journey.assessment is not None  # noqa: S101 - its one caller has just looked
    last = journey.interval_review or journey.assessment
    return EntryCheck(
        item="assessment",
        says="The programme suits the patient",
        verdict=Verdict.OPEN if last.suitable else Verdict.SHUT,
        why=f"{last.signed.by}: {last.reason}",
        door=None if last.suitable else "A new assessment",
    )


def _fresh(journey: Journey, now: datetime | None) -> EntryCheck:
    until = stale_at(journey)
    stale = now is not None and until is not None and now >= until
    return EntryCheck(
        item="assessment_fresh",
        says="The assessment is recent",
        verdict=Verdict.SHUT if stale else Verdict.OPEN,
        why="it has gone stale" if stale else "recent enough",
        door="An interval review" if stale else None,
    )


def _measures(journey: Journey) -> Iterator[EntryCheck]:
    rules, assessment = journey.protocol.eligibility, journey.assessment
    assert assessment is not None  # noqa: S101 - its one caller has just looked
    least = rules.age_min_years.value
    age = assessment.age_years
    if age is None:
        yield _missing("age", "Old enough")
    else:
        old = age >= least
        yield EntryCheck(
            item="age",
            says="Old enough",
            verdict=Verdict.OPEN if old else Verdict.SHUT,
            why=f"{age} years, {least} or more are asked for",
            door=None if old else "A new assessment when old enough",
        )
    wanted = rules.resistance.failed_trials_min.value
    counted = sum(w.counts for w in weigh(rules.resistance, assessment.trials))
    why = f"{counted} adequate failed trials count, {wanted} are asked for"
    met = counted >= wanted
    yield _met(journey, RESISTANCE, "Resistant to treatment", met, why, rules.resistance.unmet)
    score, from_score = assessment.phq9, rules.severity.phq9_at_least.value
    if score is None:
        yield _missing(SEVERITY, "Ill enough at entry")
    else:
        why = f"PHQ-9 {score}, {from_score} or more is asked for"
        met = score >= from_score
        yield _met(journey, SEVERITY, "Ill enough at entry", met, why, rules.severity.unmet)


def _met(journey: Journey, item: str, says: str, met: bool, why: str, unmet: Policy) -> EntryCheck:
    if met:
        return EntryCheck(item=item, says=says, verdict=Verdict.OPEN, why=why)
    return _judged_by(journey, item, says, why, unmet, None, substance_use=False)


def _screened(journey: Journey, name: str, item: ScreeningItem) -> EntryCheck:
    found = findings(journey).get(name, Found.NOT_ASKED)
    if found is Found.PRESENT:
        return _judged_by(
            journey, name, item.asks, "present", item.policy, item.door, item.substance_use
        )
    verdict = Verdict.OPEN
    if found is Found.NOT_ASKED:
        mild = item.policy is Policy.CAUTION
        verdict = Verdict.CAUTION if mild else Verdict.NOT_RECORDED
    return EntryCheck(
        item=name,
        says=item.asks,
        verdict=verdict,
        why=found.value.replace("_", " "),
        substance_use=item.substance_use,
    )


def _judged_by(
    journey: Journey,
    item: str,
    says: str,
    why: str,
    policy: Policy,
    door: str | None,
    substance_use: bool,
) -> EntryCheck:
    """What an obstacle does by its policy, and what a clearance makes of it."""
    cleared = clearance(journey, item) if policy is Policy.NEEDS_CLEARANCE else None
    verdicts = {
        Policy.HARD_STOP: (Verdict.SHUT, door or "A new assessment"),
        Policy.NEEDS_CLEARANCE: (Verdict.NEEDS_CLEARANCE, door or "A prescriber's clearance"),
        Policy.CAUTION: (Verdict.CAUTION, None),
    }
    verdict, opens = (Verdict.CAUTION, None) if cleared else verdicts[policy]
    if cleared:
        why = f"{why}; cleared by {cleared.signed.by}: {cleared.reason}"
    return EntryCheck(
        item=item, says=says, verdict=verdict, why=why, door=opens, substance_use=substance_use
    )


def _answered(journey: Journey) -> Iterator[EntryCheck]:
    assessment = journey.assessment
    assert assessment is not None  # noqa: S101 - its one caller has just looked
    says = {
        EntryGate.HISTORY_MEDICAL: "Medical history taken",
        EntryGate.HISTORY_MENTAL_HEALTH: "Mental-health history taken",
        EntryGate.GOOD_OVERALL_HEALTH: "In good overall health",
    }
    for gate, what in says.items():
        if gate not in journey.protocol.eligibility.gates:
            continue
        answer = getattr(assessment, gate.value)
        if gate is EntryGate.GOOD_OVERALL_HEALTH and answer is False:
            door = "A new assessment, once the patient is well enough"
            yield EntryCheck(item=gate, says=what, verdict=Verdict.SHUT, why="no", door=door)
        elif answer:
            yield EntryCheck(item=gate, says=what, verdict=Verdict.OPEN, why="yes")
        else:
            yield _missing(gate, what)
    if ScreenAt.ASSESSMENT in journey.protocol.scores.suicide_screen_at:
        asked = any(s.asked_at is ScreenAt.ASSESSMENT for s in journey.screens)
        yield EntryCheck(
            item="suicide_screen",
            says="Asked directly about suicide at the assessment",
            verdict=Verdict.OPEN if asked or journey.treatment else Verdict.CAUTION,
            why="asked" if asked else "not recorded",
        )


def of_consent(journey: Journey) -> Iterator[EntryCheck]:
    """Consent to the programme, and whether texts were asked about."""
    rules = journey.protocol.eligibility
    if EntryGate.INFORMED_CONSENT in rules.gates:
        yield _consented(journey)
    if EntryGate.TEXT_CONSENT_ASKED in rules.gates:
        says = "Asked for consent to texts"
        asked = journey.contact.text_consent or bool(
            journey.consent and journey.consent.text_consent_asked
        )
        if asked:
            yield EntryCheck(
                item=EntryGate.TEXT_CONSENT_ASKED, says=says, verdict=Verdict.OPEN, why="asked"
            )
        else:
            yield _missing(EntryGate.TEXT_CONSENT_ASKED, says, "Record the consent with it")


def _consented(journey: Journey) -> EntryCheck:
    consent, form = journey.consent, journey.protocol.eligibility.consent
    item, says = EntryGate.INFORMED_CONSENT, form.says
    if consent is None:
        return _missing(item, says, "Record the consent")
    if not consent.given:
        why, door = "withdrawn", "Consent given anew"
    elif not consent_current(journey):
        why = f"signed version {consent.form_version}; the form is at {form.version}"
        door = "Consent on the newer form"
    else:
        why, door = f"version {consent.form_version}, taken by {consent.signed.by}", None
    verdict = Verdict.OPEN if door is None else Verdict.SHUT
    return EntryCheck(item=item, says=says, verdict=verdict, why=why, door=door)
