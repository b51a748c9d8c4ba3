"""Limits that guard a patient: which comes first, what is measured, what holds the next dose."""

from collections.abc import Iterator

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.moments import Anchor, Offset
from pathway.protocol import MustHave, Protocol, ScreenAt

_STOP = ("steps", "monitoring", "stop_review")


def alert_after_the_stop(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Pressure rises to its limits, saturation and sedation fall to them: the alert is first."""
    alerts, stop = protocol.steps.monitoring.alerts, protocol.steps.monitoring.stop_review
    review = protocol.steps.infusion.blood_pressure_review_above
    do = "Let the room be called before the infusion has to stop."
    for name in ("systolic", "diastolic"):
        rise, start = getattr(alerts, f"{name}_rise_mmhg"), getattr(review, f"{name}_mmhg")
        limit = getattr(stop, f"{name}_above_mmhg").value
        if limit is not None and start + rise > limit:
            expected = f"{start + rise} or more: {start} before the start, and a rise of {rise}"
            place = (*_STOP, f"{name}_above_mmhg", "value")
            yield error("alert_after_the_stop", place, expected, f"{limit:g}", do)
    lowest = stop.spo2_below_percent.value
    if lowest is not None and lowest >= alerts.spo2_below_percent:
        expected = f"less than {alerts.spo2_below_percent}, where the alert is"
        place = (*_STOP, "spo2_below_percent", "value")
        yield error("alert_after_the_stop", place, expected, f"{lowest:g}", do)


def stop_below_the_review(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    review = protocol.steps.infusion.blood_pressure_review_above
    stop = protocol.steps.monitoring.stop_review
    for name in ("systolic", "diastolic"):
        limit, start = getattr(stop, f"{name}_above_mmhg").value, getattr(review, f"{name}_mmhg")
        if limit is not None and limit <= start:
            place = (*_STOP, f"{name}_above_mmhg", "value")
            expected = f"more than {start}, above which a start is weighed"
            do = "An infusion that may start must not have to stop at once."
            yield error("stop_below_the_review", place, expected, f"{limit:g}", do)


def heart_rate_limits_cross(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    stop = protocol.steps.monitoring.stop_review
    low, high = stop.heart_rate_below.value, stop.heart_rate_above.value
    if low is not None and high is not None and low >= high:
        place = (*_STOP, "heart_rate_below", "value")
        do = "Leave room between the two limits."
        yield error("heart_rate_limits_cross", place, f"less than {high:g}", f"{low:g}", do)


def sedation_that_never_alerts(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.monitoring
    if rules.alerts.moaas_at_most >= rules.discharge.moaas:
        place = ("steps", "monitoring", "alerts", "moaas_at_most")
        expected = f"less than {rules.discharge.moaas}, at which a patient may leave"
        do = "Nobody may leave in a state that calls the room."
        found = rules.alerts.moaas_at_most
        yield error("sedation_that_never_alerts", place, expected, found, do)


def reading_that_is_needed(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Alerts and discharge compare with the baseline, so it cannot be left out."""
    vitals = protocol.steps.monitoring.vitals
    for reading in (MustHave.BASELINE, MustHave.DISCHARGE):
        if reading not in vitals.must_have:
            place = ("steps", "monitoring", "vitals", "must_have")
            do = "Alerts and the discharge are judged by it: add it."
            found = ", ".join(vitals.must_have)
            yield error("reading_that_is_needed", place, f"{reading} among them", found, do)


def peak_after_she_left(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.monitoring
    peak, stay = rules.vitals.peak_at, rules.minimum_from_start.value
    if MustHave.PEAK not in rules.vitals.must_have:
        return
    from_start = isinstance(peak, Offset) and peak.anchor is Anchor.INFUSION_START
    if not (from_start and isinstance(peak, Offset) and peak.by < stay):
        place = ("steps", "monitoring", "vitals", "peak_at")
        expected = f"`infusion.start` plus less than {format_duration(stay)}, the shortest stay"
        do = "Ask for a reading that falls into every stay, or take `peak` from the list."
        yield error("peak_after_she_left", place, expected, peak, do)


def readings_without_a_rhythm(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    vitals = protocol.steps.monitoring.vitals
    for key in ("during_every", "after_every"):
        if getattr(vitals, key) <= vitals.grace:
            place = ("steps", "monitoring", "vitals", key)
            expected = f"more than the grace of {format_duration(vitals.grace)}"
            do = "A reading would be due before the last one is overdue."
            yield error("readings_without_a_rhythm", place, expected, getattr(vitals, key), do)


def hold_by_an_unknown_item(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    asked = protocol.steps.infusion.preflight.asked
    for n, item in enumerate(protocol.safety.hold_next_dose.items):
        if item not in asked or asked[item].go_when == "yes":
            place = ("safety", "hold_next_dose", "items", n)
            expected = "an item of `preflight.asked` whose yes is a finding"
            do = "Add the question, or take the name away."
            yield error("hold_by_an_unknown_item", place, expected, item, do)


def suicide_screen_left_out(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Two places say when she is asked; they must say the same."""
    at = protocol.scores.suicide_screen_at
    steps = protocol.steps
    for screen, asked, place in (
        (ScreenAt.PREFLIGHT, steps.infusion.preflight.suicide_screen, ("infusion", "preflight")),
        (
            ScreenAt.DISCHARGE,
            steps.monitoring.discharge.suicide_screen,
            ("monitoring", "discharge"),
        ),
    ):
        if asked is not (screen in at):
            expected = f"`{screen}` in `scores.suicide_screen_at` if and only if this is true"
            do = "Make both say the same."
            found = str(asked).lower()
            where = ("steps", *place, "suicide_screen")
            yield error("suicide_screen_left_out", where, expected, found, do)


RULES = (
    alert_after_the_stop,
    stop_below_the_review,
    heart_rate_limits_cross,
    sedation_that_never_alerts,
    reading_that_is_needed,
    peak_after_she_left,
    readings_without_a_rhythm,
    hold_by_an_unknown_item,
    suicide_screen_left_out,
)
