"""Refusals are written down by whoever asked: they leave no trace in the journey's own history."""

from datetime import datetime

from cli.session import Session
from pathway.commands import Command
from pathway.model import PathwayReference
from pathway.refusals import Refused
from records import refusals


async def keep(
    session: Session,
    reference: PathwayReference,
    command: Command,
    refused: Refused,
    at: datetime,
) -> None:
    """Keep a refusal as the person who got it read it. Raises RecordsError."""
    row = refusals.Refused(
        reference=reference,
        command=command.name,
        code=refused.code,
        sentence=refused.sentence,
        by=command.by,
        role=command.role,
        at=at,
    )
    await refusals.record(session.records, row)
