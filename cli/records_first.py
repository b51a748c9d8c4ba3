"""What the records must say before the journey is told, since a sending text asks them last."""

from typing import NamedTuple

from cli.exit_codes import ExitCode
from cli.session import Session
from cli.trouble import Trouble, not_found
from pathway import civil
from pathway import commands as cmd
from pathway.facts.contact import ContactOutcome, ContactWith
from pathway.facts.safety import Seriousness
from pathway.model import PathwayReference
from records import inbound, patients
from records.errors import RecordsUnavailableError, UnknownPatientError

_STOPS = (cmd.HoldTexts, cmd.ReportHospital, cmd.ReportDeath, cmd.OptOut, cmd.DoubtPhone)
_LETS_GO = (cmd.ReleaseTexts, cmd.BackFromHospital, cmd.ConfirmPhone, cmd.ChangeContact)


def stops_texts(command: cmd.Command) -> bool:
    """Whether it stops texts: the journey is told it even when the records cannot take it."""
    stops = isinstance(command, _STOPS) or tells_of_death(command)
    return stops or doubts_phone(command) or _refused_by_her(command)


def tells_of_death(command: cmd.Command) -> bool:
    """Whether it reports a death that nobody has recorded yet: texts are held (rule 23)."""
    return isinstance(command, cmd.ReportAdverseEvent) and Seriousness.DEATH in command.serious


def doubts_phone(command: cmd.Command) -> bool:
    """Whether it says that her number may not be hers, or that no text can reach it (rule 26)."""
    match command:
        case cmd.DoubtPhone() | cmd.RecordReply(wrong_number=True):
            return True
        case cmd.RecordDeliveryFailure():
            return command.number_at_fault and not _refused_by_her(command)
        case cmd.RecordContactAttempt(outcome=ContactOutcome.WRONG_NUMBER):
            return command.whom is ContactWith.PATIENT
        case _:
            return False


def _refused_by_her(command: cmd.Command) -> bool:
    """Whether the provider says that she has opted out with it."""
    return isinstance(command, cmd.RecordDeliveryFailure) and command.reason == "opted_out"


class First(NamedTuple):
    """What came of writing a command down first."""

    trouble: Trouble | None = None
    """A stop that could not be written; the journey is told all the same."""
    changed: bool = False
    """Whether the records learned by it that she has died, or that she lives after all."""


async def write_first(session: Session, reference: PathwayReference, command: cmd.Command) -> First:
    """Write down what the records must know first; a stop that could not be is trouble.

    Raises:
        RecordsError: for what is no stop, so that nothing is let go by half.
    """
    try:
        return First(changed=await _write(session, reference, command))
    except UnknownPatientError:
        if not stops_texts(command):
            raise not_found(reference) from None
        return First(
            Trouble(
                ExitCode.NOT_FOUND,
                "not_in_records",
                f"The journey was told, but the records know no patient {reference}: tell ops.",
            )
        )
    except RecordsUnavailableError as error:
        if not stops_texts(command):
            raise
        return First(
            Trouble(
                ExitCode.NO_ANSWER,
                "records_unavailable",
                f"The journey was told, but not the records: {error}. A text on its way may "
                "still go out: repeat this.",
            )
        )


async def _write(session: Session, reference: PathwayReference, command: cmd.Command) -> bool:
    """Write it; True when the records learned by it that she has died, or that she lives."""
    records = session.records
    match command:
        case cmd.HoldTexts() | cmd.ReleaseTexts():
            held = isinstance(command, cmd.HoldTexts)
            await patients.set_hold(records, reference, held=held)
        case cmd.ReportHospital() | cmd.BackFromHospital():
            there = isinstance(command, cmd.ReportHospital)
            await patients.set_in_hospital(records, reference, there=there)
        case cmd.ReportDeath():
            return await patients.set_deceased(records, reference)
        case cmd.RetractDeath():
            return await patients.retract_death(records, reference)
        case cmd.ConfirmPhone():
            on = civil.local(command.happened_at, session.zone).date()
            await patients.confirm_phone(records, reference, on)
        case _ if tells_of_death(command):
            await patients.set_hold(records, reference, held=True)
        case _ if isinstance(command, cmd.OptOut) or _refused_by_her(command):
            await patients.set_opt_out(records, reference, opted_out=True)
        case _ if doubts_phone(command):
            await patients.doubt_phone(records, reference)
    return False


async def write_after(session: Session, reference: PathwayReference, command: cmd.Command) -> None:
    """What the records keep once the journey has taken it up. Raises RecordsError."""
    if isinstance(command, cmd.HandleMessages | cmd.AnswerMessages):
        await inbound.handled_for(session.records, reference, command.by)


def written_by_records(command: cmd.Command) -> bool:
    """Whether the command has its effect in the records too, even after a journey's end."""
    kept = (*_LETS_GO, cmd.RecordDisclosure, cmd.RetractDeath)
    return stops_texts(command) or isinstance(command, kept)
