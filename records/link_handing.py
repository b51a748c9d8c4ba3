"""Who handed which link out, when and for whom. Each time is kept; nothing is ever deleted."""

from sqlalchemy import insert, select, update

from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.roles import Role
from records.columns import written_now
from records.database import Records, in_time
from records.links import Link, LinkKind
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
    made = {name: getattr(link, name) for name in Link.model_fields}
    noted = {
        **{name: made[name] for name in ("reference", "kind", "about", "whom", "expires_at")},
        "link": link.id,
        "by": by,
        "role": role,
        "at": at,
    }
    async with records.statements() as connection:
        absent = insert_absent(LinkRow, records.dialect)
        await connection.execute(absent, made | {"written_at": written_now()})
        if await changed_by(connection, later) != 1:
            return False
        written = {"written_at": written_now()}
        await connection.execute(insert(LinkHandedOut).values(**noted, **written))
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
