"""The watch over all journeys: a round of looks, started by a schedule.

It takes no argument: a schedule gives each run an id of its own, and a payload opens only in the
workflow that it was sealed for.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.messages import (
        WATCH_BACKLOG,
        WATCH_ENDED,
        WATCH_JOURNEYS,
        WatchedPage,
        WatchEnded,
        WatchPage,
        WatchRound,
    )
    from workflows.policies import WATCHING, run_activity


@workflow.defn(name="Watch")
class Watch:
    """One round. It fails where it could not look at everything; the next one begins anew."""

    @workflow.run
    async def run(self) -> WatchRound:
        """Every open journey, then what lies outside of them; only a whole round counts."""
        begun = workflow.now()
        page: WatchPage | None = WatchPage(as_of=begun)
        journeys = mended = 0
        while page is not None:
            line = f"look at open journeys after {page.after or 'the beginning'}"
            seen = await run_activity(WATCH_JOURNEYS, page, WatchedPage, WATCHING, line)
            journeys, mended = journeys + seen.journeys, mended + seen.mended
            page = WatchPage(after=seen.last, as_of=begun) if seen.last else None
        looked = WatchPage(as_of=begun)
        await run_activity(WATCH_BACKLOG, looked, WatchedPage, WATCHING, "look at what waits")
        done = WatchRound(as_of=begun, journeys=journeys, mended=mended)
        await run_activity(WATCH_ENDED, done, WatchEnded, WATCHING, "tell what is new")
        return done
