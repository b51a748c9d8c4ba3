"""Confirmed by telephone, as by her digit: it holds for the appointment as it now stands."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts.replies import Confirmed
from pathway.gates import current_treatment, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused


@handle.register
def _(command: cmd.ConfirmVisit, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    booked = current_treatment(journey, command).appointment(command.step)
    words = command.step.value
    if booked is None:
        raise Refused(Reason.NOT_BOOKED, f"No {words} appointment is booked: book it first.")
    if booked.revision != command.revision:
        raise Refused(
            Reason.STALE_REVISION,
            f"This {words} appointment has been moved since: it is revision {booked.revision}. "
            "Look again, and confirm that one.",
        )
    confirmed = Confirmed(treatment=command.treatment, step=command.step, revision=command.revision)
    by = signed(command, now)
    if command.interpreter and confirmed not in journey.messages.interpreters:
        yield ev.InterpreterConfirmed(at=now, confirmed=confirmed, signed=by)
    if not command.interpreter and confirmed not in journey.messages.confirmed:
        yield ev.AppointmentConfirmed(at=now, confirmed=confirmed, signed=by)
