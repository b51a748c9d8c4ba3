"""Looking for a row by a number, or by what else is sealed: by its hash under every key."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from records.columns import Lookup
from records.seals import Digest, seals_of


def is_one_of(
    where: AsyncSession | AsyncConnection, column: InstrumentedAttribute[Any], values: Iterable[str]
) -> ColumnElement[bool]:
    """Whether `column`, a `Lookup`, is the hash of one of these values, whichever key made it."""
    return column.in_(list(hashes_of(where, column, values)))


def hashes_of(
    where: AsyncSession | AsyncConnection, column: InstrumentedAttribute[Any], values: Iterable[str]
) -> dict[Digest, str]:
    """Every hash that `column`, a `Lookup`, may hold for one of these values, and the value."""
    dialect = where.get_bind().dialect if isinstance(where, AsyncSession) else where.dialect
    seals, kind = seals_of(dialect), _kind(column)
    return {digest: value for value in values for digest in seals.digests(kind.what, value)}


def is_same(
    where: AsyncSession | AsyncConnection, column: InstrumentedAttribute[Any], value: str
) -> ColumnElement[bool]:
    """`is_one_of` for a single value."""
    return is_one_of(where, column, (value,))


def value_of(column: InstrumentedAttribute[Any], row: Mapping[str, Any]) -> str | None:
    """What `column` hashes for a row; None where that is empty."""
    return _kind(column).value_of(row)


def _kind(column: InstrumentedAttribute[Any]) -> Lookup:
    kind = column.property.columns[0].type
    assert isinstance(kind, Lookup)  # noqa: S101 - no other column is looked into
    return kind
