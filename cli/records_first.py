"""What the records must say before the journey is told, since a sending text asks them last."""

from cli.exit_codes import ExitCode
from cli.session import Session
from cli.trouble import Trouble, not_found
from pathway import commands as cmd
from pathway.model import PathwayReference
from records import patients
from records.errors import RecordsUnavailableError, UnknownPatientError

STOPS = (cmd.HoldTexts, cmd.ReportDeath)
"""What stops texts. If the records cannot take it down, the journey is told all the same."""


async def write_first(
    session: Session, reference: PathwayReference, command: cmd.Command
) -> Trouble | None:
    """Write a hold, its release or a death down; a stop that could not be comes back as trouble.

    Raises:
        RecordsError: for what is no stop, so that nothing is let go by half.
    """
    try:
        await _write(session, reference, command)
    except UnknownPatientError:
        if not isinstance(command, STOPS):
            raise not_found(reference) from None
        return Trouble(
            ExitCode.NOT_FOUND,
            "not_in_records",
            f"The journey was told, but the records know no patient {reference}: tell ops.",
        )
    except RecordsUnavailableError as error:
        if not isinstance(command, STOPS):
            raise
        return Trouble(
            ExitCode.NO_ANSWER,
            "records_unavailable",
            f"The journey was told, but not the records: {error}. A text on its way may still "
            "go out: repeat this.",
        )
    return None


async def _write(session: Session, reference: PathwayReference, command: cmd.Command) -> None:
    match command:
        case cmd.HoldTexts():
            await patients.set_hold(session.records, reference, held=True)
        case cmd.ReleaseTexts():
            await patients.set_hold(session.records, reference, held=False)
        case cmd.ReportDeath():
            await patients.set_deceased(session.records, reference)


def written_by_records(command: cmd.Command) -> bool:
    """Whether the command has its effect in the records too, even after a journey's end."""
    return isinstance(command, (*STOPS, cmd.ReleaseTexts, cmd.ChangeContact))
