"""The worker process: journeys, records, pages and texts, until it is told to stop."""

import asyncio
from contextlib import AsyncExitStack
from typing import NoReturn

import structlog

from activities.journal import Journal
from activities.paging import Paging
from activities.provider import Provider
from activities.texting import Texting
from config.clinic import load_clinic
from config.settings import Settings, SettingsError, load_settings
from records.database import Records
from workers.assembly import Activities, build_workers
from workers.build import build_id
from workers.connection import connect
from workers.logging import configure_logging
from workers.process import announce_ready, run_process

_PROVIDER_TIMEOUT_SECONDS = 15.0

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
        None,
        _PROVIDER_TIMEOUT_SECONDS,
    )


def activities_of(settings: Settings, records: Records, provider: Provider) -> Activities:
    """Every activity, bound to its counterparts."""
    clinic = load_clinic(settings.clinic_file)
    texting = Texting(records, provider, clinic, asyncio.get_running_loop())
    paging = Paging(provider, clinic)
    return Activities(
        main=[Journal(records).write_journal, paging.send_page, paging.alert_ops],
        texting=[texting.send_text, texting.look_up_text],
    )


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work until told to stop, then finish what is under way."""
    async with AsyncExitStack() as stack:
        records = await Records.open(settings.database_url)
        stack.push_async_callback(records.close)
        provider = provider_of(settings)
        stack.callback(provider.close)
        activities = activities_of(settings, records, provider)
        client = await connect(settings)
        for worker in build_workers(
            client,
            activities,
            task_queue=settings.task_queue,
            texts_per_second=settings.texts_per_second,
            build_id=build_id(),
        ):
            await stack.enter_async_context(worker)
        log.info("worker_ready", task_queue=settings.task_queue, build=build_id())
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
