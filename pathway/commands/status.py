"""What stops a whole journey for a while, or leads out of it; and back again."""

from pydantic import Field

from pathway.commands.base import Command
from pathway.facts.status import ClockAnswer
from pathway.model import Instant, Sentence


class ReportHospital(Command):
    name = "report_hospital"
    says = "Record that the patient is in hospital: every text is paused, a prescriber is told."
    reason: Sentence | None = None


class BackFromHospital(Command):
    name = "back_from_hospital"
    says = "Record that the patient has left the hospital: texts go out again."
    note: Sentence


class Pause(Command):
    name = "pause"
    says = "Pause the journey; each thing that is booked or running is kept, shifted or cancelled."
    reason: Sentence
    until: Instant | None = None
    clocks: dict[str, ClockAnswer] = Field(default_factory=dict)


class Resume(Command):
    name = "resume"
    says = "Go on after a pause, or after the patient had left; what was shifted is booked anew."
    reason: Sentence


class Withdraw(Command):
    name = "withdraw"
    says = "Record that the patient leaves the programme."
    reason: Sentence
    clocks: dict[str, ClockAnswer] = Field(default_factory=dict)


class TransferCare(Command):
    name = "transfer_care"
    says = "Record that somebody else takes over the care."
    to: Sentence
    reason: Sentence
    clocks: dict[str, ClockAnswer] = Field(default_factory=dict)
