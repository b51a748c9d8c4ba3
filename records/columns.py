"""Column types that behave the same on both databases."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, String
from sqlalchemy.sql.operators import OperatorType, is_, is_not
from sqlalchemy.types import TypeDecorator

from records.seals import Digest, seals_of


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware values go in, aware UTC values come out, naive ones are refused.

    SQLite drops the offset and PostgreSQL answers in the connection's zone; both are put right
    here, so that no query and no caller has to think about it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was given to the records; instants carry their zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class _NeverLookedInto(TypeDecorator.Comparator[Any], String.Comparator[Any]):
    """No query can find or sort what is sealed anew each time it is written."""

    def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        if op not in {is_, is_not} and not self._is_itself(other):
            raise TypeError("a sealed column is neither compared nor sorted by: see Lookup")
        return super().operate(op, *other, **kwargs)

    def _is_itself(self, other: tuple[Any, ...]) -> bool:
        """SQLAlchemy keeps columns in dictionaries, and asks there whether one is the other."""
        kinds = [getattr(each, "type", None) for each in other]
        return any(isinstance(k, SealedCell) and k.column == self._column for k in kinds)

    @property
    def _column(self) -> str | None:
        return getattr(self.type, "column", None)


class SealedCell(TypeDecorator[Any]):
    """What names a person, tells where to find her, or how she is: sealed cell by cell."""

    impl = String
    cache_ok = True
    comparator_factory = _NeverLookedInto

    def __init__(self, column: str) -> None:
        """Make the type of one column.

        Args:
            column: table.column, which the seal vouches for.
        """
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else seals_of(dialect).seal(self.column, self.to_words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.of_words(seals_of(dialect).open(self.column, value))

    def to_words(self, value: Any) -> str:
        """What is sealed of a value."""
        raise NotImplementedError

    def of_words(self, words: str) -> Any:
        """The value again."""
        raise NotImplementedError


class Sealed(SealedCell):
    """Words."""

    cache_ok = True

    def to_words(self, value: str) -> str:
        return value

    def of_words(self, words: str) -> str:
        return words


class SealedDate(SealedCell):
    """A day that says who somebody is."""

    cache_ok = True

    def to_words(self, value: date) -> str:
        return value.isoformat()

    def of_words(self, words: str) -> date:
        return date.fromisoformat(words)


class _LookedUp(TypeDecorator.Comparator[Any], String.Comparator[Any]):
    """A value in clear would be hashed with one key, and rows of an older one be missed."""

    def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        for each in other:
            values = each if isinstance(each, list | tuple | set | frozenset) else (each,)
            if any(isinstance(v, str) and not isinstance(v, Digest) for v in values):
                raise TypeError("look for a value by records.lookups.is_one_of")
        return super().operate(op, *other, **kwargs)


class Lookup(TypeDecorator[str]):
    """The keyed hash of what is sealed beside it: by it rows are found and kept unique.

    A value that is written is hashed with the key that writes; a `Digest` goes in as it is.
    """

    impl = String
    cache_ok = True
    comparator_factory = _LookedUp

    def __init__(self, what: str, of: tuple[str, ...]) -> None:
        """Make the type of one column.

        Args:
            what: the kind of value; hashes of one kind can be compared with one another.
            of: the columns of its table that it is the hash of.
        """
        super().__init__()
        self.what = what
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or isinstance(value, Digest):
            return value
        return seals_of(dialect).digest(self.what, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else Digest(value)

    def value_of(self, row: Mapping[str, Any]) -> str | None:
        """What is hashed for a row: nothing where one of its columns is empty."""
        values = [row.get(name) for name in self.of]
        if None in values:
            return None
        return "\x1f".join(map(str, values))


def written_now() -> datetime:
    """For the columns that say when a row was written, and for nothing else.

    Every time that a rule is measured from comes with the message as its `as_of`.
    """
    return datetime.now(UTC)
