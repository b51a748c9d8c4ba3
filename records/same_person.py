"""Whether a row that gives a known record number means the patient who has that number.

A number is typed by people. Where birth date or both names say that it is somebody else's, the
row is put before a person: taken for hers, whoever it means would be enrolled by nobody.
"""

from pathway.folding import name_words
from records.patient_model import EnrolmentRow, Otherwise
from records.tables import Patient


def what_differs(patient: Patient, row: EnrolmentRow, identity: str) -> Otherwise | None:
    """What says that the row means somebody else; None where it may well be her.

    Args:
        identity: the row's own digest. The row that enrolled her is hers, whatever was corrected.
    """
    if patient.identity == identity:
        return None
    if patient.born != row.born:
        return Otherwise.BORN
    # One name spelt otherwise is a spelling, or a marriage.
    if _alike(patient.given_name, row.given_name) or _alike(patient.family_name, row.family_name):
        return None
    return Otherwise.NAMES


def _alike(one: str, other: str) -> bool:
    """The same words, or one of the names with words left out."""
    words, others = name_words(one), name_words(other)
    return words <= others or others <= words
