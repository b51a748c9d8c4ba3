"""docker-compose.yml, held against what the product really needs.

No container engine is needed: what can be read off the file is checked, that it runs is not.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from local.dynamic_config import FOR_RUN

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_exact_and_never_the_deprecated_one(name: str) -> None:
    image = SERVICES[name]["image"]
    tag = image.partition(":")[2]
    assert tag.count(".") >= 1, f"{image} is not pinned"
    assert "auto-setup" not in image


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_alone(name: str) -> None:
    for port in SERVICES[name].get("ports", ()):
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come_true(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], f"{other} never becomes healthy"
        else:
            assert wait["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "on-failure", f"{other} never completes"


def test_every_setting_of_ours_is_known() -> None:
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            if name.startswith("WAYMARK_"):
                assert name.removeprefix("WAYMARK_").lower() in Settings.model_fields


def test_no_secret_goes_into_the_image() -> None:
    """The whole folder is copied into it, and secrets lie in a file beside this one."""
    assert "COPY --chown=waymark:waymark . ." in (ROOT / "Dockerfile").read_text()
    assert ".env*" in (ROOT / ".dockerignore").read_text().splitlines()


def test_what_simulated_phones_write_reaches_the_console() -> None:
    (option,) = (o for o in SERVICES["simulator"]["command"] if o.startswith("--inbound-url="))
    public = SERVICES["console"]["environment"]["WAYMARK_PUBLIC_URL"].split("-")[1].rstrip("}")
    assert option == f"--inbound-url={public}/twilio/inbound#rc=5&rp=all"


def test_no_password_stands_in_the_file() -> None:
    passwords = [
        value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name or name.endswith("_PWD")
    ]
    assert len(passwords) >= 3
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in passwords)


def test_whoever_opens_the_records_has_the_same_keys() -> None:
    """Given, or a demonstration's own, in the state folder that all of them mount."""
    ours = [s for s in SERVICES.values() if "WAYMARK_DATABASE_URL" in s.get("environment", {})]
    assert len(ours) == 3
    for service in ours:
        assert service["environment"]["WAYMARK_KEYS"] == "${WAYMARK_KEYS:-}"
        state = service["environment"]["WAYMARK_STATE_DIR"]
        assert f"console:{state}" in service["volumes"]


def test_migrations_come_before_the_worker() -> None:
    assert SERVICES["prepare"]["command"][:2] == ["waymark", "prepare"]
    waits = SERVICES["worker"]["depends_on"]["prepare"]
    assert waits["condition"] == "service_completed_successfully"


def test_every_file_that_temporal_is_pointed_at_is_there() -> None:
    (given,) = SERVICES["temporal"]["configs"]
    assert SERVICES["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"] == given["target"]
    written = yaml.safe_load(COMPOSE["configs"][given["source"]]["content"])
    for key, (constrained,) in written.items():
        assert FOR_RUN[key] == constrained["value"]


def _ours() -> dict[str, str]:
    """What every process of ours is told."""
    told: dict[str, str] = SERVICES["worker"]["environment"]
    return told


def _port(of: str) -> str:
    return _ours()[f"WAYMARK_PORT_{of}"]


FIGURES = {"METRICS": "worker", "METRICS_SDK": "worker", "METRICS_CONSOLE": "console"}


def test_figures_stay_on_the_inner_network() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    for of in FIGURES:
        assert not [port for port in published if port.endswith(f":{_port(of)}")]


def test_a_worker_is_healthy_while_it_is_ready() -> None:
    (asked,) = [part for part in SERVICES["worker"]["healthcheck"]["test"] if "urlopen" in part]
    assert f"http://127.0.0.1:{_port('METRICS')}/readyz" in asked


def test_every_page_of_figures_is_scraped() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    targets = {
        target
        for job in config["scrape_configs"]
        for each in job["static_configs"]
        for target in each["targets"]
    }
    assert targets == {f"{service}:{_port(of)}" for of, service in FIGURES.items()}
    assert all(job["job_name"].startswith("waymark-") for job in config["scrape_configs"])
    for file in config["rule_files"]:
        assert (ROOT / "deploy/prometheus" / file).exists()


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_monitoring_starts_only_where_it_is_asked_for(name: str) -> None:
    assert SERVICES[name]["profiles"] == ["monitoring"]
    mounted = [each for each in SERVICES[name]["volumes"] if each.startswith("./")]
    assert mounted
    for each in mounted:
        path, _, mode = each.split(":")
        assert (ROOT / path).exists()
        assert mode == "ro"


def test_grafana_finds_its_dashboard_and_its_source() -> None:
    folder = ROOT / "deploy/grafana/provisioning"
    (provider,) = yaml.safe_load((folder / "dashboards/waymark.yml").read_text())["providers"]
    mounted = [each.split(":")[1] for each in SERVICES["grafana"]["volumes"]]
    assert f"{provider['options']['path']}/waymark.json" in mounted
    (source,) = yaml.safe_load((folder / "datasources/prometheus.yml").read_text())["datasources"]
    assert (source["type"], source["url"]) == ("prometheus", "http://prometheus:9090")


OURS = [name for name, service in SERVICES.items() if service.get("image") == "waymark:0.1.0"]


def test_every_process_that_seals_has_the_same_keys() -> None:
    sealing = [name for name in OURS if "environment" in SERVICES[name]]
    assert {"prepare", "console", "worker"} <= set(sealing)
    for name in sealing:
        assert SERVICES[name]["environment"]["WAYMARK_KEYS"] == "${WAYMARK_KEYS:-}"
        # The demonstration's own lie in the state folder, which must be one for all of them.
        folder = SERVICES[name]["environment"]["WAYMARK_STATE_DIR"]
        assert f"console:{folder}" in SERVICES[name]["volumes"], f"{name} makes a key of its own"


def test_the_codec_endpoint_opens_for_whoever_has_signed_in_alone() -> None:
    console, ui = SERVICES["console"], SERVICES["ui"]["environment"]
    assert f"127.0.0.1:{Settings().port_codec}:{Settings().port_codec}" in console["ports"]
    assert "--codec-host=0.0.0.0" in console["command"]
    for service in SERVICES.values():
        assert "WAYMARK_CODEC_WITHOUT_SIGN_IN" not in service.get("environment", {})
    assert ui["TEMPORAL_CODEC_PASS_ACCESS_TOKEN"] == "true"
    # Without a sign-in the page asks nobody, and shows search attributes alone.
    assert ui["TEMPORAL_CODEC_ENDPOINT"] == "${TEMPORAL_CODEC_ENDPOINT:-}"
    origins = console["environment"]["WAYMARK_UI_ORIGIN"].split(":-")[1].rstrip("}").split(",")
    (published,) = SERVICES["ui"]["ports"]
    port = published.split(":")[1]
    assert origins == [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]


def test_what_is_left_empty_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["console"]["environment"].items():
        if value.endswith(":-}"):
            monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.codec_jwks_url, settings.codec_role_claim) == (None, "roles")
