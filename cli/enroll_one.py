"""One patient, as her referral is typed at the command line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cli.patient_options import cells_of, unreadable
from records.patient_model import EnrolmentRow
from records.referral_columns import CellError, enrolment_of

AGE_MIN = 18


def enrolment_row(given: Mapping[str, Any], today: date, region: str) -> EnrolmentRow:
    """The referral, checked like a row of a file.

    Raises:
        typer.BadParameter: naming the option that is missing or cannot be read.
    """
    try:
        cells = cells_of(given, today.isoformat())
        return enrolment_of(cells, today=today, age_min=AGE_MIN, region=region)
    except CellError as error:
        raise unreadable(*error.wrong[0]) from None
