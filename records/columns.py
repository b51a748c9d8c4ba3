"""Column types that behave the same on both databases."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator


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


class Personal(TypeDecorator[str]):
    """Words that name a person or tell where to find her.

    Text for now. Every such column has this type, so a cipher for single fields is written here,
    once, in `process_bind_param` and `process_result_value`. For the same reason no query looks
    into one of these columns; what is looked up (a phone, the identity's digest) is none of them.
    """

    impl = String
    cache_ok = True


def written_now() -> datetime:
    """For the columns that say when a row was written, and for nothing else.

    Every time that a rule is measured from comes with the message as its `as_of`.
    """
    return datetime.now(UTC)
