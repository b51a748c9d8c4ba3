"""What checking the journal beside its chain can find, and how its rows are counted."""

from enum import StrEnum

from pathway.model import Model


class Fault(StrEnum):
    """What is wrong with what was sealed."""

    ROW_ALTERED = "row_altered"
    ROW_REMOVED = "row_removed"
    ROW_INSERTED = "row_inserted"
    ROWS_REORDERED = "rows_reordered"
    SET_ASIDE_ALTERED = "set_aside_altered"
    """Content that was sealed and then replaced is kept nowhere any more."""
    ERASURE_ALTERED = "erasure_altered"
    LINK_ALTERED = "link_altered"
    LINK_REMOVED = "link_removed"
    TAIL_REMOVED = "tail_removed"
    HEAD_ALTERED = "head_altered"
    ANCHOR_ALTERED = "anchor_altered"
    ANCHOR_REMOVED = "anchor_removed"
    OUTSIDE_DIFFERS = "outside_differs"
    """The anchor that was kept outside is another than the one in the records."""
    KEY_UNKNOWN = "key_unknown"
    KEY_WRONG = "key_wrong"


class Finding(Model):
    """One thing that is not as it was sealed; of a journey the first one."""

    fault: Fault
    reference: str | None = None
    """As it stands there: whoever alters rows may write what is none."""
    number: int | None = None
    """The number of the journal's row."""
    round: int | None = None
    key_id: str | None = None


class Replaced(Model):
    """A row that is another than was sealed, or gone, and that says so; is it what history says?"""

    reference: str
    number: int


class Counted(Model):
    """Rows of the journal, by how far they are protected."""

    sealed: int = 0
    waiting: int = 0
    """Confirmed, and not sealed yet."""
    provisional: int = 0
    replaced: int = 0
    """Sealed, and then lost their number to other content, or to none."""
    erased: int = 0
    """Sealed, and then emptied of their words by an erasure."""

    @property
    def all(self) -> int:
        return self.sealed + self.waiting + self.provisional

    def __add__(self, other: "Counted") -> "Counted":
        names = type(self).model_fields
        return Counted(**{name: getattr(self, name) + getattr(other, name) for name in names})
