"""What each line of the programme's story waits for."""

from collections.abc import Callable

from pathway.anchors import done
from pathway.facts import Step
from pathway.journey import Journey

Done = Callable[[Journey], bool]


def assessed(journey: Journey) -> bool:
    """Assessed as suitable and consenting, so that a first treatment is open; or ended."""
    return journey.over or journey.treatment is not None


def step_done(number: int, step: Step) -> Done:
    """The step of this treatment has ended, or the journey has moved on without it.

    Bound to the treatment it was asked for: a journey that continues as new walks past what
    is already done.
    """

    def is_done(journey: Journey) -> bool:
        treatment = journey.treatment
        if journey.over or journey.course_over or treatment is None:
            return True
        return treatment.number > number or done(treatment, step)

    return is_done


def followed_up(journey: Journey) -> bool:
    """A person has ended the journey, the patient has died, or treatment has begun again."""
    return journey.over or not journey.course_over
