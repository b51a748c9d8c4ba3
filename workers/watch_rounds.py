"""The watch over all journeys, put together from what a worker has."""

from datetime import datetime, timedelta

from temporalio.client import Client

from activities.deadman import Deadman
from activities.watch import NotMendedError, Repairs, Watch
from activities.watch_look import Look
from activities.watch_telling import Telling
from config.publishing import NotForPatientsError
from config.settings import Settings
from pathway.model import PathwayReference
from pathway.watch import UNMENDED
from records import rebuilding
from records.database import Records
from records.rebuilding import Became
from workers.calling import Caller
from workers.starting import Starter
from workers.watching import watch_journey
from workflows.outbox import snapshot_of


def watch_of(
    settings: Settings, records: Records, client: Client, caller: Caller, starter: Starter
) -> Watch:
    """The activities of a round, bound to their counterparts."""
    return Watch(
        records=records,
        look=Look(client),
        repairs=repairs_of(records, client, starter),
        telling=telling_of(records, caller),
        deadman=Deadman(settings.deadman_url),
        every=timedelta(minutes=settings.watch_minutes),
        zone=caller.clinic.zone,
    )


def telling_of(records: Records, caller: Caller) -> Telling:
    """Ops hear of every finding, whoever is on call of an open danger that nothing pages for."""
    return Telling(records, tell_ops=caller.tell_ops, page_on_call=caller.page_on_call)


def repairs_of(records: Records, client: Client, starter: Starter) -> Repairs:
    """What the watch may put right by itself."""

    async def mend(reference: PathwayReference) -> bool:
        seen = await watch_journey(records, client, reference, mended=True)
        if seen.reason in UNMENDED:
            raise NotMendedError(seen.reason)
        if seen.found is None:
            return False
        lists = await rebuilding.rebuild(records, reference, snapshot_of)
        return not seen.found.agree or lists.became is Became.REBUILT

    async def start(reference: PathwayReference, at: datetime) -> bool:
        try:
            return not await starter.start((reference,), at)
        except NotForPatientsError:
            # The worker said so at its start; the finding stays until somebody decides.
            return False

    return Repairs(mend=mend, start=start)
