"""How a journey ends: by a death, or closed with its outcome; and how a death is taken back."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.anchors import done
from pathway.apply import apply
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Step
from pathway.flags import open_flags
from pathway.gates import require_role, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, Role
from pathway.rules.texts import texts_held
from pathway.status import decide_by


@handle.register
def _(command: cmd.ReportDeath, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.deceased_at is None:
        yield ev.DeathReported(at=now, signed=signed(command, now))


@handle.register
def _(command: cmd.RetractDeath, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CLINICIANS, "Taking back a death")
    if journey.deceased_at is None:
        return
    retracted = ev.DeathRetracted(at=now, signed=signed(command, now), reason=command.reason)
    yield retracted
    after = apply(journey, retracted)
    if after.over:
        return
    # What stopped without anybody's word does not begin again without one.
    yield from texts_held(after, command.by, "a death was recorded and taken back", now)
    task = StaffTask(
        key=f"death/{journey.events}/taken-back",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line="A death was recorded in error and is taken back: go through what fell due "
        "meanwhile, then have the texts released (release_texts)",
        opened_at=now,
        treatment=after.treatment.number if after.treatment else None,
        due=decide_by(after, now),
    )
    yield ev.TaskOpened(at=now, task=task)


@handle.register
def _(command: cmd.Close, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.open_escalations:
        listed = ", ".join(e.id for e in journey.open_escalations)
        raise Refused(
            Reason.ESCALATION_OPEN,
            f"A journey does not end while an escalation is open ({listed}). Resolve it first.",
        )
    _assessed_first(journey)
    infusion = journey.treatment.infusion if journey.treatment else None
    if infusion and journey.treatment and journey.treatment.discharge is None:
        raise Refused(
            Reason.OUT_OF_ORDER, "The patient has not left yet: record the discharge first."
        )
    if any(t.infusion_ended_at and not done(t, Step.PSYCHOTHERAPY) for t in journey.treatments):
        # Ended here, the session she is still owed would be missed and nobody would know.
        raise Refused(
            Reason.OUT_OF_ORDER,
            "The session after a visit is still owed: record first how it ended, even if it "
            "was declined.",
        )
    yield ev.JourneyEnded(at=now, outcome=command.outcome, reason=command.reason, by=command.by)


def _assessed_first(journey: Journey) -> None:
    """After the end nobody looks for it any more: a flag is lifted before (rules 18, 21)."""
    stands = open_flags(journey)
    if not stands:
        return
    says = {
        False: "a clinician assesses the patient (assess_risk)",
        True: "a prescriber reviews what it tells of (review_flag)",
    }
    bodily = {f.bodily for f in stands}
    first = " and ".join(sentence for which, sentence in says.items() if which in bodily)
    raise Refused(
        Reason.FLAG_OPEN,
        f"A journey does not end while a safety flag is open ({', '.join(f.id for f in stands)}). "
        f"First {first}.",
    )
