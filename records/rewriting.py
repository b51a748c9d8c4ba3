"""Tables with their cells as they are stored: to rewrite them, some rows at a time."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    String,
    Table,
    select,
    tuple_,
    update,
)
from sqlalchemy.types import TypeEngine

from records.columns import Lookup, SealedCell

AT_ONCE = 500


def as_stored(table: Table) -> Table:
    """The same table, nothing in it opened, hashed or stamped on its way."""
    return Table(table.name, MetaData(), *(_as_stored(column) for column in table.columns))


def _as_stored(column: Column[Any]) -> Column[Any]:
    ours = isinstance(column.type, SealedCell | Lookup)
    kind: TypeEngine[Any] = String() if ours else column.type
    return Column(column.name, kind, primary_key=column.primary_key)


def page_of(
    table: Table, columns: Sequence[ColumnElement[Any]], after: Sequence[Any] | None, at_once: int
) -> Select[Any]:
    """The next rows in the order of their key: the key, then these columns."""
    key = list(table.primary_key)
    query = select(*key, *columns).order_by(*key).limit(at_once)
    if after is None:
        return query
    return query.where(key[0] > after[0] if len(key) == 1 else tuple_(*key) > tuple_(*after))


def with_key(table: Table, key: Sequence[Any]) -> list[ColumnElement[bool]]:
    """The row with this key."""
    return [column == value for column, value in zip(table.primary_key, key, strict=True)]


def rewrite(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Write into every row what `change` makes of these columns."""
    width, last = len(table.primary_key), None
    columns = [table.c[name] for name in names]
    while rows := connection.execute(page_of(table, columns, last, AT_ONCE)).all():
        for row in rows:
            values = change(dict(zip(names, row[width:], strict=True)))
            connection.execute(update(table).where(*with_key(table, row[:width])).values(values))
        last = rows[-1][:width]
