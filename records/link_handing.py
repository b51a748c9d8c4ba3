"""Who handed which link out, when and for whom. Each time is kept; nothing is ever deleted."""

from sqlalchemy import insert, select, update

from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.roles import Role
from records.columns import written_now
from records.database import Records, in_time
from records.links import Link, LinkKind, row_of
from records.tables import Link as LinkRow
from records.tables import LinkHandedOut
from records.upsert import changed_by, insert_absent


class HandedOut(Model):
    """That somebody of the staff was given a link to hand to somebody."""

    link: str
    """Its id, by which nobody can open it."""
    reference: PathwayReference
    kind: LinkKind
    about: str
    whom: str
    """A staff id, or treating_therapist where she is nobody's staff."""
    by: StaffId
    role: Role
    at: Instant
    expires_at: Instant


@in_time
async def hand_out(records: Records, link: Link, *, by: StaffId, role: Role, at: Instant) -> bool:
    """Make a link, or let it be answered for as long as this one, and note who did so.

    False, and nothing is noted, when it has taken its answer.
    """
    later = (
        update(LinkRow)
        .where(LinkRow.id == link.id, LinkRow.used_at.is_(None))
        .values(expires_at=link.expires_at)
    )
    same = ("reference", "kind", "about", "whom", "expires_at")
    noted = {
        **{name: getattr(link, name) for name in same},
        "link": link.id,
        "by": by,
        "role": role,
        "at": at,
        "written_at": written_now(),
    }
    async with records.statements() as connection:
        await connection.execute(insert_absent(LinkRow, records.dialect), row_of(link))
        if await changed_by(connection, later) != 1:
            return False
        await connection.execute(insert(LinkHandedOut).values(**noted))
        return True


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[HandedOut, ...]:
    """The links about one patient that were handed out, the oldest first."""
    query = (
        select(LinkHandedOut)
        .where(LinkHandedOut.reference == reference)
        .order_by(LinkHandedOut.at, LinkHandedOut.id)
    )
    async with records.session() as session:
        return tuple(
            HandedOut(**{name: getattr(row, name) for name in HandedOut.model_fields})
            for row in await session.scalars(query)
        )
