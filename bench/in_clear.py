"""The product's worker, but that what Temporal keeps is not sealed: to say what sealing costs.

The product has no such mode.
"""

from unittest.mock import patch

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin

from config.settings import Settings
from workers.frugal import Frugal
from workers.plugin import ours_for_the_default
from workers.worker import main

PLUGIN = SimplePlugin(
    "in clear",
    data_converter=pydantic_data_converter,
    interceptors=[Frugal()],
    workflow_runner=ours_for_the_default,
)


def _in_clear(_settings: Settings) -> SimplePlugin:
    return PLUGIN


if __name__ == "__main__":
    with patch("workers.connection.plugin_of", _in_clear):
        main()
