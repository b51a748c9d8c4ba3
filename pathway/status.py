"""Where a journey stands beside its steps: paused, in hospital, leaving the programme."""

from collections.abc import Iterator
from datetime import datetime

from pathway.items import AgendaItem, EscalateAct, TaskAct, TextAct, nudge_item
from pathway.journey import Journey
from pathway.protocol import LadderName, Template
from pathway.replies import next_start
from pathway.roles import Role
from pathway.safety import business_days_after

HOSPITAL = "hospital"
"""What an escalation about a stay is about, and the keys of its lines begin with."""


def shut(journey: Journey) -> list[str]:
    """Why no infusion may start now, in words that name nothing clinical."""
    reasons = {
        "the patient is leaving the programme": journey.leaving,
        "the journey is paused: resume it first": journey.pause,
        "the patient is reported to be in hospital": journey.hospital,
    }
    return [says for says, holds in reasons.items() if holds]


def marks(journey: Journey) -> tuple[str, ...]:
    """What is shown beside the stage."""
    said = {
        "paused": journey.pause,
        "in_hospital": journey.hospital,
        journey.leaving.kind.value if journey.leaving else "": journey.leaving,
    }
    return tuple(name for name, holds in said.items() if holds)


def quiet(journey: Journey, item: AgendaItem) -> bool:
    """Whether a pause, or her leaving, makes this pointless: nobody is asked to book then."""
    if not (journey.pause or journey.leaving):
        return False
    if journey.leaving and "/follow-up/" in item.key:
        return True
    if isinstance(item.act, TaskAct):
        return "/unbooked" in item.key
    asks = isinstance(item.act, TextAct) and item.act.template is Template.PLEASE_CALL
    return asks and item.rung is None and journey.leaving is not None


def decide_by(journey: Journey, now: datetime) -> datetime | None:
    """By when a prescriber decides about what is planned: as soon as about a held dose, and
    before her next visit."""
    days = journey.protocol.safety.hold_next_dose.review_within_business_days
    work = business_days_after(journey.calendar, now, days)
    return min((at for at in (work, next_start(journey, now)) if at is not None), default=None)


def _not_decided(journey: Journey) -> Iterator[AgendaItem]:
    for task in journey.tasks:
        if task.key.startswith(f"{HOSPITAL}/") and task.due is not None:
            yield AgendaItem(
                key=f"{task.key}/not-decided/{task.due:%Y%m%dT%H%M%S}",
                at=task.due,
                line="escalate: nobody has decided about what is planned",
                act=EscalateAct(
                    ladder=LadderName.DECISION,
                    what="a decision about what is planned is open",
                    treatment=None,
                    about=HOSPITAL,
                ),
            )


def status_items(journey: Journey) -> Iterator[AgendaItem]:
    """The end of a pause, and a stay in hospital, are looked at by a person (rule 23)."""
    yield from _not_decided(journey)
    pause = journey.pause
    if pause is None or pause.until is None:
        return
    key = f"pause/{pause.signed.recorded_at:%Y%m%dT%H%M%S}/until"
    yield nudge_item(key, pause.until, Role.COORDINATOR, "The pause ends: resume, or extend", None)
