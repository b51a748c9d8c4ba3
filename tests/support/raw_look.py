"""A look into the database past everything of ours: what somebody with its files would see."""

from pathlib import Path

from sqlalchemy import MetaData, String, cast, make_url, select
from sqlalchemy.ext.asyncio import create_async_engine

from records.engine import database_url


async def every_cell(url: str) -> dict[str, list[str]]:
    """Every cell of every table as text, by table.column."""
    engine = create_async_engine(database_url(url))
    schema = MetaData()
    cells: dict[str, list[str]] = {}
    async with engine.connect() as connection:
        await connection.run_sync(schema.reflect)
        for table in schema.sorted_tables:
            for column in table.columns:
                found = await connection.scalars(select(cast(column, String)))
                cells[f"{table.name}.{column.name}"] = [v for v in found if v is not None]
    await engine.dispose()
    return cells


def every_byte(url: str) -> bytes:
    """What stands in the files of an SQLite database, its log included; nothing of PostgreSQL."""
    if not url.startswith("sqlite"):
        return b""
    file = Path(str(make_url(url).database))
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
