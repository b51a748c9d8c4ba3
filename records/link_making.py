"""What links are made about, for whom, and how long they may be answered."""

from datetime import datetime, timedelta

from config.links import link_id
from pathway.model import PathwayReference
from pathway.roles import ASSESSORS, PRESCRIBERS, Role
from records.link_handing import HandedOut
from records.links import Link, LinkKind
from records.page_model import Listed
from workflows.messages import SendPage

TAKEN_WITHIN = timedelta(hours=12)
"""A page older than this has been followed by others."""
ANSWERED_WITHIN = timedelta(days=3)
_SESSION = "a follow-up"
"""As a page may name it: it lies open on a locked phone's screen."""


def to_take(page: SendPage, person: str, held: tuple[Role, ...]) -> Link:
    """The link by which this person takes what she is paged about; another page, another link.

    Args:
        held: the roles that are hers.
    """
    # Paged as whoever has a role, she takes it in that one; paged by name, in her gravest.
    role = max(held, key=_may_take) if page.person and held else Role(page.role)
    return _taking(page, person, role, page.as_of)


def to_take_listed(page: Listed, person: str, at: datetime) -> Link:
    """The link to take one of several that one text tells of: the one she was made when it came.

    Args:
        at: when the text goes.
    """
    return _taking(page, person, page.role, at)


def take_id(page: SendPage | Listed, person: str) -> str:
    """The id of the link by which this person takes this page."""
    return link_id(LinkKind.TAKE, page.reference, page.key, person)


def _taking(page: SendPage | Listed, person: str, role: Role, at: datetime) -> Link:
    return Link(
        id=take_id(page, person),
        kind=LinkKind.TAKE,
        reference=page.reference,
        about=page.escalation,
        what=page.what,
        since=page.since,
        whom=person,
        role=role,
        made_at=at,
        expires_at=at + TAKEN_WITHIN,
    )


def _may_take(role: Role) -> int:
    if role in PRESCRIBERS | {Role.ON_CALL_CLINICIAN}:
        return 2
    return int(role in ASSESSORS)


def about_session(
    reference: PathwayReference,
    treatment: int,
    revision: int | None,
    *,
    ends: datetime,
    whom: str,
    now: datetime,
) -> Link:
    """The link by which a therapist outside says whether her session was held.

    Args:
        revision: of the appointment; None where none is booked.
        ends: when the session ends.
    """
    about = f"t{treatment}" if revision is None else f"t{treatment}/a{revision}"
    return Link(
        id=link_id(LinkKind.SESSION, reference, about, whom),
        kind=LinkKind.SESSION,
        reference=reference,
        about=about,
        what=_SESSION,
        since=ends,
        whom=whom,
        role=Role.THERAPIST,
        made_at=now,
        expires_at=max(ends, now) + ANSWERED_WITHIN,
    )


def recommendation_after(session: Link) -> Link:
    """The link by which she says what she recommends after this session."""
    kind = LinkKind.RECOMMENDATION
    made = {name: getattr(session, name) for name in Link.model_fields}
    id_ = link_id(kind, session.reference, session.about, session.whom)
    return Link.model_validate(made | {"id": id_, "kind": kind})


def session_of(link: Link | HandedOut) -> tuple[int, int | None]:
    """Treatment and revision of the session that a link is about."""
    treatment, _, revision = link.about.partition("/")
    return int(treatment[1:]), int(revision[1:]) if revision else None
