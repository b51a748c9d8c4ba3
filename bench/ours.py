"""The product under measurement: its own worker process, its records, its commands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from temporalio.client import Client, WorkflowHandle

from bench.entry import ASSESSED, CONSENTED
from bench.in_clear import PLUGIN
from bench.keys import KEYS, RING
from bench.phones import Phones
from bench.plan import Pace
from bench.programs import worker
from config.loader import load_protocol
from local.child import Child
from local.temporal_server import TemporalServer
from pathway import commands as cmd
from pathway.calendar import Calendar, OpenHours
from pathway.commands.base import AboutTreatment
from pathway.dosing import milligrams_of
from pathway.facts import Choice, Step
from pathway.facts.scores import Gad7, Phq9, Purpose
from pathway.journey import Contact
from records.database import Records, migrate
from records.enrolment import enrol
from records.patient_model import EnrolmentRow, PhoneKind
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN
from workers.plugin import waymark_plugin
from workflows.messages import TASK_QUEUE, Answer, JourneyOutcome, JourneyStart, Opening

_PROTOCOL = load_protocol()
_WEIGHT_KG = 70.0
_READING = {
    "systolic_mmhg": 128,
    "diastolic_mmhg": 82,
    "heart_rate": 74,
    "spo2_percent": 98,
    "breathing_rate": 14,
    "moaas": 5,
    "dissociation": "none",
}
_NO = dict.fromkeys(("wished_dead", "better_off_dead", "thoughts_of_killing", "ever_tried"), False)
_SCORES = {
    "purpose": Purpose.PRE_DOSE,
    "phq9": {**dict.fromkeys(Phq9.model_fields, 2), "self_harm": 0},
    "gad7": dict.fromkeys(Gad7.model_fields, 1),
}
_PREFLIGHT = {
    "items": {n: i.go_when for n, i in _PROTOCOL.steps.infusion.preflight.asked.items()},
    "weight_kg": _WEIGHT_KG,
    "screen": _NO,
}
_DOSE = {
    "dose_mg_per_kg": 0.5,
    "milligrams": milligrams_of(_PROTOCOL.course.dose, 0.5, _WEIGHT_KG),
    "confirmed_by": "second",
}
_LEAVING = {"padss": 10, "escort": "present", "printed_sheet": True}
_DECISION = {
    "choice": Choice.CONTINUE_SAME,
    "reason": "discussed",
    "goal": "back at work",
    "course_end": "after six visits",
    "review": "it does her good",
}
_ACTS: Mapping[str, tuple[type[cmd.Command], str, dict[str, Any]]] = {
    "record_preparation": (cmd.RecordPreparation, "therapist", {}),
    "record_scores": (cmd.RecordScores, "nurse", _SCORES),
    "record_preflight": (cmd.RecordPreflight, "nurse", _PREFLIGHT),
    "start_infusion": (cmd.StartInfusion, "nurse", _DOSE),
    "end_infusion": (cmd.EndInfusion, "nurse", {}),
    "record_vitals": (cmd.RecordVitals, "nurse", {}),
    "record_screen": (cmd.RecordScreen, "nurse", {"answers": _NO, "asked_at": "discharge"}),
    "sign_discharge": (cmd.SignDischarge, "prescriber", {}),
    "discharge": (cmd.RecordDischarge, "nurse", _LEAVING),
    "record_psychotherapy": (cmd.RecordPsychotherapy, "therapist", {}),
    "record_decision": (cmd.RecordDecision, "prescriber", _DECISION),
}


def _a_zone_at_midday() -> str:
    """A zone whose clock stands between ten and eleven now: no quiet hours come near."""
    hours = datetime.now(UTC).hour
    east = (10 - hours + 12) % 24 - 12
    # The names of these zones count towards the west.
    zone = f"Etc/GMT{-east:+d}"
    assert datetime.now(ZoneInfo(zone)).hour == 10  # noqa: S101
    return zone


@dataclass
class Ours:
    """A worker of the product on one server and one database."""

    client: Client
    records: Records
    worker: Child
    phones: Phones
    pace: Pace
    zone: str = field(default_factory=_a_zone_at_midday)

    @property
    def opening(self) -> dict[str, Any]:
        hours = tuple(OpenHours(weekday=d, opens=time(0), closes=time(23, 59)) for d in range(7))
        return {
            "protocol": self.pace.protocol(_PROTOCOL),
            "calendar": Calendar(zone=self.zone, country_zones=(self.zone,), hours=hours),
            "contact": Contact(zone=self.zone),
        }

    async def patient(self, number: int, _treatments: int) -> "OurPatient":
        """A patient with a mobile of her own; her journey is started by `admit`."""
        row = EnrolmentRow(
            given_name=f"Bench{number}",
            family_name="Example",
            born=date(1980, 5, 4),
            phone_e164=f"+1415{5_000_000 + number}",
            phone_kind=PhoneKind.MOBILE,
            zone=self.zone,
            text_consent=True,
        )
        enrolment = await enrol(self.records, row, datetime.now(UTC))
        return OurPatient(self, enrolment.reference, str(row.phone_e164))


@asynccontextmanager
async def running(
    server: TemporalServer,
    database: str,
    phones: Phones,
    folder: Path,
    pace: Pace,
    *,
    sealed: bool = True,
    **others: str,
) -> AsyncIterator[Ours]:
    """The product's own worker process, as `make run` starts it.

    Args:
        sealed: whether what Temporal keeps is; False for a comparison, the product always seals.
        others: settings of its own, by the names of their variables.
    """
    await migrate(database, ring=RING)
    records = await Records.open(database, ring=RING)
    client = await Client.connect(
        server.address,
        namespace=server.namespace,
        plugins=[waymark_plugin(RING) if sealed else PLUGIN],
    )
    settings = {
        "TEMPORAL_ADDRESS": server.address,
        "TEMPORAL_NAMESPACE": server.namespace,
        "WAYMARK_STATE_DIR": str(folder),
        "WAYMARK_KEYS": KEYS,
        "WAYMARK_DATABASE_URL": database,
        "WAYMARK_LOG_LEVEL": "WARNING",
        # The most that the settings allow: what limits a clinic's sender is not measured here.
        "WAYMARK_TEXTS_PER_SECOND": "100",
        # Texts that are days apart in life have the same words here; the fuse is still asked.
        "WAYMARK_SAME_TEXT_HOURS": "0",
        "WAYMARK_TEXTS_A_DAY": "1000",
        "WAYMARK_TWILIO_API_BASE": phones.url,
        "TWILIO_ACCOUNT_SID": DEMONSTRATION_ACCOUNT,
        "TWILIO_AUTH_TOKEN": DEMONSTRATION_TOKEN,
        "TWILIO_FROM": "+15005550006",
        **others,
    }
    program = worker("workers.worker" if sealed else "bench.in_clear", folder, settings)
    try:
        await program.up()
        yield Ours(client, records, program, phones, pace)
    finally:
        await program.stop()
        await records.close()


@dataclass
class OurPatient:
    """One journey, driven by the same commands as anyone's."""

    ours: Ours
    reference: str
    phone: str
    _done: int = 0

    @property
    def handle(self) -> WorkflowHandle[Any, JourneyOutcome]:
        return self.ours.client.get_workflow_handle(self.reference, result_type=JourneyOutcome)

    async def start(self) -> None:
        await self.ours.client.start_workflow(
            "PatientJourney",
            JourneyStart(opening=Opening(reference=self.reference, **self.ours.opening)),
            id=self.reference,
            task_queue=TASK_QUEUE,
            static_summary=f"Pathway {self.reference}",
        )

    async def do(
        self, command: type[cmd.Command], role: str = "coordinator", **told: Any
    ) -> Answer:
        """Give a command now, by somebody of that role."""
        told = {"key": f"bench-{uuid4()}", "by": role, "happened_at": datetime.now(UTC)} | told
        built = command.model_validate({"role": role, **told})
        answer: Answer = await self.handle.execute_update(
            command.name, built, id=built.update_id, result_type=Answer
        )
        return answer

    async def admit(self) -> None:
        """She is told first what she agrees to with texts: one text that the toys do not send."""
        await self.start()
        await self.ours.phones.until(self.phone, 1)
        await self.do(cmd.RecordAssessment, "prescriber", **ASSESSED)
        await self.do(cmd.RecordConsent, **CONSENTED)

    async def book(self, treatment: int, step: str) -> None:
        """An infusion comes with its psychotherapy slot, which is moved when its turn comes."""
        now = datetime.now(UTC)
        told: dict[str, Any] = {"treatment": treatment, "step": step}
        told["at"] = self.ours.pace.appointment(now)
        if step == Step.PSYCHOTHERAPY:
            await self.do(cmd.Move, revision=1, **told)
            return
        if step == Step.INFUSION:
            told["psychotherapy_at"] = self.ours.pace.slot(now)
        await self.do(cmd.Book, **told)

    async def act(self, treatment: int, kind: str) -> None:
        command, role, told = _ACTS[kind]
        reading = _READING | {"at": datetime.now(UTC)}
        if command in {cmd.RecordVitals, cmd.RecordPreflight}:
            told = {"readings": [reading], **told}
        if issubclass(command, AboutTreatment):
            told = {"treatment": treatment, **told}
        await self.do(command, role, **told)

    async def close(self) -> None:
        await self.do(cmd.Close, outcome="completed", reason="course complete")
        await self.handle.result()
