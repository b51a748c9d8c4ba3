"""The second person of an act: who confirms a dose, whose word signs a decision (rules 9, 12).

The journey knows staff by their ids and no roles but the giver's; the clinic knows the rest.
"""

from cli import asking
from cli.acting import require_clinician
from cli.session import Session
from cli.trouble import wrong_usage
from pathway.commands import (
    Command,
    Cosign,
    RecordPsychotherapy,
    RecordRecommendation,
    StartInfusion,
)
from pathway.cosigning import words_of_staff
from pathway.model import PathwayReference

_SIGNS = Cosign | RecordRecommendation | RecordPsychotherapy
"""What may be, or count as, the second signature of a decision."""


async def require_second_person(
    session: Session, reference: PathwayReference, command: Command
) -> None:
    """Raises Trouble where the second person is no clinician, or is the first one again."""
    if isinstance(command, StartInfusion) and command.confirmed_by is not None:
        require_clinician(session, command.confirmed_by, "--confirmed-by")
    if isinstance(command, _SIGNS) and command.stated_by and _recommends(command):
        await _another_than_decided(session, reference, command, command.stated_by)


def _recommends(command: _SIGNS) -> bool:
    return not isinstance(command, RecordPsychotherapy) or command.recommendation is not None


async def _another_than_decided(
    session: Session, reference: PathwayReference, command: _SIGNS, stated_by: str
) -> None:
    seen = await asking.overview(session, reference)
    treatment = next((t for t in seen.treatments if t.number == command.treatment), None)
    decision = treatment.decision if treatment else None
    if decision is None or decision.in_force:
        return
    decider = session.clinic.staff(decision.signed.by)
    if decider is not None and _may_be(stated_by, decider.name):
        raise wrong_usage(
            "--stated-by: this is the name of who took the decision. The second signature is "
            "another person's: give that person's whole name."
        )


def _may_be(stated_by: str, name: str) -> bool:
    """Whether it tells nobody else than this name: with more words around it, or with fewer."""
    said, own = words_of_staff(stated_by), words_of_staff(name)
    return own <= said or said <= own
