"""The decision page as a terminal shows it. What is missing says "not recorded", never 0."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cli.documents import DecisionShown
from cli.render import row, table
from cli.times import clock
from pathway.decision_page import Answered, DecisionPage
from pathway.decision_rows import TreatmentRow
from pathway.scoring import gad7_band, phq9_band

MISSING = "not recorded"
IN_A_BLOCK = 3
"""Treatments side by side: more would be cut where a terminal has eighty columns."""


def decision_pictures(shown: DecisionShown) -> Iterator[RenderableType]:
    page, zone = shown.page, shown.clinic_zone
    by = clock(page.decide_by, zone) if page.decide_by else "no time is set yet"
    visit = f", {clock(page.waiting_at, zone)}" if page.waiting_at else ""
    waits = f"{'; '.join(page.waiting)}{visit}"
    yield Text(f"{shown.reference}  Decide by {by}. {waits}.", style="bold")
    if page.stands:
        yield Text(
            f"Decided on treatment {page.treatment}: {said(page.stands.choice)}, by "
            f"{page.stands.signed.by}. Until the next begins it may be decided anew "
            f"(--treatment {page.treatment})."
        )
    if page.pending:
        yield Text("A decision stands and waits for its second signature.", style="yellow")
    yield from _safety(page, zone)
    yield from _said(page, zone)
    yield from _treatments(page, zone)
    yield from _scores(page, zone)
    yield _course(page)
    yield from _answers(page, zone)
    yield from _advice(page)
    yield from _form(page, zone)
    yield Text(f"On what is shown here: --inputs {page.inputs}")


def said(value: object) -> str:
    """A value in words; None is what was not recorded."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _safety(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    for flag in page.flags:
        since = f"{said(flag.kind)}, {flag.tier}, since {clock(flag.raised_at, zone)}"
        if flag.assessed_at is None:
            yield Text(f"Open flag: {since}", style="bold red")
        else:
            yield Text(f"Flag: {since}; assessed {clock(flag.assessed_at, zone)}", style="yellow")
    for hold in page.dose_holds:
        due = f", to be reviewed by {clock(hold.review_due, zone)}" if hold.review_due else ""
        since = f"{said(hold.item)}, since {clock(hold.since, zone)}{due}"
        yield Text(f"The next dose is held: {since}", style="bold red")
    risk = page.risk
    judged = (
        f"{risk.level}, by {risk.signed.by}, good until {clock(risk.good_until, zone)}: {risk.plan}"
        if risk
        else MISSING
    )
    yield Text(f"Risk as a clinician last judged it: {judged}")


def _said(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    own = page.own_words
    prefers = f" Would like: {said(own.prefers)}." if own and own.prefers else ""
    told = f'"{own.words}".{prefers}' if own else MISSING
    yield Text(f"The patient's own words: {told}")
    advised = page.recommendation
    if advised is None:
        yield Text(f"The therapist recommends: {MISSING}")
        return
    who = advised.stated_by or advised.signed.by
    when = clock(advised.signed.happened_at, zone)
    why = f": {advised.reason}" if advised.reason else ""
    yield Text(f"The therapist recommends: {said(advised.choice)}, {who}, {when}{why}")


def _treatments(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    given = [t for t in page.treatments if t.at is not None]
    if not given:
        yield Text(f"Treatments: {MISSING}")
        return
    for first in range(0, len(given), IN_A_BLOCK):
        block = given[first : first + IN_A_BLOCK]
        picture = _whole("Treatments", "", *(str(t.number) for t in block))
        cells = [_cells(each, zone) for each in block]
        for name in cells[0]:
            row(picture, name, *(each[name] for each in cells))
        yield picture


def _cells(each: TreatmentRow, zone: str) -> dict[str, str]:
    visit, found = each.visit, each.visit.findings
    peak = (found.peak_systolic_mmhg, found.peak_diastolic_mmhg)
    return {
        "when": clock(each.at, zone) if each.at else MISSING,
        "days since the last": "first" if each.gap_days is None else said(each.gap_days),
        "mg/kg": said(visit.dose_mg_per_kg),
        "mg given": said(visit.milligrams_given),
        "minutes": said(visit.minutes),
        "complete": said(visit.complete),
        "highest blood pressure": MISSING if None in peak else f"{peak[0]}/{peak[1]}",
        "lowest saturation, %": said(found.lowest_spo2_percent),
        "deepest sedation, MOAA/S": said(found.deepest_moaas),
        "dissociation, minutes": said(found.dissociation_minutes),
        "side effects": _listed(visit.side_effects),
        "rescue drugs": _listed(visit.rescue_drugs),
        "PHQ-9 before": said(each.phq9),
        "gone since the baseline, %": said(each.phq9_improved_percent),
        "GAD-7 before": said(each.gad7),
        "item 9": said(each.item9),
        "screen positive": _screened(each),
        "mood hours after": said(each.mood_hours_after),
        "mood the day after": said(each.mood_day_after),
        "days the benefit lasted": said(each.benefit_days),
        "psychotherapy": said(each.psychotherapy),
        "in time": said(each.psychotherapy_in_time),
    }


def _screened(each: TreatmentRow) -> str:
    """Each screen of the treatment: a later one never hides an earlier one."""
    screens = (f"{said(s.asked_at)} {said(s.positive)}" for s in each.screens)
    return ", ".join(screens) or said(each.screen_positive)


def _whole(title: str, *columns: str) -> Table:
    """A table that breaks a long word rather than cutting it."""
    picture = table(title, *columns)
    for column in picture.columns:
        column.overflow = "fold"
    return picture


def _listed(values: tuple[str, ...] | None) -> str:
    if values is None:
        return MISSING
    return ", ".join(map(said, values)) or "none"


def _scores(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    seen = page.progress
    yield Text(
        f"PHQ-9: baseline {said(seen.baseline)}, latest {said(seen.latest)}, gone "
        f"{said(seen.improved_percent)} %. Response: {said(seen.response)}. Remission: "
        f"{said(seen.remission)}. Stable: {said(seen.stable)}. Worse: {said(seen.worsening)}. "
        f"Relapse: {said(seen.relapse)}. In a row without improvement: "
        f"{said(seen.non_improving_streak)}."
    )
    if not page.scores:
        return
    picture = _whole("Scores", "when", "for", "PHQ-9", "", "GAD-7", "", "item 9", "by")
    for each in page.scores:
        phq9 = phq9_band(each.phq9) if each.phq9 is not None else "-"
        gad7 = gad7_band(each.gad7) if each.gad7 is not None else "-"
        when = clock(each.signed.happened_at, zone)
        taken = (when, said(each.purpose), said(each.phq9), phq9, said(each.gad7), gad7)
        row(picture, *taken, said(each.item9), each.signed.by)
    yield picture


def _course(page: DecisionPage) -> Text:
    course = page.course
    unit = course.dose_unit.replace("_per_", "/")
    owed = {
        "a goal and an end of the course (--goal, --course-end)": course.goal_owed,
        "whether the partial infusion counts (--counts-toward-plan)": course.partial_owed,
        "a review: what good it does the patient (--review)": course.review_owed,
    }
    asks = "; ".join(what for what, wanted in owed.items() if wanted)
    return Text(
        f"Phase {course.phase} (proposed next: {course.proposed_phase}), "
        f"{course.treatments_counted} of {course.planned} proposed treatments. Dose "
        f"{said(course.dose)} {unit}, every {course.interval_days} days. Goal: "
        f"{said(course.goal)}. Lifetime: {course.lifetime_treatments} treatments, "
        f"{said(course.milligrams_total)} mg." + (f" This decision owes {asks}." if asks else "")
    )


def _answers(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    yield Text("; ".join(f"{said(n)}: {_answered(a, zone)}" for n, a in page.answers.items()))
    if page.no_shows:
        missed = (f"{each.step}, {clock(each.at, zone)}" for each in page.no_shows)
        yield Text(f"No-shows: {'; '.join(missed)}")
    for event in page.adverse_events:
        yield Text(f"Adverse event {event.number}, {event.severity}: {event.what}")


def _answered(answer: Answered | None, zone: str) -> str:
    if answer is None:
        return MISSING
    why = f", {answer.reason}" if answer.reason else ""
    return f"{said(answer.value)} ({clock(answer.at, zone)}{why})"


def _advice(page: DecisionPage) -> Iterator[RenderableType]:
    if not page.advice:
        return
    picture = table("For thought; nothing is preselected", "because", "offers", "evidence", "")
    for each in page.advice:
        offers = ", ".join(map(said, each.offer))
        row(picture, each.says, offers, said(each.evidence), each.source)
    yield picture


def _form(page: DecisionPage, zone: str) -> Iterator[RenderableType]:
    picture = _whole("Decisions", "choice", "asks for", "second signature", "next visit")
    for each in page.form:
        asks = ", ".join(f"--{name.replace('_', '-')}" for name in each.asks)
        open_end = "as it says" if each.choice.goes_on else "the course ends"
        following = clock(each.next_at, zone) if each.next_at else open_end
        row(picture, each.choice, asks, said(each.second_signature), following)
    yield picture
