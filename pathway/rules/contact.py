"""Taking over what the records say about reaching the patient."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply
from pathway.civil import is_zone
from pathway.gates import signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused
from pathway.rules.entering import opens_first


@handle.register
def _(command: cmd.ChangeContact, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    zone = command.contact.zone
    if zone is not None and not is_zone(zone):
        raise Refused(Reason.UNKNOWN_ZONE, "This time zone is not known. Use an IANA name.")
    if command.contact != journey.contact:
        changed = ev.ContactChanged(at=now, contact=command.contact, signed=signed(command, now))
        yield changed
        # Whether she was asked about texts may be all that was open.
        yield from opens_first(apply(journey, changed), now)
