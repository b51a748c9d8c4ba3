"""The product's worker, but that what Temporal keeps is not sealed: to say what sealing costs.

The product has no such mode.
"""

from unittest.mock import patch

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin

from config.clinic import Clinic
from config.key_ring import KeyRing
from workers.plugin import plugin_with
from workers.worker import main

PLUGIN = plugin_with(pydantic_data_converter, guarded=False)


def _in_clear(_ring: KeyRing, _clinic: Clinic) -> SimplePlugin:
    return PLUGIN


if __name__ == "__main__":
    with patch("workers.worker.plugin_for", _in_clear):
        main()
