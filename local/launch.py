"""How a Temporal server is started: arguments, environment and ports, as plain values."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from local import dynamic_config
from local.binary import Flavour, ServerBinary
from local.dynamic_config import DynamicConfig
from local.ports import LOOPBACK, free_ports
from local.process import bare_environment


@dataclass(frozen=True)
class TemporalPorts:
    """Every port the stock server listens on.

    All are set: one left to its default would make a second server on this machine collide.
    """

    frontend: int
    frontend_http: int
    frontend_membership: int
    history: int
    history_membership: int
    matching: int
    matching_membership: int
    worker: int
    worker_membership: int

    @classmethod
    def choose(cls, frontend: int | None = None) -> Self:
        """Free ports; the frontend's may be given."""
        names = [field.name for field in fields(cls)]
        chosen = dict(zip(names, free_ports(len(names)), strict=True))
        if frontend is not None:
            chosen["frontend"] = frontend
        return cls(**chosen)

    @property
    def internal(self) -> tuple[int, ...]:
        """All but the frontend's, which a person may have chosen."""
        return tuple(port for name, port in asdict(self).items() if name != "frontend")

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """The ports saved there, or None when there are none that can be read."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Launch:
    """What it takes to start a program."""

    argv: tuple[str, ...]
    env: dict[str, str]


def launch_of(
    binary: ServerBinary,
    directory: Path,
    ports: TemporalPorts,
    config: DynamicConfig,
    ui_port: int | None = None,
    codec: str | None = None,
) -> Launch:
    """How to start this server on the file `directory`/temporal.db.

    `ui_port` and `codec`, its codec endpoint, count only for a program that brings its own UI.
    """
    if binary.flavour is Flavour.STOCK:
        return _stock(binary, directory, ports, config)
    return _cli(binary, directory, ports, config, ui_port, codec)


def _stock(
    binary: ServerBinary, directory: Path, ports: TemporalPorts, config: DynamicConfig
) -> Launch:
    dynamic = directory / "dynamic_config.yaml"
    dynamic_config.write(config, dynamic)
    database = str(directory / "temporal.db")
    env = bare_environment(
        DB="sqlite",
        DBNAME=database,
        VISIBILITY_DBNAME=database,
        BIND_ON_IP=LOOPBACK,
        NUM_HISTORY_SHARDS="1",
        LOG_LEVEL="error",
        DYNAMIC_CONFIG_FILE_PATH=str(dynamic),
        PUBLIC_FRONTEND_ADDRESS=f"{LOOPBACK}:{ports.frontend}",
        **_port_variables(ports),
    )
    return Launch((str(binary.path), "start"), env)


def _port_variables(ports: TemporalPorts) -> dict[str, str]:
    variables = {"FRONTEND_HTTP_PORT": str(ports.frontend_http)}
    for service in ("frontend", "history", "matching", "worker"):
        variables[f"{service.upper()}_GRPC_PORT"] = str(getattr(ports, service))
        variables[f"{service.upper()}_MEMBERSHIP_PORT"] = str(
            getattr(ports, f"{service}_membership")
        )
    return variables


def _cli(
    binary: ServerBinary,
    directory: Path,
    ports: TemporalPorts,
    config: DynamicConfig,
    ui_port: int | None,
    codec: str | None,
) -> Launch:
    argv = [
        *(str(binary.path), "server", "start-dev"),
        *("--ip", LOOPBACK, "--port", str(ports.frontend)),
        *("--http-port", str(ports.frontend_http)),
        *("--db-filename", str(directory / "temporal.db")),
        *("--log-level", "error"),
    ]
    argv += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    if ui_port is not None and codec is not None:
        argv += ["--ui-codec-endpoint", codec]
    for key, value in config.items():
        argv += ["--dynamic-config-value", f"{key}={json.dumps(value)}"]
    return Launch(tuple(argv), bare_environment())
