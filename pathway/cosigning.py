"""The second signature of a decision: when it is wanted, and who may give it (rule 9)."""

from datetime import datetime

from pathway.commands import Cosign
from pathway.facts import Choice, Decision
from pathway.facts.decision import Cosignature, CosignedHow
from pathway.folding import name_words
from pathway.gates import signed
from pathway.journey import Journey, Treatment
from pathway.model import StaffId
from pathway.refusals import Reason, Refused

_ANOTHERS = "The second signature is another person's."
_TITLES = frozenset(
    {
        *("dr", "doctor", "md", "prof", "professor", "phd", "psyd", "dnp", "np", "rn", "lcsw"),
        *("mr", "mrs", "ms", "miss", "mx"),
    }
)
"""What stands before or behind a name, and tells nobody from another."""


def words_of_staff(name: str) -> frozenset[str]:
    """The words of a name without titles; of one that is nothing but titles, these."""
    words = name_words(name)
    return words - _TITLES or words


def _is(staff: StaffId, stated_by: str) -> bool:
    """Whether a name as it was taken down is this member of staff."""
    return words_of_staff(staff) <= words_of_staff(stated_by)


def cosignature_wanted(journey: Journey, choice: Choice) -> bool:
    return choice in journey.protocol.steps.decision.cosigned_by.required_for


def recommended(
    journey: Journey, treatment: Treatment, choice: Choice, decided_by: StaffId
) -> Cosignature | None:
    """The therapist's recommendation, as the signature that it counts for (rule 9).

    One that the prescriber took down herself counts for none: she would sign twice.
    """
    session = treatment.psychotherapy
    said = session.recommendation if session else None
    counts = journey.protocol.steps.decision.cosigned_by.recommendation_in_record_counts
    if said is None or not counts or said.choice is not choice:
        return None
    if said.signed.by == decided_by or (said.stated_by and _is(decided_by, said.stated_by)):
        return None
    return Cosignature(
        how=CosignedHow.RECOMMENDED,
        reason=said.reason,
        stated_by=said.stated_by,
        signed=said.signed,
    )


def cosignature(
    journey: Journey, decision: Decision, command: Cosign, now: datetime
) -> Cosignature:
    """The second signature: by who owes it, by the named cover, or stated and taken down.

    Raises:
        Refused: when this person may not give it.
    """
    rules = journey.protocol.steps.decision.cosigned_by
    if command.by == decision.signed.by:
        raise Refused(Reason.ROLE, _ANOTHERS)
    if command.stated_by is not None and _is(decision.signed.by, command.stated_by):
        raise Refused(Reason.ROLE, _ANOTHERS)
    signature = signed(command, now)
    if command.stated_by is not None:
        return Cosignature(how=CosignedHow.SIGNED, stated_by=command.stated_by, signed=signature)
    if command.role is rules.who:
        return Cosignature(how=CosignedHow.SIGNED, signed=signature)
    if command.role is not rules.cover:
        raise Refused(
            Reason.ROLE,
            f"A decision is signed beside the prescriber by {rules.who} or, as "
            f"cover, {rules.cover}.",
        )
    if command.reason is None and command.agrees:
        raise Refused(Reason.NOT_SAID, "Say why the cover signs instead (reason).")
    return Cosignature(how=CosignedHow.COVERED, reason=command.reason, signed=signature)
