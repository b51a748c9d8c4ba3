"""The calendar a new journey carries, in one place: every way of enrolling gives the same."""

from datetime import datetime, timedelta

from config.clinic import Clinic
from pathway import civil
from pathway.calendar import Calendar

HORIZON = timedelta(days=3 * 366)
"""How far ahead closed days are expanded: longer than a course and its follow-up take."""


def calendar_from(clinic: Clinic, moment: datetime) -> Calendar:
    """The clinic's hours and closed days from this day on."""
    return clinic.calendar(civil.local(moment, clinic.zone).date(), HORIZON.days)
