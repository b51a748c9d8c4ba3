"""Grave ladders: grave enough, never asleep, never slow."""

from collections.abc import Iterator
from datetime import timedelta

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import step_rules
from pathway.protocol import LadderName, Level, Protocol, Rung
from pathway.protocol.places import Place
from pathway.roles import Role

_GRAVE = (Level.URGENT, Level.SAFETY)
_LONGEST_WAIT = timedelta(hours=1)


def _grave_rungs(protocol: Protocol) -> Iterator[tuple[Place, Rung, bool]]:
    """Each rung of each grave ladder, and whether it is its last."""
    for name in LadderName:
        ladder = protocol.ladders.named(name)
        for n, rung in enumerate(ladder.rungs, 1):
            if ladder.level in _GRAVE:
                yield ("ladders", name.value, "rungs", n - 1), rung, n == len(ladder.rungs)


def _must_be_grave(protocol: Protocol) -> Iterator[tuple[Place, LadderName]]:
    """Where danger starts a ladder (rules 14, 18, 20, 21 and 22)."""
    safety, steps = protocol.safety, protocol.steps
    for tier in ("review", "urgent", "high"):
        yield ("safety", tier, "ladder"), getattr(safety, tier).ladder
    for name in ("checkin", "follow_up"):
        yield ("steps", name, "worse", "escalate"), getattr(steps, name).worse.escalate
    yield ("steps", "monitoring", "left_early", "ladder"), steps.monitoring.left_early.ladder
    yield ("steps", "monitoring", "ladder"), steps.monitoring.ladder
    for name, rules in step_rules(protocol):
        if rules.missed and rules.missed.high_risk:
            yield ("steps", name, "missed", "high_risk"), rules.missed.high_risk


def safety_ladder_too_low(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, name in _must_be_grave(protocol):
        level = protocol.ladders.named(name).level
        if level not in _GRAVE:
            expected = "a ladder of level urgent or safety"
            do = "Choose another ladder, or raise its level."
            yield error("safety_ladder_too_low", place, expected, f"{name}, {level}", do)


def grave_ladder_that_sleeps(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """Its last rung repeats until somebody acknowledges: somebody must be there at any hour."""
    awake = around.around_the_clock
    if awake is None:
        return
    for place, rung, last in _grave_rungs(protocol):
        if last and rung.to is not Role.PATIENT and rung.to not in awake:
            expected = "a role that the rota fills around the clock, closed days too"
            do = "End with somebody who is always there, or give this role shifts at every hour."
            yield error("grave_ladder_that_sleeps", (*place, "to"), expected, rung.to, do)


def grave_rung_that_waits_long(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, rung, _ in _grave_rungs(protocol):
        if rung.wait > _LONGEST_WAIT:
            expected = f"at most {format_duration(_LONGEST_WAIT)} on an urgent or safety ladder"
            do = "Turn to the next sooner: nobody has answered, and it is urgent."
            yield error("grave_rung_that_waits_long", (*place, "wait"), expected, rung.wait, do)


RULES = (safety_ladder_too_low, grave_ladder_that_sleeps, grave_rung_that_waits_long)
