"""A journey that takes nothing up: it has ended, was ended from outside, or never began."""

from temporalio.client import Client

from activities.watch_look import COMPLETED, NOT_FOUND, PAUSED, RUNNING, Look
from cli.exit_codes import ExitCode
from cli.session import Session
from cli.trouble import Trouble, not_found
from pathway.model import PathwayReference
from pathway.refusals import Reason
from records import patients, restriction
from records.errors import RecordsError

STRANDED = "stranded"
_BECAME = {
    "terminated": "was terminated",
    "canceled": "was cancelled",
    "failed": "has failed",
    "timed_out": "has timed out",
    NOT_FOUND: "is no longer in Temporal",
}
"""What became of its workflow, by the state in which it is found."""


class EndedError(Trouble):
    """The journey has come to its own end; its workflow takes nothing up any more."""

    def __init__(self) -> None:
        super().__init__(
            ExitCode.NOT_FOUND,
            Reason.ENDED,
            "This journey has ended, and Temporal keeps it no longer. Its journal is in the "
            "records: `waymark patient copy` writes it out for the privacy officer.",
        )


class StrandedError(Trouble):
    """Its workflow was ended from outside, or is gone, and the patient is still cared for."""

    def __init__(self, reference: PathwayReference, state: str) -> None:
        became = _BECAME.get(state, "does not run")
        super().__init__(
            ExitCode.NO_ANSWER,
            STRANDED,
            f"This journey is stranded: its workflow {became}, so nothing reminds, texts or pages "
            "for this patient. Do what is owed by hand (`waymark worklist` lists it); if there is "
            "danger, call the clinician on call yourself, now. Ops bring it back with `waymark "
            f"ops bring-back {reference}`.",
        )


async def why_not_there(
    session: Session, client: Client, reference: PathwayReference
) -> Trouble | None:
    """Why it takes nothing up; None when its workflow is there.

    Raises RPCError where Temporal does not answer.
    """
    state = await Look(client).state(reference)
    if state in {RUNNING, PAUSED}:
        return None
    if state == COMPLETED:
        return EndedError()
    try:
        never_began = await _never_began(session, reference) if state == NOT_FOUND else None
        cared_for = never_began or await restriction.is_cared_for(session.records, reference)
    except RecordsError:
        # Nobody is told that it has ended of whom that is not known.
        return not_found(reference) if state == NOT_FOUND else StrandedError(reference, state)
    if never_began:
        return never_began
    return StrandedError(reference, state) if cared_for else EndedError()


async def _never_began(session: Session, reference: PathwayReference) -> Trouble | None:
    """Nobody of this reference, or somebody who is enrolled and whose workflow is not started."""
    trouble = not_found(reference)
    stored = await patients.get(session.records, reference)
    if stored is None:
        return trouble
    if stored.started_at is not None:
        return None
    trouble.sentence = (
        f"{reference} is enrolled, but Temporal knows no such journey. "
        "`waymark enroll --start` starts those that were not started."
    )
    return trouble
