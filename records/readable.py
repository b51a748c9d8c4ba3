"""Lists that many depend on are read although a cell in them does not open.

One spoilt cell of one patient must not take everybody's work list away. The words that cannot be
read are said to be so, and the error is logged; whoever opens that patient is told in a sentence.
"""

import math
import time
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Dialect, String, type_coerce
from sqlalchemy.orm import Bundle, InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from records.columns import Sealed, SealedCell
from records.errors import UnreadableError

CANNOT_BE_READ = "(cannot be read)"
SAID_AGAIN_AFTER = timedelta(hours=1)
"""Some read the same cell every two seconds."""
_MOST_REMEMBERED = 1000
_said: dict[tuple[str, int], float] = {}

log = structlog.stdlib.get_logger(__name__)


class Readable(TypeDecorator[Any]):
    """A sealed column whose spoilt cells are read as `otherwise`."""

    impl = String
    cache_ok = True

    def __init__(self, kind: SealedCell, otherwise: str | None) -> None:
        """Make the type of one column of one query."""
        super().__init__()
        self.kind = kind
        self.otherwise = otherwise

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        try:
            return self.kind.process_result_value(value, dialect)
        except UnreadableError as error:
            column = error.column
        _say(column, hash(value))
        return self.otherwise


def _say(column: str, cell: int) -> None:
    now = time.monotonic()
    if now - _said.get((column, cell), -math.inf) < SAID_AGAIN_AFTER.total_seconds():
        return
    if len(_said) >= _MOST_REMEMBERED:
        _said.clear()
    _said[column, cell] = now
    log.error("cell_unreadable", column=column)


def readable(
    column: InstrumentedAttribute[Any], otherwise: str = CANNOT_BE_READ
) -> InstrumentedAttribute[Any] | ColumnElement[Any]:
    """The column as it is read; a spoilt day is read as none."""
    kind = column.property.columns[0].type
    if not isinstance(kind, SealedCell):
        return column
    words = otherwise if isinstance(kind, Sealed) else None
    return type_coerce(column, Readable(kind, words)).label(column.key)


def bundle(name: str, *columns: InstrumentedAttribute[Any]) -> Bundle[Any]:
    """These columns of one table in each row of a query, under this name."""
    return Bundle(name, *map(readable, columns))
