"""What the stand is made of, and what the newcomer is told about it."""

import os
import socket
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from real_clinic import real_clinic
from rich.console import Console

from config.clinic import load_clinic
from config.settings import Settings
from local import banner
from local.binary import Flavour, ServerBinary, Version
from local.build import UI_SERVER
from local.child import Child
from local.dynamic_config import DynamicConfig
from local.errors import StandError
from local.finder import RemoteServer
from local.launch import TemporalPorts, launch_of
from local.ports import free_ports
from local.progress import Progress
from local.server_file import claim, ports_of
from local.stand import Stand, plan

ROOT = Path(__file__).parents[2]
STOCK = ServerBinary(Path("/bin/server"), Flavour.STOCK, Version(1, 32, 0), "built")
CLI = ServerBinary(Path("/bin/temporal"), Flavour.CLI, Version(1, 29, 1), "on your PATH")
REMOTE = RemoteServer("temporal.clinic.example:7233")
TWILIO = {
    "twilio_account_sid": "AC" + "1" * 32,
    "twilio_auth_token": "token",
    "twilio_from": "+15005550006",
}


@pytest.fixture
def settings(tmp_path: Path, cache: Path) -> Settings:
    UI_SERVER.path.parent.mkdir(parents=True)
    UI_SERVER.path.touch()
    names = ("port_temporal", "port_ui", "port_simulator", "port_console", "port_codec")
    ports: dict[str, Any] = dict(zip(names, free_ports(len(names)), strict=True))
    return Settings(state_dir=tmp_path, **ports)


def _names(stand: Stand) -> list[str]:
    return [member.name for member in stand.members]


def _environment_of(stand: Stand, name: str) -> dict[str, str]:
    member = next(member for member in stand.members if member.name == name)
    assert isinstance(member, Child)
    return dict(member.env)


def _shown(stand: Stand) -> str:
    output = StringIO()
    banner.show(Console(file=output, soft_wrap=True, width=120), stand, 1.0)
    return output.getvalue()


def test_the_server_is_first_and_the_worker_last(settings: Settings, progress: Progress) -> None:
    stand = plan(settings, STOCK, progress)
    names = ["Temporal server", "Temporal UI", "simulated phone network", "console", "worker"]
    assert _names(stand) == names


def test_the_banner_says_that_it_is_a_demonstration_rule_30(
    settings: Settings, progress: Progress, tmp_path: Path
) -> None:
    said = _shown(plan(settings, STOCK, progress))
    assert said.count(banner.DEMONSTRATION) == 1
    # A real clinic on the shipped protocol still runs on invented values.
    real = tmp_path / "clinic.yaml"
    real.write_text(settings.clinic_file.read_text().replace("demo: true", "demo: false", 1))
    at_a_site = settings.model_copy(update={"clinic_file": real})
    assert banner.DEMONSTRATION in _shown(plan(at_a_site, STOCK, progress))


def test_the_command_line_server_brings_its_own_ui(settings: Settings, progress: Progress) -> None:
    stand = plan(settings, CLI, progress)
    assert _names(stand) == ["Temporal server", "simulated phone network", "console", "worker"]
    assert f"--ui-port {settings.port_ui}" in " ".join(stand.members[0].argv)
    assert "older than 1.32.0" in _shown(stand)


def test_somebody_elses_server_is_not_started(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", REMOTE.address)
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    stand = plan(settings, REMOTE, progress)
    assert _names(stand) == ["simulated phone network", "console", "worker"]
    assert _environment_of(stand, "worker")["TEMPORAL_API_KEY"] == "key"
    assert REMOTE.address in _shown(stand)


def test_a_local_worker_gets_no_credentials_of_another_server(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    worker = _environment_of(plan(settings, STOCK, progress), "worker")
    assert "TEMPORAL_API_KEY" not in worker


def test_a_worker_is_told_where_its_server_listens(settings: Settings, progress: Progress) -> None:
    worker = _environment_of(plan(settings, STOCK, progress), "worker")
    assert worker["WAYMARK_PORT_TEMPORAL"] == str(settings.port_temporal)


def test_texts_go_to_simulated_phones_by_themselves(settings: Settings, progress: Progress) -> None:
    stand = plan(settings, STOCK, progress)
    worker = _environment_of(stand, "worker")
    assert worker["WAYMARK_TWILIO_API_BASE"] == f"http://127.0.0.1:{settings.port_simulator}"
    assert worker["TWILIO_ACCOUNT_SID"].startswith("AC")
    shown = _shown(stand)
    assert "simulated: nothing leaves this machine" in shown
    assert f"http://127.0.0.1:{settings.port_simulator}/" in shown


def test_simulated_phones_call_this_machine(settings: Settings, progress: Progress) -> None:
    stand = plan(settings, STOCK, progress)
    url = f"http://127.0.0.1:{settings.port_console}"
    for name in ("worker", "console"):
        told = _environment_of(stand, name)
        assert told["WAYMARK_PUBLIC_URL"] == url
        assert told["TWILIO_AUTH_TOKEN"] == "demonstration"
        assert told["WAYMARK_DATABASE_URL"] == settings.database_url
    assert url in _shown(stand)


def test_the_console_gets_no_credentials_of_temporal(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_PREVIOUS", "before")
    told = _environment_of(plan(settings, REMOTE, progress), "console")
    assert "TEMPORAL_API_KEY" not in told
    assert told["TWILIO_AUTH_TOKEN_PREVIOUS"] == "before"


def _ui_config(settings: Settings) -> dict[str, Any]:
    file = settings.state_dir / "ui" / "config" / "development.yaml"
    config: dict[str, Any] = yaml.safe_load(file.read_text())
    return config


def test_the_ui_of_the_demonstration_reads_what_journeys_say(
    settings: Settings, progress: Progress
) -> None:
    stand = plan(settings, STOCK, progress)
    url = f"http://127.0.0.1:{settings.port_codec}/codec"
    assert _ui_config(settings)["codec"]["endpoint"] == url
    told = _environment_of(stand, "console")
    assert told["WAYMARK_PORT_CODEC"] == str(settings.port_codec)
    assert told["WAYMARK_CODEC_WITHOUT_SIGN_IN"] == "ops:pat.ops"
    # A browser opens the UI by either name of this machine.
    here = [f"http://{name}:{settings.port_ui}" for name in ("127.0.0.1", "localhost")]
    assert told["WAYMARK_UI_ORIGIN"].split(",") == here
    assert url in _shown(stand)


def test_so_does_the_ui_of_the_command_line_server(
    settings: Settings, progress: Progress, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{settings.port_codec}/codec"
    told = f"--ui-codec-endpoint {url}"
    assert told in " ".join(plan(settings, CLI, progress).members[0].argv)
    real = settings.model_copy(update={"clinic_file": real_clinic(tmp_path)})
    assert "--ui-codec-endpoint" not in plan(real, CLI, progress).members[0].argv


def test_nobody_reads_a_real_clinics_journeys_without_signing_in(
    settings: Settings, progress: Progress, tmp_path: Path
) -> None:
    real = settings.model_copy(update={"clinic_file": real_clinic(tmp_path)})
    stand = plan(real, STOCK, progress)
    assert "codec" not in _ui_config(real)
    assert "WAYMARK_CODEC_WITHOUT_SIGN_IN" not in _environment_of(stand, "console")
    assert "the UI shows no words of a journey" in _shown(stand)


def test_the_codec_of_the_console_is_of_the_journeys_namespace(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "another")
    stand = plan(settings, REMOTE, progress)
    told = _environment_of(stand, "console")
    assert told["WAYMARK_TEMPORAL_NAMESPACE"] == "another"
    # Somebody else's server may hold what is nobody's demonstration.
    assert "WAYMARK_CODEC_WITHOUT_SIGN_IN" not in told


def test_twilio_is_told_of_no_address_that_it_cannot_reach(
    settings: Settings, progress: Progress
) -> None:
    real = Settings.model_validate(settings.model_dump() | TWILIO)
    stand = plan(real, STOCK, progress)
    assert "WAYMARK_PUBLIC_URL" not in _environment_of(stand, "worker")
    assert "STOP among them, do not reach Waymark" in _shown(stand)
    url = "https://texts.clinic.example"
    public = Settings.model_validate(real.model_dump() | {"public_url": url})
    stand = plan(public, STOCK, progress)
    assert _environment_of(stand, "worker")["WAYMARK_PUBLIC_URL"] == url
    assert url in _shown(stand)
    assert "STOP" not in _shown(stand)


def test_with_twilios_variables_they_go_to_real_ones_and_the_banner_says_so(
    settings: Settings, progress: Progress
) -> None:
    real = Settings.model_validate(settings.model_dump() | TWILIO)
    stand = plan(real, STOCK, progress)
    assert "simulated phone network" not in _names(stand)
    assert "WAYMARK_TWILIO_API_BASE" not in _environment_of(stand, "worker")
    assert "REAL: Twilio sends them from +15005550006" in _shown(stand)
    assert "token" not in _shown(stand)


def test_the_banner_names_the_next_command_with_its_settings(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_PORT_TEMPORAL", str(settings.port_temporal))
    shown = _shown(plan(settings, STOCK, progress))
    assert f"WAYMARK_PORT_TEMPORAL={settings.port_temporal} " in shown
    assert "waymark enroll --csv examples/referrals.csv --by mara.voss" in shown
    assert stand_ui(settings) in shown


def test_the_next_command_is_told_all_but_secrets(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the shipped protocol it would start journeys of another clinic."""
    monkeypatch.setenv("WAYMARK_PROTOCOL_FILE", "our protocol.yaml")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "clinic")
    monkeypatch.setenv("WAYMARK_KEYS", "2026-11 hunter2")
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "postgresql+psycopg://w:hunter3@db/w")
    shown = " ".join(_shown(plan(settings, STOCK, progress)).split())
    assert "TEMPORAL_NAMESPACE=clinic WAYMARK_PROTOCOL_FILE='our protocol.yaml' " in shown
    assert "with WAYMARK_DATABASE_URL, WAYMARK_KEYS set there as here" in shown
    assert "hunter" not in shown


def stand_ui(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port_ui}/namespaces/waymark/workflows"


def test_the_next_command_names_what_is_there() -> None:
    _, _, example, _, staff = banner.FIRST_COMMAND.split()
    assert (ROOT / example).exists()
    assert load_clinic(Settings().clinic_file).staff(staff) is not None


def test_the_database_is_shown_without_its_password(settings: Settings, progress: Progress) -> None:
    url = "postgresql+psycopg://waymark:hunter2@db.clinic.example/waymark"
    stand = plan(settings.model_copy(update={"database_url": url}), STOCK, progress)
    assert "db.clinic.example" in _shown(stand)
    assert "hunter2" not in _shown(stand)


def test_the_ports_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    first = ports_of(tmp_path, 21000)
    assert ports_of(tmp_path, 21000) == first
    assert ports_of(tmp_path, 21001).internal == first.internal


def test_an_older_server_does_not_open_a_newer_ones_file(tmp_path: Path) -> None:
    claim(tmp_path, STOCK)
    claim(tmp_path, STOCK)
    with pytest.raises(StandError, match=r"written by Temporal 1\.32\.0, .* found \(1\.29\.1"):
        claim(tmp_path, CLI)


def test_every_port_of_the_stock_server_is_set(tmp_path: Path) -> None:
    ports = TemporalPorts.choose()
    env = launch_of(STOCK, tmp_path, ports, {}).env
    assert {int(env[name]) for name in env if name.endswith("_PORT")} == {
        ports.frontend,
        *ports.internal,
    }


def test_the_server_inherits_nothing_that_could_configure_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "DBNAME_SUFFIX", "x")
    monkeypatch.setitem(os.environ, "DB", "postgres12")
    env = launch_of(STOCK, tmp_path, TemporalPorts.choose(), {}).env
    assert env["DB"] == "sqlite"
    assert "DBNAME_SUFFIX" not in env


def test_the_command_line_server_gets_its_dynamic_configuration(tmp_path: Path) -> None:
    config: DynamicConfig = {"frontend.WorkflowTimeSkippingEnabled": True, "history.x": "1ms"}
    argv = launch_of(CLI, tmp_path, TemporalPorts.choose(), config).argv
    assert "frontend.WorkflowTimeSkippingEnabled=true" in argv
    assert 'history.x="1ms"' in argv
    assert "--headless" in argv


def test_figures_have_ports_that_are_free_and_named(
    settings: Settings, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.figures.is_free", lambda port: port != 9465)
    stand = plan(settings, STOCK, progress)
    shown, worker = _shown(stand), _environment_of(stand, "worker")
    ports = [worker[f"WAYMARK_PORT_METRICS{of}"] for of in ("", "_CONSOLE", "_SDK")]
    assert (ports[0], ports[2]) == ("9464", "9466")
    assert ports[1] != "9465", "it is taken"
    assert len({*ports, str(settings.port_console)}) == 4
    for port in ports:
        assert f"http://127.0.0.1:{port}/metrics" in shown
    console = _environment_of(stand, "console")
    assert console["WAYMARK_PORT_METRICS_CONSOLE"] == ports[1]


def test_a_port_of_figures_that_is_set_and_taken_is_refused(
    settings: Settings, progress: Progress
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        mine = settings.model_copy(update={"port_metrics": port})
        with pytest.raises(StandError) as refused:
            plan(mine, STOCK, progress)
    assert "WAYMARK_PORT_METRICS=" in str(refused.value)
    assert str(port) in str(refused.value)
