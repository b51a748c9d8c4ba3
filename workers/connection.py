"""The connection to Temporal: where it leads, and patience while the server starts."""

import asyncio
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from config.settings import Settings, SettingsError
from workers.plugin import plugin_of

_FIRST_WAIT = 0.25
_LONGEST_WAIT = 5.0
_PROFILE_VARIABLES = ("TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")

log = structlog.stdlib.get_logger(__name__)


class UnreachableError(Exception):
    """Temporal did not answer for as long as the caller was willing to wait."""


def environment_connection() -> ClientConnectConfig:
    """What the TEMPORAL_* variables say; empty when there are none.

    A profile file counts only when a variable points at it: one that happens to lie in the
    home directory must not send a first `make run` to somebody's production cluster.
    Raises SettingsError when the variables or the profile cannot be used.
    """
    wants_file = any(os.environ.get(name) for name in _PROFILE_VARIABLES)
    try:
        return ClientConfig.load_client_connect_config(disable_file=not wants_file)
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(f"The TEMPORAL_* variables cannot be used: {error}.") from None


def connection_of(settings: Settings) -> ClientConnectConfig:
    """The address, namespace and credentials to use: TEMPORAL_* first, then our settings."""
    defaults = ClientConnectConfig(
        target_host=settings.temporal_address, namespace=settings.temporal_namespace
    )
    return defaults | environment_connection()


async def connect(
    settings: Settings,
    *,
    patience: timedelta | None = None,
) -> Client:
    """Connect with what all our clients have in common, and try again while nothing answers.

    A worker waits for ever, since it starts beside its server; a command that a person waits
    for gives its `patience` and gets UnreachableError after it. Raises SettingsError when the keys
    that seal payloads cannot be had.
    """
    target = connection_of(settings)
    plugin = plugin_of(settings)
    loop = asyncio.get_running_loop()
    deadline = None if patience is None else loop.time() + patience.total_seconds()
    for attempt, wait in enumerate(_waits(), start=1):
        try:
            return await Client.connect(
                **target,
                plugins=[plugin],
                runtime=core_runtime(),
            )
        except RuntimeError as error:
            if deadline is not None and loop.time() + wait > deadline:
                raise UnreachableError(
                    f"Temporal does not answer at {target['target_host']}."
                ) from error
            _report(target["target_host"], attempt, wait)
        await asyncio.sleep(wait)
    raise AssertionError("the waits never end")


@cache
def core_runtime() -> Runtime:
    """The SDK's core, with its log lines sent through our own formatter.

    On its own it prints payloads that could not be decoded, and they hold what patients said.
    """
    forwarding = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        append_target_to_name=False,
        append_log_fields_to_message=False,
    )
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=levels, forwarding=forwarding))
    return Runtime(telemetry=telemetry, disable_environment_info=True)


def _waits() -> Iterator[float]:
    """Doubling, then steady: a server that comes back is found within seconds."""
    wait = _FIRST_WAIT
    while True:
        yield wait
        wait = min(wait * 2, _LONGEST_WAIT)


def _report(address: str, attempt: int, wait: float) -> None:
    log.warning("temporal_unreachable", address=address, attempt=attempt, retry_in=wait)
