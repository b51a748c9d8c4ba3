"""What the watch found of a journey, as a line of the work list: somebody sees to it by hand."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.findings import FindingKind
from pathway.model import StaffId
from pathway.roles import Role
from records.patient_of_a_line import PATIENT
from records.readable import bundle
from records.tables import Journey, Owed, Patient, WatchFinding

_LINES = {
    FindingKind.STRANDED: "Nothing reminds, texts or pages for this journey any more: do by hand "
    "what is owed, until ops have brought it back",
    FindingKind.STUCK: "This journey gives no answer: do by hand what is owed, until ops have "
    "found out why",
    FindingKind.LATE: "Something is due for this journey and was not done: do it by hand, and ask "
    "ops why",
    FindingKind.SILENT: "Nothing is due by itself for this journey and nobody is asked: say what "
    "comes next",
}
_FOUND = bundle("found", WatchFinding.kind, WatchFinding.reference, WatchFinding.found_at)
"""Not its words: for the work list there are others."""
_SEE_IT = frozenset({None, Role.COORDINATOR, Role.OPS})

Line = tuple[Owed, Journey | None, Row[Any]]


async def found_lines(session: AsyncSession, role: str | None, owner: StaffId | None) -> list[Line]:
    """Lines for the coordinator and ops; where nothing pages for a danger, for whoever looks."""
    query = (
        select(_FOUND, Journey, PATIENT)
        .outerjoin(Journey, Journey.reference == WatchFinding.reference)
        .outerjoin(Patient, Patient.reference == WatchFinding.reference)
        .where(
            WatchFinding.closed_at.is_(None),
            WatchFinding.kind.in_([kind.value for kind in _LINES]),
        )
    )
    return list(_shown((await session.execute(query)).all(), role, owner))


def _shown(
    found: Sequence[Row[Any, Journey | None, Row[Any]]],
    role: str | None,
    owner: StaffId | None,
) -> Iterator[Line]:
    for finding, journey, patient in found:
        stopped = finding.kind != FindingKind.SILENT
        if stopped or (owner is None and role in _SEE_IT):
            yield _line(finding, "danger" if stopped else "today"), journey, patient


def _line(finding: Row[Any], section: str) -> Owed:
    return Owed(
        reference=finding.reference,
        key=f"watch/{finding.kind}",
        section=section,
        role=Role.COORDINATOR,
        since=finding.found_at,
        due=None,
        line=_LINES[FindingKind(finding.kind)],
        shows="{}",
    )
