"""The part that people play in a story: staff who give commands at their time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from cli import asking
from cli.records_first import write_first
from cli.refused import keep
from cli.session import Session
from config.clinic import Clinic
from local.demo.director import Director
from local.demo.notebook import Notebook
from pathway import civil
from pathway.commands import Command
from pathway.facts import Step
from pathway.model import PathwayReference
from pathway.overview import Overview
from pathway.refusals import Reason, Refused
from pathway.roles import Role

_WHO = {
    Role.COORDINATOR: "mara.voss",
    Role.MENTAL_HEALTH_PROFESSIONAL: "ines.abara",
    Role.THERAPIST: "jon.pell",
    Role.THERAPIST_LEAD: "ines.abara",
    Role.NURSE: "nia.crow",
    Role.PRESCRIBER: "dr.hale",
    Role.ON_CALL_CLINICIAN: "dr.moreau",
    Role.MEDICAL_DIRECTOR: "dr.tamm",
    Role.PATIENT: "patient",
}


async def _said(value: Any) -> Any:
    """A field's value, or what a look at the journey gives for it."""
    return await value() if callable(value) else value


@dataclass
class Player:
    """One patient's story: its clock, its commands, and how far it has come."""

    name: str
    """The story's name in the notebook: the referral's record number."""
    reference: PathwayReference
    session: Session
    director: Director
    notebook: Notebook
    now: datetime
    """Where the story stands on the clinic's clock."""
    acts: int = 0

    @property
    def clinic(self) -> Clinic:
        return self.session.clinic

    @property
    def _behind(self) -> bool:
        """Whether this act was done before the demonstration was stopped."""
        return self.acts < self.notebook.done.get(self.name, 0)

    def clock(self, day: date, at: str) -> datetime:
        """What the clinic's clock says: clock(day, "10:00")."""
        return civil.instant(day, time.fromisoformat(at), self.clinic.zone)

    async def at(self, moment: datetime) -> None:
        """Let time pass until this instant."""
        if not self._behind:
            await self.director.until(self.reference, moment)
        self.now = moment

    async def after(self, **passed: float) -> None:
        """Let some time pass: after(minutes=40)."""
        await self.at(self.now + timedelta(**passed))

    async def do(
        self, command: type[Command], role: Role = Role.COORDINATOR, **fields: Any
    ) -> None:
        """Give one command, as `waymark do` gives it; a refusal is a fault of the story."""
        await self._act(lambda: self._given(command, role, fields))

    async def refused(
        self, command: type[Command], role: Role = Role.COORDINATOR, **fields: Any
    ) -> None:
        """Give a command that the rules forbid; it is shown in the diary with its reason."""

        async def given() -> None:
            try:
                await self._given(command, role, fields)
            except Refused:
                return
            raise AssertionError(f"{self.name}: {command.name} should have been refused")

        await self._act(given)

    async def look(self) -> Overview:
        """The journey as it stands now."""
        return await self.director.overview(self.reference)

    async def _act(self, act: Callable[[], Awaitable[None]]) -> None:
        if not self._behind:
            await act()
            self.director.changed(self.reference)
            self.notebook.note(self.name, self.acts + 1)
        self.acts += 1

    async def _given(self, command: type[Command], role: Role, fields: dict[str, Any]) -> None:
        told = {name: await _said(value) for name, value in fields.items()}
        built = command.model_validate(
            {
                "key": f"demo-{self.name}-{self.acts:03}",
                "by": _WHO[role],
                "role": role,
                "happened_at": self.now,
                **told,
            }
        )
        await write_first(self.session, self.reference, built)
        try:
            await asking.give(self.session, self.reference, built)
        except Refused as refused:
            # Stopped between the answer and its note: it was done, about a state now gone.
            if refused.code is not Reason.KEY_REUSED:
                await keep(self.session, self.reference, built, refused, self.now)
                raise

    async def escalation(self) -> str:
        """The one that was opened last and is still open."""
        return (await self.look()).escalations[-1].id

    async def revision(self, step: Step) -> int:
        """The revision of a step's appointment that stands now, or stood last."""
        return (await self.look()).treatments[-1].revision(step)

    def first_day(self, later: int) -> date:
        """A day at the start of the demonstration that a visit could be held on."""
        return self.visit_day(self.notebook.first_day + timedelta(days=later))

    def visit_day(self, not_before: date) -> date:
        """The first day from then on that is staffed, and the day after it too."""
        day = not_before
        while not (self._staffed(day) and self._staffed(day + timedelta(days=1))):
            day += timedelta(days=1)
        return day

    def day_before(self, day: date) -> date:
        """The last staffed day before a visit."""
        before = day - timedelta(days=1)
        while not self._staffed(before):
            before -= timedelta(days=1)
        return before

    def _staffed(self, day: date) -> bool:
        calendar = self.clinic.calendar(day, 1)
        return day.weekday() < 5 and bool(calendar.spans(day))
