"""One treatment, and the step it waits for."""

from enum import StrEnum

from pydantic import Field

from pathway.facts import (
    Appointment,
    Arrival,
    Decision,
    Discharge,
    Findings,
    Infusion,
    Preflight,
    Preparation,
    Psychotherapy,
    SideEffect,
    Signature,
    Step,
    Vitals,
)
from pathway.facts.corrections import Superseded
from pathway.facts.decision import Orders
from pathway.facts.safety import ScreenResult
from pathway.model import Instant, Model, Sentence


class Stage(StrEnum):
    """Where a journey stands: the step it waits for."""

    ASSESSMENT = "assessment"
    PREPARATION = "preparation"
    INFUSION = "infusion"
    MONITORING = "monitoring"
    PSYCHOTHERAPY = "psychotherapy"
    DECISION = "decision"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"


class Treatment(Model):
    """One cycle: preparation, infusion, monitoring, psychotherapy, decision."""

    number: int = Field(ge=1)
    opened_at: Instant
    opening: int = Field(default=1, ge=1)
    """How often this number was opened: a decision taken anew may close it before it begins."""
    checkin_of: int | None = None
    """The treatment before, whose check-in goes on beside this one.

    None in the first, and where this one opened before what became of that was kept.
    """
    appointments: tuple[Appointment, ...] = ()
    """The appointment that stands, one for a step at most."""
    revisions: dict[Step, int] = Field(default_factory=dict)
    """The last revision used for a step, so that a number never comes twice."""
    arrival: Arrival | None = None
    """The latest; whether she is still here follows from what was recorded since."""
    preparation: Preparation | None = None
    preflight: Preflight | None = None
    infusion: Infusion | None = None
    aborted: tuple[Infusion, ...] = ()
    """Starts at which no medicine reached her: none of them was a treatment (rule 11)."""
    vitals: tuple[Vitals, ...] = ()
    screens: tuple[ScreenResult, ...] = ()
    """What its direct screens came to, in the order of their entry."""
    findings: Findings = Findings()
    """What readings come to that are no longer carried along."""
    side_effects: tuple[SideEffect, ...] | None = None
    """None is not asked; empty is asked, and none."""
    rescue_drugs: tuple[Sentence, ...] | None = None
    discharge_signed: tuple[Signature, ...] = ()
    """Who has signed that she may leave; her discharge takes them up."""
    deviations_signed: Signature | None = None
    """The prescriber who has seen what differed from the protocol."""
    discharge: Discharge | None = None
    left_unstarted: tuple[Discharge, ...] = ()
    """How she left visits of this treatment at which no start is recorded."""
    psychotherapy: Psychotherapy | None = None
    earlier_sessions: tuple[Psychotherapy, ...] = ()
    """Outcomes that a session held after all supersedes, oldest first (rule 7)."""
    decision: Decision | None = None
    earlier_decisions: tuple[Decision, ...] = ()
    """Decisions in force that another was taken instead of, oldest first."""
    orders: Orders = Orders()
    """What the decision before it planned it as."""
    superseded: tuple[Superseded, ...] = ()
    """Entries that were corrected, oldest first."""

    def appointment(self, step: Step) -> Appointment | None:
        return next((a for a in self.appointments if a.step is step), None)

    def revision(self, step: Step) -> int:
        return self.revisions.get(step, 0)

    @property
    def infusion_ended_at(self) -> Instant | None:
        return self.infusion.ended_at if self.infusion else None

    @property
    def deviations(self) -> tuple[str, ...]:
        """All that differed from the protocol in this treatment, to be signed by a prescriber."""
        entries = (
            *self.aborted,
            self.infusion,
            *self.left_unstarted,
            self.discharge,
            self.psychotherapy,
        )
        return tuple(says for entry in entries if entry is not None for says in entry.deviations)

    @property
    def stage(self) -> Stage:
        if self.infusion is None:
            return Stage.INFUSION if self.preparation else Stage.PREPARATION
        if self.infusion.ended_at is None:
            return Stage.INFUSION
        if self.discharge is None:
            return Stage.MONITORING
        if self.psychotherapy is None:
            return Stage.PSYCHOTHERAPY
        return Stage.DECISION
