"""The connection: where it leads, and how long it waits."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings, SettingsError
from local.launch import TemporalPorts
from local.ports import free_port
from local.temporal_server import Endpoint, ServerStarter
from workers.connection import UnreachableError, connect, connection_of


def _settings_for(endpoint: Endpoint) -> Settings:
    port = int(endpoint.address.rpartition(":")[2])
    return Settings(port_temporal=port, temporal_namespace=endpoint.namespace)


def test_without_variables_it_is_the_local_stand() -> None:
    target = connection_of(Settings(port_temporal=7000, temporal_namespace="clinic"))
    assert target == {"target_host": "127.0.0.1:7000", "namespace": "clinic"}


def test_temporals_own_variables_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.clinic.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "production")
    target = connection_of(Settings())
    assert target["target_host"] == "temporal.clinic.example:7233"
    assert target["namespace"] == "production"


def test_a_profile_counts_only_when_a_variable_points_at_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "temporalio"
    folder.mkdir()
    profile = folder / "temporal.toml"
    profile.write_text('[profile.default]\naddress = "elsewhere.example:7233"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert connection_of(Settings())["target_host"].startswith("127.0.0.1")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    assert connection_of(Settings())["target_host"] == "elsewhere.example:7233"


def test_a_broken_profile_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text("address = ")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    with pytest.raises(SettingsError, match=r"^The TEMPORAL_\* variables cannot be used"):
        connection_of(Settings())


async def test_it_connects_to_the_namespace(temporal_server: Endpoint) -> None:
    client = await connect(_settings_for(temporal_server))
    assert client.namespace == temporal_server.namespace


async def test_a_command_gives_up_with_a_sentence() -> None:
    port = free_port()
    with pytest.raises(UnreachableError, match=f"does not answer at 127.0.0.1:{port}"):
        await connect(Settings(port_temporal=port), patience=timedelta(seconds=0.3))


async def test_a_worker_waits_for_its_server(private_server: ServerStarter) -> None:
    ports = TemporalPorts.choose()
    connecting = asyncio.create_task(connect(Settings(port_temporal=ports.frontend)))
    await asyncio.sleep(0.6)
    assert not connecting.done()
    async with private_server(ports=ports):
        client = await asyncio.wait_for(connecting, timeout=10)
        assert await client.service_client.check_health()
