"""A worker process that dies between the journal's commit and the end of its workflow task.

The product has no hook for this: the records' write is wrapped here, from outside.
"""

import os

from records import journal
from records.database import Records
from workers import worker
from workflows.messages import JournalBatch, JournalWritten

_DIES_AFTER = os.environ["WAYMARK_TEST_DIES_AFTER"]
"""The kind of the event whose row is the last thing this process writes."""

_write = journal.write


async def write_and_die(records: Records, batch: JournalBatch) -> JournalWritten:
    written = await _write(records, batch)
    if any(row.kind == _DIES_AFTER for row in batch.rows):
        os._exit(9)
    return written


if __name__ == "__main__":
    journal.write = write_and_die
    worker.main()
