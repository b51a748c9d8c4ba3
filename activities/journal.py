"""The journal's activity: rows of the outbox, written in one transaction."""

from temporalio import activity

from records import journal
from records.database import Records
from workflows.messages import WRITE_JOURNAL, JournalBatch, JournalWritten


class Journal:
    """Writes to the records; runs as a local activity while they answer at once."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @activity.defn(name=WRITE_JOURNAL)
    async def write_journal(self, batch: JournalBatch) -> JournalWritten:
        """Write a batch; the same batch again changes nothing.

        Raises:
            RecordsUnavailableError: when the database does not answer in its time.
        """
        return await journal.write(self._records, batch)
