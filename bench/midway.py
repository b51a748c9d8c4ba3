"""Journeys that are opened in the midst of a treatment, as a run is that continued as new.

Starting ten thousand by hand-given commands would take hours; the state is made by the same
rules, once, and each journey begins with a copy of it under its own name.
"""

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from bench.entry import ASSESSED, CONSENTED
from bench.ours import Ours
from config.loader import load_protocol
from pathway import civil
from pathway import commands as cmd
from pathway.admit import admit
from pathway.apply import apply_all, open_journey
from pathway.events import JourneyOpened
from pathway.facts import Step
from pathway.journey import Journey
from pathway.moments import DayBefore
from pathway.protocol import Reminder, Template
from records import patients
from records.enrolment import CROCKFORD, enrol
from records.patient_model import EnrolmentRow, PhoneKind
from workflows.messages import TASK_QUEUE, Carried, JourneyStart


def booked(ours: Ours, due: datetime, spread: timedelta) -> Journey:
    """A journey whose next text leaves at `due`, a whole minute, plus its share of the spread."""
    opening = ours.opening | {"protocol": load_protocol()}
    protocol = opening["protocol"]
    at = due.astimezone(ZoneInfo(ours.zone))
    reminder = Reminder(at=DayBefore(clock=time(at.hour, at.minute)), text=Template.APPOINTMENT)
    infusion = protocol.steps.infusion.model_copy(update={"reminders": (reminder,)})
    steps = protocol.steps.model_copy(update={"infusion": infusion})
    texting = protocol.texting.model_copy(update={"spread": spread})
    opening["protocol"] = protocol.model_copy(update={"steps": steps, "texting": texting})
    now = datetime.now(UTC)
    journey = open_journey(JourneyOpened(at=now, reference="J-0000000000", **opening))
    for command in _until_booked(due + timedelta(days=1)):
        journey = apply_all(journey, admit(journey, command, now))
    # What texts are she was told when she was enrolled, long ago.
    messages = journey.messages.model_copy(update={"welcome": None})
    return journey.model_copy(update={"messages": messages})


def _until_booked(at: datetime) -> Iterator[cmd.Command]:
    given: dict[str, Any] = {"by": "bench", "happened_at": datetime.now(UTC)}

    def build(command: type[cmd.Command], role: str, **told: Any) -> cmd.Command:
        return command.model_validate({"role": role, "key": f"bench-{uuid4()}", **given, **told})

    yield build(cmd.RecordAssessment, "prescriber", **ASSESSED)
    yield build(cmd.RecordConsent, "nurse", **CONSENTED)
    yield build(cmd.Book, "coordinator", treatment=1, step=Step.INFUSION, at=at)


async def opened(ours: Ours, journey: Journey, number: int) -> tuple[str, str]:
    """Enrol somebody and start her journey there; her reference and phone."""
    row = EnrolmentRow(
        given_name=f"Scale{number}",
        family_name="Example",
        born=date(1980, 5, 4),
        phone_e164=f"+1510{5_000_000 + number}",
        phone_kind=PhoneKind.MOBILE,
        zone=ours.zone,
        text_consent=True,
    )
    patient = await enrol(ours.records, row, datetime.now(UTC))
    await start(ours, journey, patient.reference)
    # Else the worker would start her, from the assessment.
    await patients.mark_started(ours.records, patient.reference, datetime.now(UTC))
    return patient.reference, str(row.phone_e164)


def a_reference() -> str:
    """Of a journey whose patient is in no records: it may wait, but not text."""
    return "J-" + "".join(secrets.choice(CROCKFORD) for _ in range(10))


async def start(ours: Ours, journey: Journey, reference: str) -> None:
    own = journey.model_copy(update={"reference": reference})
    carried = Carried(journey=own, answers={}, confirmed_through=own.events)
    await ours.client.start_workflow(
        "PatientJourney", JourneyStart(carried=carried), id=reference, task_queue=TASK_QUEUE
    )


def due_instant(journey: Journey, reference: str, due: datetime) -> float:
    """When the text of this journey should leave, as a wall-clock second."""
    offset = civil.spread_offset(reference, journey.protocol.texting.spread)
    return (due + offset).timestamp()
