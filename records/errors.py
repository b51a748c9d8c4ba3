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


class RecordNumberTakenError(RecordsError, ValueError):
    """Another patient has this record number already."""


class UnknownAmendmentError(RecordsError, LookupError):
    """She has made no request of this number to amend her record."""


class AmendmentNotOpenError(RecordsError, ValueError):
    """The request does not stand where this could be done about it."""


class CareIsOpenError(RecordsError, ValueError):
    """Somebody treats her or owes her something: her record is not closed to those who do."""
