"""The reference journey: six treatments with every step and text, at a pace that can be waited for.

Days between visits cost nothing, so they are left out: each thing happens some seconds after the
one before, in the order of a real treatment, and far enough apart that no two timers fire as one.
The product runs unchanged; what is quick is the protocol that the journey carries. Each step of
a treatment is booked, texted about, held:

    preparation, two texts · infusion, three texts, readings, discharge · psychotherapy, one text,
    decision
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pathway.moments import Offset
from pathway.protocol import Protocol, Reminder, StepRules, Template

TREATMENTS = 6
TEXTS = {"preparation": 2, "infusion": 3, "psychotherapy": 1}
"""Of each step, in the order of a treatment."""
TEXTS_OF_TREATMENT = sum(TEXTS.values())

# Further off than any text can be late: one that comes after its appointment is not sent.
_APPOINTMENT_AFTER = 1800
# In the window after an infusion, and so far off that its text does not come before it is moved.
_UNTIL_SLOT = timedelta(hours=6)


@dataclass(frozen=True)
class Pace:
    """In whole seconds, as a protocol writes them."""

    lead: int = 4
    """From a booking to its first text. A text whose time has passed when the booking arrives
    is never due, so a server under load needs a longer one."""
    apart: int = 1
    """Between two texts of one step."""

    def texts_at(self, step: str) -> list[int]:
        """Seconds after the booking."""
        return [self.lead + number * self.apart for number in range(TEXTS[step])]

    def appointment(self, booked_at: datetime) -> datetime:
        return booked_at + timedelta(seconds=_APPOINTMENT_AFTER)

    def slot(self, booked_at: datetime) -> datetime:
        """Of the psychotherapy that an infusion is booked with; it is moved before its text."""
        return self.appointment(booked_at) + _UNTIL_SLOT

    def protocol(self, shipped: Protocol) -> Protocol:
        """The shipped protocol with its texts close together, and no limit that spaces them."""
        steps = {step: self._rules(getattr(shipped.steps, step), step) for step in TEXTS}
        none = timedelta(0)
        monitoring = shipped.steps.monitoring
        floors = ("minimum_from_start", "minimum_from_end")
        stay = {f: getattr(monitoring, f).model_copy(update={"value": none}) for f in floors}
        steps["monitoring"] = monitoring.model_copy(update=stay)
        texting = {
            "daily_cap": 1000,
            "never_within": none,
            "spread": none,
            "coalesce": "none",
        }
        gap = shipped.course.gap_min.model_copy(update={"value": none})
        return shipped.model_copy(
            update={
                "steps": shipped.steps.model_copy(update=steps),
                "texting": shipped.texting.model_copy(update=texting),
                "course": shipped.course.model_copy(update={"gap_min": gap}),
            }
        )

    def _rules(self, rules: StepRules, step: str) -> StepRules:
        reminders = tuple(
            Reminder(
                at=Offset.parse(f"appointment - {_APPOINTMENT_AFTER - at}s"),
                text=Template.APPOINTMENT,
            )
            for at in self.texts_at(step)
        )
        return rules.model_copy(update={"reminders": reminders})
