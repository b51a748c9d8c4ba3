"""Twilio's own client, pointed at a simulated network."""

from collections.abc import Iterator

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN


def twilio_client(
    url: str, account: str = DEMONSTRATION_ACCOUNT, token: str = DEMONSTRATION_TOKEN
) -> Client:
    client = Client(account, token, http_client=TwilioHttpClient(timeout=5))  # type: ignore[no-untyped-call]
    client.api.base_url = url
    return client


def closing(client: Client) -> Iterator[Client]:
    yield client
    http_client = client.http_client
    assert isinstance(http_client, TwilioHttpClient)
    assert http_client.session is not None
    http_client.session.close()
