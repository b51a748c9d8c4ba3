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
            if name.startswith("WAYMARK_") and name != "WAYMARK_READY_FILE":
                assert name.removeprefix("WAYMARK_").lower() in Settings.model_fields


def test_no_password_stands_in_the_file() -> None:
    passwords = [
        value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if "PASSWORD" in name or name.endswith("_PWD")
    ]
    assert len(passwords) >= 3
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in passwords)


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
