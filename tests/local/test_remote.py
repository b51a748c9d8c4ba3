"""A Temporal that somebody else runs, played by the tests' own."""

import uuid

import pytest
from temporalio.common import SearchAttributeKey
from temporalio.service import ConnectConfig, ServiceClient

from config.settings import Settings
from local.errors import StandError
from local.remote import check_remote
from local.temporal_server import RETENTION, Endpoint
from workers import namespace as namespaces


@pytest.fixture
def settings(temporal_server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server.address)
    return Settings(temporal_namespace=temporal_server.namespace)


async def test_one_that_has_everything_will_do(settings: Settings) -> None:
    await check_remote(settings)


async def test_a_missing_namespace_is_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    with pytest.raises(StandError, match=r"no namespace nowhere\. .*TEMPORAL_NAMESPACE"):
        await check_remote(settings)


async def test_an_attribute_of_another_type_is_a_sentence(temporal_server: Endpoint) -> None:
    service = await ServiceClient.connect(ConnectConfig(target_host=temporal_server.address))
    name = f"types-{uuid.uuid4()}"
    level = SearchAttributeKey.for_keyword("Level")
    await namespaces.prepare(service, name, RETENTION, (level,))
    with pytest.raises(
        namespaces.NamespaceError, match=r"attribute Level exists .* with another type"
    ):
        await namespaces.prepare(service, name, RETENTION, (SearchAttributeKey.for_int("Level"),))
