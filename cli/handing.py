"""Handing over what somebody owns: each item a command of its own, under one key for all."""

import re
from collections.abc import Sequence
from hashlib import sha256

from cli.command_options import built
from cli.documents import Handover, OwnedLine
from cli.exit_codes import ExitCode
from cli.foreseeing import asked_briefly
from cli.giving import answered
from cli.not_there import STRANDED
from cli.output import Output
from cli.session import Session
from cli.trouble import Trouble
from pathway.commands import Command, HandOver
from pathway.model import Instant, PathwayReference, StaffId
from pathway.roles import Role
from records.visible import visible_row
from records.worklist import WorkRow
from workers.connection import UnreachableError

NO_ANSWER = "no_answer"
HANDED_OVER = "handed_over"
_ESCALATION = re.compile(r"e[1-9][0-9]*")
_NOT_OPEN = "no longer on the work list"

Item = tuple[PathwayReference, str]
"""A journey, and its escalation's id or its line's key."""


def item_of(line: WorkRow) -> str:
    """How a line is named: its escalation, else its key."""
    return line.owed.escalation or line.owed.key


def line_of(row: WorkRow, reader: Role | None, outcome: str) -> OwnedLine:
    """A line as this reader may see it."""
    seen = visible_row(row, reader)
    return OwnedLine(
        reference=row.reference,
        item=item_of(seen),
        is_escalation=row.owed.escalation is not None,
        given_name=seen.given_name,
        family_name=seen.family_name,
        born=seen.born,
        what=seen.owed.line,
        due=seen.owed.due,
        outcome=outcome,
    )


def _not_listed(item: Item) -> OwnedLine:
    """An item that the work list has no line for any more."""
    reference, name = item
    return OwnedLine(
        reference=reference,
        item=name,
        is_escalation=_ESCALATION.fullmatch(name) is not None,
        given_name=None,
        family_name=None,
        born=None,
        what=_NOT_OPEN,
        due=None,
        outcome=NO_ANSWER,
    )


class HandingOver:
    """One handing over: every item a command of its own, so that one refused stops no other."""

    def __init__(
        self,
        session: Session,
        output: Output,
        owner: StaffId,
        to: StaffId | None,
        note: str,
        signed: tuple[StaffId, Role],
        at: Instant,
        key: str,
    ) -> None:
        self.session, self.output, self.owner, self.to = session, output, owner, to
        self.note, self.signed, self.at, self.key = note, signed, at, key

    async def hand(self, rows: list[WorkRow], before: Sequence[OwnedLine] = ()) -> Handover:
        """Hand over each of these, beside what was done `before`.

        Raises Trouble for what no repeating would help, and typer.BadParameter for the note.
        """
        items = [*before, *[await self._handed(line) for line in rows]]
        return Handover(
            as_of=self.session.now, owner=self.owner, to=self.to, key=self.key, items=tuple(items)
        )

    async def done_before(self, item: Item, row: WorkRow | None) -> OwnedLine | None:
        """What the same call did with an item that is its owner's no more; None: it did nothing.

        Without an answer nobody knows. The line stands in the list as it is now, in `row`.
        """
        reader = self.signed[1]
        shown = line_of(row, reader, NO_ANSWER) if row else _not_listed(item)
        command = self._command(*item)
        try:
            seen = await asked_briefly(self.session, item[0], command)
        except (Trouble, UnreachableError, TimeoutError) as error:
            missing = isinstance(error, Trouble) and error.exit_code is ExitCode.NOT_FOUND
            return None if missing else shown
        # Handing over always changes something, unless it was done under this key.
        if seen.refused or seen.happens:
            return None
        return shown.model_copy(update={"outcome": HANDED_OVER})

    async def _handed(self, line: WorkRow) -> OwnedLine:
        shown = line_of(line, self.signed[1], NO_ANSWER)
        command = self._command(line.reference, item_of(line))
        try:
            done = await answered(self.session, self.output, line.reference, command)
        except Trouble as trouble:
            if trouble.exit_code not in {ExitCode.NO_ANSWER, ExitCode.NOT_FOUND}:
                raise
            if trouble.code == STRANDED:
                self.output.note(f"{line.reference}: {trouble.sentence}")
            return shown
        outcome = HANDED_OVER if done.happened or done.repeated else "nothing_changed"
        if done.refused:
            outcome = "refused"
        return shown.model_copy(update={"outcome": outcome, "refused": done.refused})

    def _command(self, reference: PathwayReference, item: str) -> Command:
        by, role = self.signed
        parts = (self.owner, self.to or "", reference, item, self.key)
        values = {
            "by": by,
            "role": role,
            "happened_at": self.at,
            "key": "handover-" + sha256("\n".join(parts).encode()).hexdigest()[:32],
            "escalation" if _ESCALATION.fullmatch(item) else "task": item,
            "to": self.to,
            "note": self.note,
        }
        return built(HandOver, values)

    def ended(self, document: Handover) -> ExitCode:
        """Say how to repeat what had no answer; the exit code of it all."""
        outcomes = [line.outcome for line in document.items]
        if NO_ANSWER in outcomes:
            self.output.note(
                "Some had no answer and may have been handed over or not. Give the same line again "
                f"with --key {self.key} --happened-at {self.at.isoformat()}: it counts once."
            )
            return ExitCode.NO_ANSWER
        if "refused" not in outcomes:
            return ExitCode.OK
        return ExitCode.REFUSED if {*outcomes} == {"refused"} else ExitCode.SOME_ROWS_BAD
