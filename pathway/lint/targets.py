"""Whom a protocol turns to: everybody can be found, and every ladder ends with a person."""

from collections.abc import Iterator
from datetime import timedelta

from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import ladders_named, roles_named
from pathway.protocol import LadderName, Level, Protocol, Rung
from pathway.protocol.places import Place
from pathway.roles import PRESCRIBERS, Role

_SHORTEST_WAIT = timedelta(minutes=1)
_LONGEST_LOOK = timedelta(hours=4)


def _rungs(protocol: Protocol) -> Iterator[tuple[Place, Rung]]:
    for name in LadderName:
        for n, rung in enumerate(protocol.ladders.named(name).rungs):
            yield ("ladders", name.value, "rungs", n), rung


def role_that_nobody_fills(protocol: Protocol, around: Around) -> Iterator[Finding]:
    if around.roles is None:
        return
    for place, role in roles_named(protocol):
        if role not in around.roles:
            expected = "a role that the rota fills at some hour"
            do = "Name another role, or give this one shifts in the clinic's file."
            yield error("role_that_nobody_fills", place, expected, role, do)


def ladder_that_nothing_starts(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    named = [ladder for _, ladder in ladders_named(protocol)]
    for ladder in LadderName:
        if ladder not in named:
            expected = "a ladder that some step, tier or answer sets off"
            do = "Refer to it where it should start; nobody is turned to by it now."
            place = ("ladders", ladder.value)
            yield error("ladder_that_nothing_starts", place, expected, "nothing", do)


def ladder_without_staff(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """The last rung repeats until somebody acknowledges, which a patient cannot."""
    for name in LadderName:
        rungs = protocol.ladders.named(name).rungs
        if rungs[-1].to is Role.PATIENT:
            place = ("ladders", name.value, "rungs", len(rungs) - 1, "to")
            expected = "a member of staff on the last rung, which repeats"
            do = "Add a rung for somebody who can acknowledge."
            yield error("ladder_without_staff", place, expected, Role.PATIENT, do)


def rung_without_a_pause(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, rung in _rungs(protocol):
        if rung.wait < _SHORTEST_WAIT:
            expected = "at least a minute for somebody to answer"
            do = "Give the rung a wait, or it pages without end."
            yield error("rung_without_a_pause", (*place, "wait"), expected, rung.wait, do)


def rung_that_waits_for_morning(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for name in LadderName:
        ladder = protocol.ladders.named(name)
        for n, rung in enumerate(ladder.rungs):
            if rung.hours == "staffed" and ladder.level in (Level.URGENT, Level.SAFETY):
                place = ("ladders", name.value, "rungs", n, "hours")
                expected = f"any hours on a ladder of level {ladder.level}"
                do = "Take `hours: staffed` away, or give the ladder a lower level."
                yield error("rung_that_waits_for_morning", place, expected, rung.hours, do)


def owner_who_looks_too_late(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    longest = protocol.ladders.acknowledged_but_open
    if not timedelta(0) < longest <= _LONGEST_LOOK:
        place = ("ladders", "acknowledged_but_open")
        do = "Rule 21: what is taken on and still open is raised again after four hours at most."
        yield error("owner_who_looks_too_late", place, "more than 0s, at most 4h", longest, do)


def prescriber_who_is_none(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Only prescribers decide about the taper and override a gate (rules 8 and 16)."""
    steps = protocol.steps
    for place, role in (
        (("steps", "decision", "owner"), steps.decision.owner),
        (
            ("steps", "infusion", "preflight", "overridden_by"),
            steps.infusion.preflight.overridden_by,
        ),
    ):
        if role not in PRESCRIBERS:
            do = "Name the prescriber, the supervising clinician or the medical director."
            yield error("prescriber_who_is_none", place, "a role that prescribes", role, do)


def discharge_that_nobody_signs(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    if not protocol.steps.monitoring.signed_by:
        place = ("steps", "monitoring", "signed_by")
        do = "Name who signs that a patient may leave."
        yield error("discharge_that_nobody_signs", place, "at least one role", "none", do)


def deadline_that_sets_nothing_off(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A missed follow-up or decision that nobody owns is what the programme is there against."""
    for name in ("psychotherapy", "decision"):
        rules = getattr(protocol.steps, name)
        for key in ("due", "missed"):
            if getattr(rules, key) is None:
                expected = f"`{key}`: by when it is owed, and which ladder a miss sets off"
                do = "Add it; without it nobody is told when the step does not happen."
                place = ("steps", name)
                yield error("deadline_that_sets_nothing_off", place, expected, "none", do)


RULES = (
    role_that_nobody_fills,
    ladder_that_nothing_starts,
    ladder_without_staff,
    rung_without_a_pause,
    rung_that_waits_for_morning,
    owner_who_looks_too_late,
    prescriber_who_is_none,
    discharge_that_nobody_signs,
    deadline_that_sets_nothing_off,
)
