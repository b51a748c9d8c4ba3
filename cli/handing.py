"""Handing over what somebody owns: each item a command of its own, under one key for all."""

from hashlib import sha256

from cli.documents import Handover, OwnedLine
from cli.exit_codes import ExitCode
from cli.giving import answered
from cli.output import Output
from cli.session import Session
from cli.trouble import Trouble
from pathway.commands import HandOver
from pathway.model import Instant, StaffId
from pathway.roles import Role
from records.visible import visible_row
from records.worklist import WorkRow

NO_ANSWER = "no_answer"


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

    async def hand(self, rows: list[WorkRow]) -> Handover:
        """Hand over each of these. Raises Trouble for what no repeating would help."""
        items = [await self._handed(line) for line in rows]
        return Handover(
            as_of=self.session.now, owner=self.owner, to=self.to, key=self.key, items=tuple(items)
        )

    async def _handed(self, line: WorkRow) -> OwnedLine:
        shown = line_of(line, self.signed[1], NO_ANSWER)
        try:
            done = await answered(self.session, self.output, line.reference, self._command(line))
        except Trouble as trouble:
            if trouble.exit_code not in {ExitCode.NO_ANSWER, ExitCode.NOT_FOUND}:
                raise
            return shown
        outcome = "handed_over" if done.happened or done.repeated else "nothing_changed"
        if done.refused:
            outcome = "refused"
        return shown.model_copy(update={"outcome": outcome, "refused": done.refused})

    def _command(self, line: WorkRow) -> HandOver:
        by, role = self.signed
        parts = (self.owner, self.to or "", line.reference, item_of(line), self.key)
        return HandOver(
            by=by,
            role=role,
            happened_at=self.at,
            key="handover-" + sha256("\n".join(parts).encode()).hexdigest()[:32],
            escalation=line.owed.escalation,
            task=None if line.owed.escalation else line.owed.key,
            to=self.to,
            note=self.note,
        )

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
