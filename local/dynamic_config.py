"""Temporal's dynamic configuration for the two ways the local stand is used."""

from collections.abc import Mapping
from pathlib import Path

import yaml

DynamicConfig = Mapping[str, bool | int | str]

FOR_RUN: DynamicConfig = {
    # A search attribute added at this start must be known at once; too costly for production.
    "system.forceSearchAttributesCacheRefreshOnRead": True,
    # As shipped, the server may look at what is due up to a second late.
    "history.timerProcessorMaxTimeShift": "50ms",
}

FOR_TESTS: DynamicConfig = {
    **FOR_RUN,
    "frontend.WorkflowTimeSkippingEnabled": True,
    # Otherwise each skipped timer waits a second of real time.
    "history.timerProcessorMaxTimeShift": "1ms",
}


def write(config: DynamicConfig, path: Path) -> None:
    """Write the file that DYNAMIC_CONFIG_FILE_PATH points at."""
    document = {key: [{"value": value}] for key, value in config.items()}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
