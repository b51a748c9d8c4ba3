"""She comes, sits down, and may go home without an infusion: facts that no gate refuses."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.arrival import arrived, comes_for_visit
from pathway.facts import Arrival
from pathway.gates import past_or_current_treatment, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused


@handle.register
def _(command: cmd.RecordArrival, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    by = signed(command, now)
    new = Arrival(chair=command.chair, nurse=command.nurse, signed=by)
    new = new.model_copy(update={"for_visit": comes_for_visit(journey, treatment, new)})
    here = arrived(journey, treatment)
    if here is not None:
        # She came once; what is said since is where she sits, and who looks after her.
        said = {"chair": command.chair, "nurse": command.nurse}
        new = here.model_copy(update={n: value for n, value in said.items() if value is not None})
    if new != here:
        yield ev.ArrivalRecorded(at=now, treatment=treatment.number, arrival=new, signed=by)


@handle.register
def _(command: cmd.SendHome, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    if treatment.infusion is not None:
        raise Refused(
            Reason.OUT_OF_ORDER, "An infusion has begun: record how the patient leaves (discharge)."
        )
    here = arrived(journey, treatment)
    if here is None:
        raise Refused(
            Reason.NOT_RECORDED,
            "The arrival is not recorded, or the patient has left: record it first.",
        )
    by = signed(command, now)
    gone = here.model_copy(update={"gone": by, "gone_because": command.reason})
    yield ev.ArrivalRecorded(at=now, treatment=treatment.number, arrival=gone, signed=by)
