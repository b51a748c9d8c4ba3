"""What was asked and measured before a start (rule 12)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts import Answer, Preflight, Signature
from pathway.facts.safety import SuicideScreen
from pathway.gates import current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.preflight import of_the_day
from pathway.protocol import ScreenAt
from pathway.readings import in_order
from pathway.refusals import Reason, Refused
from pathway.roles import NURSES, PRESCRIBERS
from pathway.rules.known_since import known_since
from pathway.safety import hold_next_dose, screened


@handle.register
def _(command: cmd.RecordPreflight, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "The preflight")
    treatment = _asked_before_its_start(journey, command)
    _answers_stand(journey, command)
    if command.pressure_decision is not None:
        require_role(command, PRESCRIBERS, "A word on the blood pressure before a start")
    by = signed(command, now)
    happened = tuple(_recorded(journey, treatment, command, by, now))
    yield from happened
    yield from known_since(journey, happened, command, treatment.number, now)


def _asked_before_its_start(journey: Journey, command: cmd.RecordPreflight) -> Treatment:
    """Before a start it is a plan; what was asked before one is a fact, whenever it is entered."""
    treatment = journey.numbered(command.treatment)
    if treatment is None or treatment.infusion is None:
        return current_treatment(journey, command)
    if command.happened_at > treatment.infusion.started_at:
        raise Refused(
            Reason.ALREADY,
            "The infusion of this treatment has already begun. For what was asked before it, say "
            "when (happened_at).",
        )
    return treatment


def _recorded(
    journey: Journey,
    treatment: Treatment,
    command: cmd.RecordPreflight,
    by: Signature,
    now: datetime,
) -> Iterator[ev.Event]:
    preflight = _together(journey, treatment, command, by)
    yield ev.PreflightRecorded(at=now, treatment=treatment.number, preflight=preflight)
    if command.readings:
        yield ev.VitalsRecorded(
            at=now, treatment=treatment.number, readings=command.readings, signed=by
        )
    for item in journey.protocol.safety.hold_next_dose.items:
        if command.items.get(item) is Answer.YES:
            yield from hold_next_dose(journey, item, by, now)
    if command.screen is not None:
        screen = SuicideScreen(
            answers=command.screen,
            asked_at=ScreenAt.PREFLIGHT,
            treatment=treatment.number,
            signed=by,
        )
        yield from screened(journey, screen, now)


def _answers_stand(journey: Journey, command: cmd.RecordPreflight) -> None:
    asked = journey.protocol.steps.infusion.preflight.asked
    for name, answer in command.items.items():
        item = asked.get(name)
        words = name.replace("_", " ")
        if item is None:
            known = ", ".join(asked)
            sentence = f"The preflight does not ask '{words}'. It asks: {known}."
            raise Refused(Reason.UNKNOWN_ITEM, sentence)
        excused = item.not_applicable and name in command.reasons
        if answer is Answer.NOT_APPLICABLE and not excused:
            raise Refused(
                Reason.ANSWER,
                f"The item '{words}' is answered by yes or no"
                + (", or by a reason why it does not apply." if item.not_applicable else "."),
            )
        if answer is Answer.NOT_YET and name not in command.answered_by:
            raise Refused(Reason.ANSWER, f"Say by when '{words}' will be answered (answered_by).")


def _together(
    journey: Journey, treatment: Treatment, command: cmd.RecordPreflight, by: Signature
) -> Preflight:
    """This part over those of the same day; what another day said is asked again."""
    before = of_the_day(journey, treatment, command.happened_at)
    said = before or Preflight(signed=by)
    weighed = command.weight_kg is not None
    return Preflight(
        answers={**said.answers, **command.items},
        reasons={**said.reasons, **command.reasons},
        answered_by={**said.answered_by, **command.answered_by},
        weight_kg=command.weight_kg if weighed else said.weight_kg,
        weight_confirmed=command.weight_confirmed or (said.weight_confirmed and not weighed),
        reading=in_order(command.readings)[-1] if command.readings else said.reading,
        pressure_decision=command.pressure_decision
        or (None if command.readings else said.pressure_decision),
        signed=by,
    )
