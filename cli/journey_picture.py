"""Pictures of one journey: where it stands, and why things went or did not."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cli.documents import Explained, Shown
from cli.entry_picture import entry_pictures
from cli.render import comes, row, table, when
from cli.times import clock
from cli.what_differed import what_differed
from pathway.facts import BOOKABLE, Appointment, Infusion
from pathway.journey import Treatment
from pathway.overview import Overview


def explained_pictures(explained: Explained) -> Iterator[RenderableType]:
    known = "" if explained.zone_known else " (the clinic's; nobody knows the patient's)"
    yield Text(
        f"{explained.reference}: why texts and pages went or did not. Times in "
        f"{explained.zone}{known}."
    )
    past = table("Until now", "when", "what", "outcome", "why")
    for entry in explained.past:
        style = "red" if entry.outcome == "refused" else None
        why = f"{entry.reason} ({entry.by})" if entry.by else entry.reason
        row(past, entry.local, entry.what, entry.outcome, why, style=style)
    yield past if explained.past else Text("Nothing was due until now.")
    yield comes(explained.to_come, explained.zone, "To come")


def shown_pictures(shown: Shown) -> Iterator[RenderableType]:
    journey, zone = shown.journey, shown.clinic_zone
    patient = shown.patient
    name = f"{patient.given_name} {patient.family_name}, born {patient.born}" if patient else ""
    yield Text(f"{shown.reference}  {name or '(not in the records)'}", style="bold")
    yield Text(f"Protocol {journey.protocol}, times in {zone}")
    yield _where(journey, zone)
    if marks := _marks(journey):
        yield Text(marks, style="bold red")
    if journey.dose:
        yield Text(f"The dose at the patient's weight: {journey.dose}")
    yield from entry_pictures(journey.standing, zone)
    for treatment in journey.treatments:
        yield _treatment(journey, treatment, zone, clinical=not shown.withheld)
        yield from what_differed(treatment, zone)
    if shown.withheld and journey.treatments:
        yield Text("What was given, measured and said is for clinicians: --by, --role.", "dim")
    if journey.flags:
        yield _flags(journey, zone)
    if journey.no_shows:
        missed = (f"{said.step}, {clock(said.at, zone)}" for said in journey.no_shows)
        yield Text(f"No-shows: {'; '.join(missed)}.")
    if journey.escalations:
        yield _escalations(journey, zone)
    if journey.tasks:
        yield _tasks(journey, zone)
    yield comes(journey.next_items, zone, "What comes next")


def _where(journey: Overview, zone: str) -> Text:
    if journey.ended:
        return Text(f"Ended: {journey.ended}")
    number = f", treatment {journey.treatment}" if journey.treatment else ""
    due = f", by {clock(journey.due, zone)}" if journey.due else ""
    whom = f"{journey.waits_for}: " if journey.waits_for else ""
    return Text(f"Stage {journey.stage}{number}. Owed: {whom}{journey.owes}{due}.")


def _marks(journey: Overview) -> str:
    marks = {
        "deceased": journey.deceased,
        "all texts are held": journey.texts_held,
        "opted out of texts": journey.opted_out,
        **{mark.replace("_", " "): True for mark in journey.status},
    }
    return "; ".join(mark for mark, holds in marks.items() if holds).capitalize()


def _treatment(journey: Overview, treatment: Treatment, zone: str, *, clinical: bool) -> Table:
    picture = table(f"Treatment {treatment.number}", "step", "appointment", "revision", "recorded")
    recorded = _recorded(journey, treatment, zone, clinical=clinical)
    for step in dict.fromkeys((*(a.step for a in treatment.appointments), *recorded)):
        booked = next((a for a in treatment.appointments if a.step == step), None)
        at, revision = _appointment(step, booked, zone)
        row(picture, step, at, revision, recorded.get(step, "not recorded"))
    if not picture.row_count:
        row(picture, "-", "nothing is booked", "", "not recorded")
    return picture


def _appointment(step: str, booked: Appointment | None, zone: str) -> tuple[str, str]:
    if booked is None:
        return "not booked" if step in BOOKABLE else "", ""
    return f"{clock(booked.at, zone)}, {booked.minutes} min", str(booked.revision)


def _dose(infusion: Infusion) -> str:
    """Milligrams, and where the protocol doses by weight the dose they come from."""
    shown = (("mg", infusion.milligrams), ("mg/kg", infusion.dose_mg_per_kg))
    said = [f"{number:g} {unit}" for unit, number in shown if number is not None]
    return " at ".join(said) or "dose not recorded"


def _recorded(
    journey: Overview, treatment: Treatment, zone: str, *, clinical: bool
) -> dict[str, str]:
    """What was recorded of each step, in the order of the day."""
    said: dict[str, str] = {}
    if treatment.preparation:
        said["preparation"] = f"held {clock(treatment.preparation.signed.happened_at, zone)}"
    if came := treatment.arrival:
        chair = f", chair {came.chair}" if came.chair else ""
        left_at = f", home {clock(came.gone.happened_at, zone)}" if came.gone else ""
        said["arrival"] = f"{clock(came.signed.happened_at, zone)}{chair}{left_at}"
    if infusion := treatment.infusion:
        ends = f" to {clock(infusion.ended_at, zone)}" if infusion.ended_at else ", running"
        partial = ", partial" if infusion.complete is False else ""
        over = ", gate overridden" if infusion.override else ""
        dose = f"{_dose(infusion)}, " if clinical else ""
        said["infusion"] = f"{dose}{clock(infusion.started_at, zone)}{ends}{partial}{over}"
    if treatment.vitals:
        last = treatment.vitals[-1]
        said["vital signs"] = (
            f"{len(treatment.vitals)}, last {last.systolic_mmhg}/{last.diastolic_mmhg} "
            f"{last.heart_rate} {last.spo2_percent} % at {clock(last.at, zone)}"
        )
    if left := treatment.discharge:
        said["monitoring"] = f"left {clock(left.signed.happened_at, zone)}, {left.way}"
    if session := treatment.psychotherapy:
        outcome = journey.sessions.get(treatment.number, session.outcome)
        said["psychotherapy"] = f"{outcome}, {clock(session.ended_at, zone)}"
    if decision := treatment.decision:
        said["decision"] = f"{decision.choice}, {decision.signed.by}: {decision.reason}"
    return said


def _flags(journey: Overview, zone: str) -> Table:
    picture = table("Safety flags", "id", "tier", "what raised it", "since", "", "lifted by")
    for each in journey.flags:
        act = "review-flag" if each.bodily else "assess-risk"
        stands = "OPEN" if each.open else "assessed"
        kind, since = each.kind.replace("_", " "), clock(each.raised_at, zone)
        style = "bold red" if each.open else None
        row(picture, each.id, each.tier, kind, since, stands, act, style=style)
    return picture


def _escalations(journey: Overview, zone: str) -> Table:
    picture = table("Open escalations", "id", "level", "what", "since", "owner", "next look")
    for each in journey.escalations:
        taken = each.acknowledged
        look = clock(taken.next_look, zone) if taken else ""
        owner = each.owner or "NO OWNER"
        if each.helping:
            owner += f" ({', '.join(each.helping)} helping)"
        row(picture, each.id, each.level, each.what, clock(each.opened_at, zone), owner, look)
    return picture


def _tasks(journey: Overview, zone: str) -> Table:
    picture = table("On the work list", "key", "for", "what", "due", "attempts")
    for task in journey.tasks:
        row(picture, task.key, task.to, task.line, when(task.due, zone), task.attempts)
    return picture
