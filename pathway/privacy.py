"""A patient's rights over her record: until when it is amended, from when it may go (rule 29)."""

from datetime import date, timedelta

from pathway.model import Instant

AMENDMENT_DECIDED_WITHIN = timedelta(days=60)
"""From the request to its answer at most: 45 CFR 164.526(b)(2)(i).

The 30 days by which (b)(2)(ii) lets a clinic be later, in writing, are not used: a late line says
so on the work list."""


def amendment_due(asked_at: Instant) -> Instant:
    """By when a request to amend a record is decided."""
    return asked_at + AMENDMENT_DECIDED_WITHIN


def erasable_from(last: date, kept_years: int) -> date:
    """The first day on which a record with this last entry need no longer be kept."""
    try:
        return last.replace(year=last.year + kept_years)
    except ValueError:  # from 29 February into a year without one: a day later, not sooner
        return date(last.year + kept_years, 3, 1)
