"""Journeys of enrolled patients: started once, and told when somebody else gets their phone."""

import contextlib
from collections.abc import Iterable
from uuid import uuid4

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from cli import asking
from cli.contact_options import contact_of
from cli.session import Session
from cli.trouble import Trouble
from config.calendar import calendar_from
from config.loader import load_protocol
from pathway.commands import ChangeContact
from pathway.model import PathwayReference, StaffId
from pathway.protocol import Protocol
from pathway.refusals import Refused
from pathway.roles import Role
from records import patients
from workers.connection import UnreachableError
from workflows.messages import JourneyStart, Opening

ITSELF: tuple[StaffId, Role] = ("waymark", Role.OPS)
"""Who signs what follows from an enrolment, when nobody says who enrols."""

References = tuple[PathwayReference, ...]


async def start_waiting(session: Session) -> tuple[References, References]:
    """Start the journey of everybody who is enrolled without one.

    Returns those that were started, and those for which Temporal gave no answer.
    """
    waiting = await patients.not_started(session.records)
    if not waiting:
        return (), ()
    protocol = load_protocol(session.settings.protocol_file)
    started: list[PathwayReference] = []
    try:
        client = await session.temporal()
        for reference in waiting:
            await _start(session, client, reference, protocol)
            started.append(reference)
    except (UnreachableError, RPCError):
        pass
    return tuple(started), waiting[len(started) :]


async def _start(
    session: Session, client: Client, reference: PathwayReference, protocol: Protocol
) -> None:
    """Start one journey; one that runs, or has ended, is left as it is."""
    opening = Opening(
        reference=reference,
        protocol=protocol,
        calendar=calendar_from(session.clinic, session.now),
        contact=await contact_of(session, reference),
    )
    with contextlib.suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            "PatientJourney",
            JourneyStart(opening=opening),
            id=reference,
            task_queue=session.settings.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=f"Pathway {reference}",
        )
    await patients.mark_started(session.records, reference, session.now)


async def sharing_with(session: Session, created: Iterable[PathwayReference]) -> References:
    """Who else is on the phones of these new patients."""
    others: dict[PathwayReference, None] = {}
    for reference in created:
        patient = await patients.get(session.records, reference)
        if patient is not None and patient.phone_shared and patient.phone_e164:
            on_it = await patients.on_phone(session.records, patient.phone_e164)
            others |= dict.fromkeys(other for other in on_it if other != reference)
    return tuple(others)


async def tell_contact(
    session: Session, references: Iterable[PathwayReference], by: tuple[StaffId, Role]
) -> tuple[References, References]:
    """Tell these journeys what the records now say of reaching them.

    Returns those that know, and those that gave no answer. Until they know, the records alone
    keep a text from leaving.
    """
    told: list[PathwayReference] = []
    not_told: list[PathwayReference] = []
    for reference in references:
        command = ChangeContact(
            key=str(uuid4()),
            by=by[0],
            role=by[1],
            happened_at=session.now,
            contact=await contact_of(session, reference),
        )
        try:
            await asking.give(session, reference, command)
        except (Trouble, Refused, UnreachableError, RPCError):
            not_told.append(reference)
        except asking.EndedError:
            continue
        else:
            told.append(reference)
    return tuple(told), tuple(not_told)
