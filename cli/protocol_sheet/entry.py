"""Who may enter, the course, the dose, the scores."""

from rich.console import RenderableType

from cli.protocol_sheet.parts import Section, heading, lines, loud, rows
from cli.protocol_sheet.phrases import listed, marked, of_group, plain, span, yes
from cli.protocol_sheet.values import not_for_patients
from pathway.protocol import Eligibility, Limit, Policy, Protocol

_POLICIES = {
    Policy.HARD_STOP: "nothing is planned",
    Policy.NEEDS_CLEARANCE: "nothing is planned until a prescriber clears it",
    Policy.CAUTION: "shown to whoever decides",
}
_BOUNDS = {
    "start": "first dose",
    "min": "least",
    "max": "most",
    "step_up_max": "most that one decision raises it by",
    "step_down_max": "most that one decision lowers it by",
}
_DOORS = {
    Policy.HARD_STOP: "A new assessment",
    Policy.NEEDS_CLEARANCE: "A named prescriber's clearance",
    Policy.CAUTION: "Nothing is held up",
}


def head(protocol: Protocol) -> Section:
    yield heading(f"{protocol.title} ({protocol.name})")
    if warning := not_for_patients(protocol):
        yield loud(warning)
    yield from lines(f"Drug: {protocol.drug.name}, {protocol.drug.route}.")
    yield from lines(*(f"Adopted: {rule}." for rule in protocol.drug.adopted_from))


def entry(protocol: Protocol) -> Section:
    rules = protocol.eligibility
    yield heading("Entry")
    yield from lines(
        marked(f"From {rules.age_min_years.value} years on", rules.age_min_years) + ".",
        _resistance(rules),
        marked(
            f"PHQ-9 of {rules.severity.phq9_at_least.value} or more",
            rules.severity,
            rules.severity.phq9_at_least,
        )
        + f"; below it: {_POLICIES[rules.severity.unmet]}.",
        f"Answered before anything is planned: {listed(rules.gates)}.",
        marked(
            f"Consent form, version {rules.consent.version}: {rules.consent.says}", rules.consent
        )
        + ".",
        marked(
            f"An assessment stays good for {span(rules.reassess_after.value)}, an interval review "
            f"for {span(rules.reassess_after.review_holds)}",
            rules.reassess_after,
        ),
    )
    yield rows(
        "Findings at the assessment",
        ("finding", "what it does", "what opens the way again", "seen by"),
        (
            (
                marked(item.asks, item),
                _POLICIES[item.policy],
                item.door or _DOORS[item.policy],
                "clinicians alone" if item.substance_use else "all staff",
            )
            for item in rules.screening.values()
        ),
    )


def _resistance(rules: Eligibility) -> str:
    trd = rules.resistance
    least, weeks = trd.failed_trials_min, trd.adequate_weeks_min
    failed = trd.improvement_below_percent
    different = "different " if trd.different_medicines else ""
    classes = f"{listed(trd.first_line_classes)}; others with a clinician's reason"
    return (
        f"At least {marked(least.value, least)} failed trials of "
        f"{of_group(f'{different}medicines', trd, 'different_medicines')} "
        f"({of_group(classes, trd, 'first_line_classes')}) of {marked(weeks.value, weeks)} "
        f"weeks or more, {of_group(plain(trd.scope), trd, 'scope')}; failed is an improvement "
        f"below {marked(f'{failed.value} %', failed)}. Unmet: "
        f"{of_group(_POLICIES[trd.unmet], trd, 'unmet')}."
    )


def course(protocol: Protocol) -> Section:
    rules = protocol.course
    planned = rules.planned_treatments
    yield heading("Course and dose")
    reviews = listed(map(str, rules.reviews.after))
    most = f"at most {planned.max}" if planned.max else "no set most"
    yield from lines(
        marked(f"Proposed: {planned.value} treatments, at least {planned.min}, {most}", planned)
        + "; never told in a text.",
        marked(f"At least {span(rules.gap_min.value)} between two treatments", rules.gap_min),
        marked(f"A clinician says that it does good after treatments {reviews}", rules.reviews)
        + ".",
        f"Goal and end of the course are asked at: {plain(rules.goal_and_end)}.",
    )
    yield rows(
        "Phases",
        ("phase", "treatments", "in a week", "gap", "longest gap", "optional"),
        (
            (
                plain(phase.name),
                of_group(phase.treatments or "as decided", phase, "treatments"),
                of_group(phase.per_week or "as decided", phase, "per_week"),
                of_group(span(phase.gap), phase, "gap"),
                of_group(span(phase.max_gap) if phase.max_gap else "as decided", phase, "max_gap"),
                of_group("yes" if phase.optional else "no", phase, "optional"),
            )
            for phase in rules.phases
        ),
    )
    yield _dose(protocol)


def _dose(protocol: Protocol) -> RenderableType:
    dose = protocol.course.dose
    unit = "mg" if dose.unit == "mg" else "mg for each kg"
    names = ("start", "min", "max", "step_up_max", "step_down_max")
    limits: list[tuple[str, Limit]] = [(name, getattr(dose, name)) for name in names]
    known = [(_BOUNDS[name], _amount(limit, unit)) for name, limit in limits]
    sizes = ", ".join(f"{choice:g}" for choice in dose.choices) or "any"
    more = [("sizes there are", sizes), ("milligrams rounded to", f"{dose.rounding_mg:g}")]
    return rows("Dose", ("bound", "is"), [*known, *more])


def _amount(limit: Limit, unit: str) -> str:
    return "NOT SET" if limit.value is None else marked(f"{limit.value:g} {unit}", limit)


def scores(protocol: Protocol) -> Section:
    phq9, gad7 = protocol.scores.phq9, protocol.scores.gad7
    response, improved = phq9.response_percent, phq9.improved_percent
    meaningful, stable = phq9.meaningful_change, phq9.stable_over_scores
    yield heading("Scores")
    yield from lines(
        f"PHQ-9 before each treatment: {yes(phq9.before_infusion)}.",
        marked(f"Remission: below {phq9.remission_below.value}", phq9.remission_below) + ".",
        marked(f"Response: {response.value} % of the first score gone, or more", response) + ".",
        marked(f"A change that means something: {meaningful.value} points", meaningful) + ".",
        marked(
            f"No improvement: less than {improved.value} % gone, both since the first score and "
            "since the one before",
            improved,
        )
        + ".",
        marked(
            f"Stable: {stable.value} scores in a row that differ by less than such a change", stable
        )
        + ".",
        f"GAD-7 before each treatment: {yes(gad7.before_infusion)}; "
        + marked(f"looked into from {gad7.evaluate_from.value}", gad7.evaluate_from)
        + ".",
        f"Direct suicide screen at: {listed(protocol.scores.suicide_screen_at)}.",
        "What is missing stays missing: it is never zero, and no total is made of a part.",
    )
