"""What can go wrong between Waymark and its database.

None of these carries a value from a row: an error's text ends in logs and in Temporal's
history, and rows hold names and phone numbers.
"""


class RecordsError(Exception):
    """The records refused a request; repeating it will not help."""


class RecordsUnavailableError(RecordsError):
    """The database did not answer in time or cannot be reached; try again later."""


class UnknownPatientError(RecordsError, LookupError):
    """No patient is enrolled under this reference."""


class UnknownTextError(RecordsError, LookupError):
    """No text was reserved under this intent."""
