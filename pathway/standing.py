"""Where a patient stands on her way into the programme, check by check, and who sees what of it."""

from enum import StrEnum

from pathway.model import Instant, Model
from pathway.resistance import Weighed
from pathway.roles import CLINICIANS, Role


class Verdict(StrEnum):
    OPEN = "open"
    CAUTION = "caution"
    """Shown wherever somebody decides; nothing is held up."""
    NEEDS_CLEARANCE = "needs_clearance"
    NOT_RECORDED = "not_recorded"
    SHUT = "shut"

    @property
    def holds_up(self) -> bool:
        return self in _HOLD_UP


_HOLD_UP = (Verdict.NEEDS_CLEARANCE, Verdict.NOT_RECORDED, Verdict.SHUT)


class EntryCheck(Model):
    """One thing that must be right, and why it is or is not."""

    item: str
    says: str
    verdict: Verdict
    why: str
    door: str | None = None
    """What opens the way again."""
    substance_use: bool = False
    """Seen by clinicians alone; others see open or shut (rule 29)."""


class Standing(Model):
    """Everything that speaks for and against her being treated, as far as it is recorded."""

    checks: tuple[EntryCheck, ...]
    trials: tuple[Weighed, ...] = ()
    good_until: Instant | None = None
    """When the assessment, or its last interval review, goes stale."""

    @property
    def admits(self) -> bool:
        return not any(check.verdict.holds_up for check in self.checks)


def seen_by(standing: Standing, role: Role | None) -> Standing:
    """What a role may read: only clinicians see findings, others see open or shut (rule 29)."""
    if role in CLINICIANS:
        return standing
    plain = [_open_or_shut(c) for c in standing.checks if not c.substance_use]
    tagged = [c.verdict.holds_up for c in standing.checks if c.substance_use]
    if tagged:
        plain.append(
            EntryCheck(
                item="for_clinicians",
                says="Findings that clinicians see",
                verdict=Verdict.SHUT if any(tagged) else Verdict.OPEN,
                why="",
            )
        )
    return standing.model_copy(update={"checks": tuple(plain), "trials": ()})


def _open_or_shut(check: EntryCheck) -> EntryCheck:
    # A caution would tell that something was found, and holds nothing up.
    verdict = check.verdict if check.verdict.holds_up else Verdict.OPEN
    return check.model_copy(update={"verdict": verdict, "why": ""})
