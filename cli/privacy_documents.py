"""The JSON documents of a patient's rights. Their keys stay; new ones may be added."""

from datetime import date

from cli.documents import OfJourneys
from pathway.model import PathwayReference
from records.amendments import Requested


class Amendments(OfJourneys):
    reference: PathwayReference
    amendments: tuple[Requested, ...]


class Restricted(OfJourneys):
    reference: PathwayReference
    restricted: bool
    changed: bool
    """false when it stood so before."""
    cared_for: bool
    """True: a journey is open, so whoever treats her still sees her."""


class Erased(OfJourneys):
    """What an erasure takes out, or has taken out."""

    reference: PathwayReference
    erased: bool
    """False: a preview, and nothing was erased."""
    possible_from: date
    rows: dict[str, int]
    """Rows by table that are deleted or emptied of words."""
    history_deleted: bool = False
    """False: Temporal's copy goes with a worker's next sweep."""
