"""The day of treatment: assessment, preparation, infusion, monitoring, discharge."""

from collections.abc import Iterator

from rich.console import RenderableType

from cli.protocol_sheet.parts import Section, heading, lines, rows
from cli.protocol_sheet.phrases import (
    after,
    listed,
    marked,
    moment,
    of_group,
    plain,
    span,
    visit,
    yes,
)
from cli.protocol_sheet.steps import clocks
from pathway.protocol import DischargeCriteria, Limit, MonitoringRules, Protocol


def before(protocol: Protocol) -> Section:
    steps = protocol.steps
    yield heading("Steps")
    yield from clocks(protocol, "assessment")
    within = steps.assessment.book_within
    yield from lines(marked(f"Booked within {span(within.value)}", within) + ".")
    yield from clocks(protocol, "preparation")
    preparation = steps.preparation
    last = "may" if preparation.may_be_last_psychotherapy else "may not"
    yield from lines(
        marked(f"Required: {yes(preparation.required.value)}", preparation.required) + ".",
        marked(f"Stays good for {span(preparation.valid_for.value)}", preparation.valid_for)
        + f" when the {visit(protocol)} moves.",
        f"The psychotherapy since the last treatment {last} count, if the therapist says so.",
    )


def infusion(protocol: Protocol) -> Section:
    rules, preflight = protocol.steps.infusion, protocol.steps.infusion.preflight
    pressure = rules.blood_pressure_review_above
    yield from clocks(protocol, "infusion")
    shortest, longest = span(rules.allowed.shortest), span(rules.allowed.longest)
    needed = "must" if rules.staffed_hour_in_window else "need not"
    yield from lines(
        marked(f"Lasts {span(rules.planned.value)}", rules.planned)
        + f"; allowed {of_group(shortest, rules.allowed, 'shortest')} to "
        + of_group(longest, rules.allowed, "longest")
        + ".",
        f"The psychotherapy window of a booking {needed} hold a staffed hour; else a named "
        "clinician says who will see the patient.",
        f"Looked up before the start: {listed(preflight.computed)}.",
        marked(
            f"Scores are fresh for {span(preflight.scores_fresh.value)}", preflight.scores_fresh
        ),
        "Weight and blood pressure are measured; weight is asked again when it changed by more "
        + marked(f"than {preflight.weight_change_percent.value} %", preflight.weight_change_percent)
        + ".",
        f"Suicide screen before the start: {yes(preflight.suicide_screen)}.",
        marked(f"Above {pressure.systolic_mmhg}/{pressure.diastolic_mmhg} mmHg", pressure)
        + " a clinician decides.",
        f"Any gate may be overridden by the {plain(preflight.overridden_by)}, with a reason.",
        f"The dose is confirmed by {plain(rules.dose_check)}.",
        "Stopped before any drug was given: no treatment. After any drug: full monitoring, window "
        "and decision; the prescriber says whether it counts.",
    )
    yield rows(
        "Asked before the start (yes, no, not applicable with a reason, not yet)",
        ("question", "goes on when", "not applicable", "seen by"),
        (
            (
                item.asks,
                item.go_when,
                "goes on too" if item.not_applicable else "",
                "clinicians alone" if item.substance_use else "all staff",
            )
            for item in preflight.asked.values()
        ),
    )


def monitoring(protocol: Protocol) -> Section:
    rules, called = protocol.steps.monitoring, visit(protocol)
    vitals, leave = rules.vitals, rules.discharge
    yield from clocks(protocol, "monitoring")
    yield from lines(
        "Vital signs "
        + of_group(f"every {span(vitals.during_every)}", vitals, "during_every")
        + f" during the {called}, "
        + of_group(f"every {span(vitals.after_every)}", vitals, "after_every")
        + " after it; overdue "
        + of_group(after(vitals.grace), vitals, "grace")
        + f": ladder `{rules.ladder}`.",
        of_group(f"Never without: {listed(vitals.must_have)}", vitals, "must_have")
        + of_group(f"; peak is {moment(vitals.peak_at, called)}", vitals, "peak_at")
        + ".",
        f"The patient stays at least {_floor(rules)}; "
        + marked(
            f"expected {span(rules.expected_from_end.value)} from the end", rules.expected_from_end
        )
        + ". Pauses do not eat the observation: it is longer by as much.",
        marked(f"Alarm {span(rules.alarm_from_end.value)} from the end", rules.alarm_from_end)
        + f": ladder `{rules.ladder}`.",
        "The bedside monitor's own alarms stay on: this is no patient monitor.",
    )
    yield _limits(rules)
    yield from lines(
        f"The patient leaves with: {'; '.join(_leaves_with(leave))}.",
        of_group(f"The way home: {listed(leave.escort)}", leave, "escort") + ".",
        of_group(f"The printed sheet is given: {yes(leave.printed_sheet)}", leave, "printed_sheet")
        + ".",
        f"Signed by: {listed(rules.signed_by)}.",
        marked(
            "Left against advice: recorded, never held; a call within "
            f"{span(rules.left_early.call_within)}, ladder `{rules.left_early.ladder}`",
            rules.left_early,
        ),
        f"No psychotherapy booked on leaving: ladder `{rules.session_not_booked}`; it never "
        "holds the patient.",
    )


def _floor(rules: MonitoringRules) -> str:
    """The stay that no sign-off may undercut."""
    start, end = rules.minimum_from_start, rules.minimum_from_end
    from_start = marked(f"{span(start.value)} from the start", start)
    if end.value is None:
        return f"{from_start} and NOT SET from its end, the later of them"
    if not end.value:
        return marked(from_start, end)
    return f"{from_start} and {marked(f'{span(end.value)} from its end', end)}, the later of them"


def _leaves_with(leave: DischargeCriteria) -> Iterator[str]:
    pressure = f"blood pressure within {leave.blood_pressure_within_percent} % above the baseline"
    yield of_group(f"MOAA/S {leave.moaas}", leave, "moaas")
    yield of_group(
        f"PADSS, the post-anaesthetic discharge scale, {leave.padss_min} of 10 or more",
        leave,
        "padss_min",
    )
    yield of_group(f"{pressure}, or a clinician's note", leave, "blood_pressure_within_percent")
    cleared = f"dissociation cleared: {yes(leave.dissociation_cleared)}"
    yield of_group(cleared, leave, "dissociation_cleared")
    yield of_group(f"suicide screen: {yes(leave.suicide_screen)}", leave, "suicide_screen")


_CALLS = {
    "systolic_rise_mmhg": "rise of systolic pressure, mmHg",
    "diastolic_rise_mmhg": "rise of diastolic pressure, mmHg",
    "spo2_below_percent": "oxygen saturation below, %",
    "moaas_at_most": "sedation, MOAA/S at most",
}
_STOPS = {
    "systolic_above_mmhg": "systolic pressure above, mmHg",
    "diastolic_above_mmhg": "diastolic pressure above, mmHg",
    "spo2_below_percent": "oxygen saturation below, %",
    "heart_rate_above": "heart rate above, a minute",
    "heart_rate_below": "heart rate below, a minute",
    "breathing_rate_below": "breathing rate below, a minute",
}


def _limits(rules: MonitoringRules) -> RenderableType:
    alerts, stop = rules.alerts, rules.stop_review
    calls = (
        (words, of_group(getattr(alerts, name), alerts, name), f"ladder `{rules.ladder}`")
        for name, words in _CALLS.items()
    )
    stops: list[tuple[str, Limit]] = [(words, getattr(stop, n)) for n, words in _STOPS.items()]
    ends = (
        (
            words,
            "NOT SET" if limit.value is None else marked(f"{limit.value:g}", limit),
            f"stop and review; ladder `{rules.ladder}`",
        )
        for words, limit in stops
    )
    columns = ("limit", "is", "what happens")
    mmhg = of_group(f"{alerts.worse_by_mmhg} mmHg", alerts, "worse_by_mmhg")
    again = f"{mmhg} or {of_group(f'{alerts.worse_by_percent} %', alerts, 'worse_by_percent')}"
    return rows(f"Limits; each once an episode, again {again} worse", columns, (*calls, *ends))
