"""What can go wrong between Waymark and its database.

None of these carries a value from a row: an error's text ends in logs and in Temporal's
history, and rows hold names and phone numbers.
"""


class RecordsError(Exception):
    """The records refused a request; repeating it will not help."""


class RecordsUnavailableError(RecordsError):
    """The database did not answer in time or cannot be reached; try again later."""


class NewerRecordsError(RecordsError):
    """A newer release has migrated the database; this one changes nothing in it.

    Attributes:
        problem: what is wrong, as a sentence.
        remedy: what to do about it, as sentences.
    """

    problem = "A newer release has migrated the database; this one does not know its form."
    remedy = (
        "Nothing was changed. Run the newer release; to go back to this one, first put back the "
        "backup of the database from before that migration."
    )

    def __init__(self) -> None:
        super().__init__(f"{self.problem} {self.remedy}")


class UnknownPatientError(RecordsError, LookupError):
    """No patient is enrolled under this reference."""

    def __init__(self) -> None:
        super().__init__("no patient is enrolled under this reference")


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


class NoKeysError(RecordsError):
    """The database was opened without the keys that its cells are sealed with."""

    def __init__(self) -> None:
        super().__init__("the records were opened without their keys, and nothing is read or kept")


class DoesNotOpenError(RecordsError):
    """A cell cannot be read, for whatever reason."""


class UnreadableError(DoesNotOpenError):
    """A cell does not open. The others of its row stand as they stood."""

    def __init__(self, column: str, how: str) -> None:
        super().__init__(
            f"a value of {column} in the database {how}; put it back from a backup: "
            "everything else in its row is as it was"
        )
        self.column = column


class MissingKeyError(DoesNotOpenError):
    """A cell was sealed with a key that is not in the ring."""

    def __init__(self, column: str, key_id: str) -> None:
        super().__init__(
            f"a value of {column} was sealed with the key {key_id!r}, which is not among the keys "
            "given; put it back behind the others"
        )
        self.key_id = key_id
