"""The plugin of the product over keys of the tests, which worker processes are told of as well."""

import base64

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin

from config.key_ring import KeyRing, keys_in
from local.temporal_server import Endpoint
from workers.plugin import plugin_with, waymark_plugin

KEYS = ",".join(
    f"{key_id} {base64.b64encode(letter * 32).decode()}"
    for key_id, letter in (("tests-2", b"2"), ("tests-1", b"1"))
)
"""As WAYMARK_KEYS has them."""

RING = KeyRing(keys_in(KEYS.replace(",", "\n")))

SEALED = waymark_plugin(RING)
"""Refuses payloads in clear, as a real clinic's worker does."""

LENIENT = waymark_plugin(RING, plain_allowed=True)
"""Reads them too: the stored histories are in clear, so that people can read them."""

IN_CLEAR = plugin_with(pydantic_data_converter)
"""Writes them: for the stored histories alone."""


async def client_of(server: Endpoint, plugin: SimplePlugin = SEALED) -> Client:
    """A client of this server, over the keys of the tests unless told otherwise."""
    return await Client.connect(server.address, namespace=server.namespace, plugins=[plugin])
