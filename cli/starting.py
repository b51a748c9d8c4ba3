"""Journeys of enrolled patients: started once, and told when somebody else gets their phone."""

import asyncio
from collections.abc import Iterable
from uuid import uuid4

from temporalio.service import RPCError

from cli import asking
from cli.contact_options import contact_of
from cli.not_there import EndedError
from cli.session import Session
from cli.trouble import Trouble
from config.loader import load_protocol
from config.publishing import NotForPatientsError
from pathway.commands import ChangeContact
from pathway.model import Model, PathwayReference, StaffId
from pathway.refusals import Refused
from pathway.roles import Role
from records import patients
from workers.connection import UnreachableError
from workers.starting import Starter

ITSELF: tuple[StaffId, Role] = ("waymark", Role.OPS)
"""Who signs what follows from an enrolment, when nobody says who enrols."""

References = tuple[PathwayReference, ...]


class Started(Model):
    """What became of the journeys that were to be started."""

    started: References = ()
    left: References = ()
    """Not started within the patience of the command; a worker's sweep starts them."""
    unanswered: bool = False
    """Temporal gave no answer."""
    refused: str | None = None
    """Why the protocol may not treat this clinic's patients: no journey was started."""


async def start_waiting(session: Session) -> tuple[References, References]:
    """Start what is to be started; returns the journeys that were started, and those left."""
    done = await start_within_patience(session)
    return done.started, done.left


async def start_within_patience(session: Session) -> Started:
    """Start the journey of everybody who is enrolled without one, as far as patience reaches."""
    waiting = await patients.not_started(session.records)
    if not waiting:
        return Started()
    unanswered, refused = False, None
    try:
        starter = Starter(
            records=session.records,
            client=await session.temporal(),
            clinic=session.clinic,
            protocol=load_protocol(session.settings.protocol_file),
            task_queue=session.settings.task_queue,
        )
        async with asyncio.timeout(session.left.total_seconds()):
            await starter.start(waiting, session.now)
    except (UnreachableError, RPCError):
        unanswered = True
    except NotForPatientsError as error:
        refused = str(error)
    except TimeoutError:
        pass
    left = set(await patients.not_started(session.records))
    return Started(
        started=tuple(one for one in waiting if one not in left),
        left=tuple(one for one in waiting if one in left),
        unanswered=unanswered,
        refused=refused,
    )


async def tell_contact(
    session: Session, references: Iterable[PathwayReference], by: tuple[StaffId, Role]
) -> tuple[References, References]:
    """Tell these journeys what the records now say of reaching them.

    Returns those that know, and those that gave no answer or are stranded. Until they know, the
    records alone keep a text from leaving.
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
        except EndedError:
            continue
        except (Trouble, Refused, UnreachableError, RPCError):
            not_told.append(reference)
        else:
            told.append(reference)
    return tuple(told), tuple(not_told)
