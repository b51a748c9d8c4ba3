"""Who may open a patient's record: a restricted or an erased one opens to few, or to nobody."""

from cli.exit_codes import ExitCode
from cli.session import Session
from cli.trouble import Trouble, not_found
from pathway.model import PathwayReference
from pathway.roles import Role
from records import erasing, patients, restriction
from records.patient_model import StoredPatient
from records.visible import visible_to


def not_in(role: Role, who: str) -> Trouble:
    sentence = f"This is not for {role}: {who}."
    return Trouble(ExitCode.REFUSED, "not_in_this_role", sentence)


def require_privacy_officer(role: Role) -> None:
    """Raises Trouble for anybody else."""
    if role is not Role.PRIVACY_OFFICER:
        raise not_in(role, "the privacy officer does it")


def require_auditor(role: Role) -> None:
    """Raises Trouble for whoever looks after neither privacy nor the machines."""
    if role not in {Role.PRIVACY_OFFICER, Role.OPS}:
        raise not_in(role, "the privacy officer or ops does it")


def require_reaching(role: Role) -> None:
    """Raises Trouble for whoever does not reach patients."""
    if "address" not in visible_to(role):
        raise not_in(role, "a coordinator, a clinician or the privacy officer does it")


async def reading_as(
    session: Session, reference: PathwayReference, reader: Role | None
) -> Role | None:
    """As whom a journey's pages are read: as nobody where they are restricted from that role."""
    hidden = await restriction.hidden_from(session.records, reference, reader)
    return None if hidden else reader


async def known(session: Session, reference: PathwayReference) -> StoredPatient:
    """Her row. Raises Trouble when she is not enrolled, or was erased."""
    stored = await patients.get(session.records, reference)
    if stored is not None:
        return stored
    erasure = await erasing.erased(session.records, reference)
    if erasure is None:
        raise not_found(reference)
    raise Trouble(
        ExitCode.NOT_FOUND,
        "erased",
        f"{reference} was erased on {erasure.at:%Y-%m-%d} by {erasure.by}: nothing of who it "
        "was is kept.",
    )


async def opened(session: Session, reference: PathwayReference, role: Role) -> StoredPatient:
    """The same. Raises Trouble also when her record is restricted from this role."""
    stored = await known(session, reference)
    if await restriction.hidden_from(session.records, reference, role):
        raise Trouble(
            ExitCode.REFUSED,
            "restricted",
            "This record is restricted: only the privacy officer sees it.",
        )
    return stored
