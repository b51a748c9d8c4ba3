"""What is said by telephone of a visit: that she comes, or that her interpreter does."""

from pydantic import Field

from pathway.commands.base import AboutTreatment
from pathway.facts import Step


class ConfirmVisit(AboutTreatment):
    name = "confirm_visit"
    says = (
        "The patient has confirmed the visit; or the interpreter for it is ordered and confirmed."
    )
    step: Step
    revision: int = Field(ge=1)
    interpreter: bool = False
    """It is the interpreter who is confirmed; of her it says nothing."""
