"""The keys of agenda items. A key that ran never runs again, so what moves gets a new one.

Keys hang on the revision of the appointment, proposal or entry that their time hangs on.
"""

from pathway.facts import Appointment, Step
from pathway.journey import Treatment


def step_stem(treatment: Treatment, step: Step) -> str:
    """The start of every key of a step of a treatment.

    What is closed with a step is found by `step_prefix`, which this must keep as its start.
    """
    return f"t{treatment.number}/{step}"


def step_prefix(number: int, step: Step) -> str:
    """What every key of a step begins with, whatever was moved or corrected since."""
    return f"t{number}/{step}/"


def checkin_stem(number: int) -> str:
    """The start of each key about how she feels after a treatment, asked or not answered."""
    return f"t{number}/checkin/"


def appointment_stem(treatment: Treatment, appointment: Appointment) -> str:
    """The start of each key that hangs on an appointment: another revision, other keys."""
    return f"{step_stem(treatment, appointment.step)}/a{appointment.revision}"


def booking_stem(treatment: Treatment, step: Step) -> str:
    """The start of each key that hangs on how a step stands in the calendar."""
    booked = treatment.appointment(step)
    if booked:
        return appointment_stem(treatment, booked)
    # A step that lost its appointment is missed, and nudged about, anew.
    lost = f"{treatment.revision(step)}" if treatment.revision(step) else ""
    return f"{step_stem(treatment, step)}/unbooked{lost}"
