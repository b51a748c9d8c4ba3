"""Whether Temporal answers, and where the SDK serves its own figures."""

import asyncio
from datetime import timedelta

from temporalio.client import Client

from config.settings import Settings
from workers.metrics.health import Ask

_WITHIN = timedelta(seconds=1.5)


def temporal_answers(client: Client) -> Ask:
    """A check for another thread: the question is asked on the loop that the client lives on."""
    loop = asyncio.get_running_loop()

    async def ask() -> str | None:
        asked = client.service_client.check_health(timeout=_WITHIN)
        serves = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, loop))
        return None if serves else "it does not serve"

    return ask


def sdk_metrics_at(settings: Settings) -> str | None:
    """Host and port of the SDK's own page; None: it has none."""
    port = settings.port_metrics_sdk
    return None if port is None else f"{settings.metrics_host}:{port}"
