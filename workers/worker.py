"""The worker process: journeys, records, pages and texts, until it is told to stop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import NoReturn

import structlog

from activities.fuse import Fuse
from activities.journal import Journal
from activities.page_links import PageLinks
from activities.page_sending import PageSender
from activities.paging import Paging
from activities.provider import Provider
from activities.texting import Texting
from config.clinic import Clinic, load_clinic
from config.keys import ring_of
from config.link_keys import links_of
from config.loader import load_protocol
from config.settings import Settings, SettingsError, load_settings
from records.database import Records
from records.fuse import Limits
from workers.assembly import Activities, build_workers
from workers.build import build_id
from workers.calling import Caller
from workers.connection import connect
from workers.every_sweep import Counterparts, every_sweep, sweeping
from workers.logging import configure_logging
from workers.metrics.door import open_door
from workers.metrics.health import Check, Health, not_yet
from workers.metrics.temporal import sdk_metrics_at, temporal_answers
from workers.plugin import plugin_for
from workers.process import announce_ready, run_process
from workers.starting import Starter
from workers.watch_rounds import watch_of

_PROVIDER_TIMEOUT_SECONDS = 15.0
_CALLS_AT_ONCE = 64

log = structlog.stdlib.get_logger(__name__)


def provider_of(settings: Settings) -> Provider:
    """The connection to Twilio, or to what stands in for it.

    Raises:
        SettingsError: when no account is set.
    """
    sender = settings.twilio_messaging_service_sid or settings.twilio_from
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None or sender is None:
        raise SettingsError(
            "No account for texts is set: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and "
            "TWILIO_FROM, or start everything with `make run`, which simulates the phones."
        )
    return Provider(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        sender,
        settings.twilio_api_base,
        settings.status_callback,
        _PROVIDER_TIMEOUT_SECONDS,
    )


def activities_of(
    settings: Settings, clinic: Clinic, records: Records, provider: Provider
) -> Activities:
    """Every activity, bound to its counterparts."""
    limits = Limits(
        texts_a_day=settings.texts_a_day,
        same_text_within=timedelta(hours=settings.same_text_hours),
    )
    fuse = Fuse(records, provider, clinic, limits)
    texting = Texting(records, provider, clinic, asyncio.get_running_loop(), fuse)
    apart = timedelta(seconds=settings.pages_apart_seconds)
    links = links_of(settings, clinic)
    page_links = PageLinks(records, links) if links else None
    sender = PageSender(provider, clinic, records, apart, links=page_links)
    paging = Paging(provider, clinic, sender)
    return Activities(
        main=[Journal(records).write_journal, paging.send_page, paging.alert_ops],
        texting=[texting.send_text, texting.look_up_text],
    )


def make_room_for_hung_calls() -> None:
    """Let this loop wait for many calls of threads at once; six are the default on two cores.

    With a provider that hangs, pages and look-ups would hold all of them until they time out, and
    what a patient wrote would not be read meanwhile.
    """
    threads = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="calls")
    asyncio.get_running_loop().set_default_executor(threads)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work until told to stop, then finish what is under way."""
    make_room_for_hung_calls()
    async with AsyncExitStack() as stack:
        clinic = load_clinic(settings.clinic_file)
        ring = ring_of(settings, clinic)
        records = await Records.open(settings.database_url, ring=ring)
        stack.push_async_callback(records.close)
        provider = provider_of(settings)
        stack.callback(provider.close)
        activities = activities_of(settings, clinic, records, provider)
        health = Health(checks={"started": Check(not_yet)})
        await stack.enter_async_context(open_door(settings, ring, settings.port_metrics, health))
        plugin = plugin_for(ring, clinic)
        client = await connect(settings, plugin=plugin, metrics_at=sdk_metrics_at(settings))
        health.checks["temporal"] = Check(temporal_answers(client))
        starter = Starter(
            records=records,
            client=client,
            clinic=clinic,
            protocol=load_protocol(settings.protocol_file),
            task_queue=settings.task_queue,
        )
        caller = Caller(provider, clinic)
        watch = watch_of(settings, records, client, caller, starter)
        for worker in build_workers(
            client,
            Activities(main=[*activities.main, *watch.activities], texting=activities.texting),
            task_queue=settings.task_queue,
            texts_per_second=settings.texts_per_second,
            max_cached_workflows=settings.journeys_in_memory,
            build_id=build_id(),
        ):
            await stack.enter_async_context(worker)
        sweeps = every_sweep(
            Counterparts(settings, clinic, records, client, provider, starter, caller, watch)
        )
        await stack.enter_async_context(sweeping(sweeps, stop))
        log.info("worker_ready", task_queue=settings.task_queue, build=build_id())
        del health.checks["started"]
        announce_ready()
        await stop.wait()


def main() -> NoReturn:
    """Run a worker in this process."""
    settings = load_settings()
    configure_logging(settings.log_level, as_json=settings.log_json)

    async def service(stop: asyncio.Event) -> None:
        await serve(settings, stop)

    run_process(service)


if __name__ == "__main__":
    main()
