"""Who gives a command: a member of staff, in a role that is hers."""

from typing import Annotated

import typer

from cli.session import Session
from cli.trouble import wrong_usage
from cli.typed_words import nobody_has
from pathway.model import StaffId
from pathway.roles import CLINICIANS, Role

By = Annotated[
    str | None,
    typer.Option("--by", envvar="WAYMARK_BY", metavar="STAFF-ID", help="Who says or does it."),
]
InRole = Annotated[
    Role | None,
    typer.Option(
        "--role",
        envvar="WAYMARK_ROLE",
        metavar="ROLE",
        help="In which role; needed by whoever holds several.",
    ),
]


def require_clinician(session: Session, staff_id: StaffId, option: str) -> None:
    """Raises Trouble in one sentence unless this person acts in a clinical role of the clinic."""
    held = session.roles_of(staff_id)
    if held is None:
        raise wrong_usage(f"{option}: {nobody_has(staff_id)}")
    if not CLINICIANS.intersection(held):
        raise wrong_usage(f"{option}: {staff_id} acts in no clinical role.")


def reads_as(session: Session, by: str | None, role: Role | None) -> Role | None:
    """The role that a reader reads in: of several that are hers, one that sees the most.

    None is a reader who has not said who she is: she sees what a coordinator may.
    """
    held = session.roles_of(by) if by else None
    if held and role is None:
        return next((each for each in held if each in CLINICIANS), held[0])
    return acting(session, by, role)[1] if by else role


def acting(session: Session, by: str | None, role: Role | None) -> tuple[StaffId, Role]:
    """The person and her role. Raises Trouble in one sentence when the clinic says otherwise."""
    if not by:
        raise wrong_usage("Say who acts: give --by with a staff id, or set WAYMARK_BY.")
    held = session.roles_of(by)
    if held is None:
        raise wrong_usage(nobody_has(by))
    if role is None:
        if len(held) > 1:
            raise wrong_usage(f"{by} acts in several roles, give --role: {', '.join(held)}.")
        return by, held[0]
    if role not in held:
        raise wrong_usage(f"{by} does not act as {role}, only as {', '.join(held)}.")
    return by, role
