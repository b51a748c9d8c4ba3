"""The base of every model, and the few types that all rules share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints


class Model(BaseModel):
    """A frozen value that refuses unknown fields and never prints its input.

    Inputs stay out of errors because they carry names and phone numbers, and an
    error's text ends in logs and in Temporal's history.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A moment in UTC. Naive times are refused, other zones are converted."""

PathwayReference = Annotated[str, StringConstraints(pattern=r"^J-[0-9A-HJKMNP-TV-Z]{10}$")]
"""The opaque name of a journey: the workflow's id, the database's key, nothing else."""

StaffId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
"""A member of staff as config/clinic.yaml names her."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
"""A few words by a person, for people: a reason, a note."""
