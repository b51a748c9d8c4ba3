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
from temporalio.plugin import SimplePlugin
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from config.settings import Settings, SettingsError
from workers.plugin import plugin_of
from workflows.measures import BUCKETS, NAMES

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
    plugin: SimplePlugin | None = None,
    patience: timedelta | None = None,
    metrics_at: str | None = None,
) -> Client:
    """Connect with what all our clients have in common, and try again while nothing answers.

    A worker waits for ever, since it starts beside its server; a command that a person waits
    for gives its `patience` and gets UnreachableError after it. Raises SettingsError when the keys
    that seal payloads cannot be had.

    Args:
        plugin: of a process that has its keys already; their source may be slow to ask.
        metrics_at: host and port where the SDK serves its figures; None: nowhere.
    """
    target = connection_of(settings)
    plugin = plugin or plugin_of(settings)
    loop = asyncio.get_running_loop()
    deadline = None if patience is None else loop.time() + patience.total_seconds()
    for attempt, wait in enumerate(_waits(), start=1):
        try:
            return await Client.connect(
                **target,
                plugins=[plugin],
                runtime=core_runtime(metrics_at),
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
def core_runtime(metrics_at: str | None = None) -> Runtime:
    """The SDK's core, with its log lines sent through our own formatter.

    On its own it prints payloads that could not be decoded, and they hold what patients said.
    A port for its figures that is taken is said and costs nothing else.
    """
    if metrics_at is not None:
        try:
            return _runtime(_figures(metrics_at))
        except (RuntimeError, ValueError) as error:
            log.error("sdk_metrics_not_served", address=metrics_at, error=type(error).__name__)  # noqa: TRY400
    return _runtime(None)


def _figures(at: str) -> PrometheusConfig:
    """Seconds, and the names that rules of Prometheus expect."""
    return PrometheusConfig(
        bind_address=at,
        counters_total_suffix=True,
        durations_as_seconds=True,
        unit_suffix=True,
        histogram_bucket_overrides=dict.fromkeys(NAMES, BUCKETS),
    )


def _runtime(metrics: PrometheusConfig | None) -> Runtime:
    forwarding = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        append_target_to_name=False,
        append_log_fields_to_message=False,
    )
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(
        logging=LoggingConfig(filter=levels, forwarding=forwarding), metrics=metrics
    )
    return Runtime(telemetry=telemetry, disable_environment_info=True)


def _waits() -> Iterator[float]:
    """Doubling, then steady: a server that comes back is found within seconds."""
    wait = _FIRST_WAIT
    while True:
        yield wait
        wait = min(wait * 2, _LONGEST_WAIT)


def _report(address: str, attempt: int, wait: float) -> None:
    log.warning("temporal_unreachable", address=address, attempt=attempt, retry_in=wait)
