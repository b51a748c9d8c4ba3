"""Temporal's UI as a program of its own, beside the stock server."""

from pathlib import Path

import yaml

from local.child import ChildSpec
from local.health import page_answers
from local.ports import LOOPBACK
from local.process import bare_environment


def origins_of(port: int) -> tuple[str, str]:
    """Where a browser may open it: two names of this machine are two origins."""
    return f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"


def ui_spec(
    binary: Path,
    directory: Path,
    *,
    port: int,
    temporal: str,
    namespace: str,
    log: Path,
    codec: str | None = None,
) -> ChildSpec:
    """How to run the UI for the server at `temporal`; writes its configuration file.

    `codec` is the address of the endpoint that its pages have payloads opened at.
    """
    _write_config(directory, port=port, temporal=temporal, namespace=namespace, codec=codec)
    return ChildSpec(
        name="Temporal UI",
        argv=(
            *(str(binary), "--root", str(directory)),
            *("--config", "config", "--env", "development", "start"),
        ),
        env=bare_environment(),
        log=log,
        ready=page_answers(port, "/"),
    )


def _write_config(
    directory: Path, *, port: int, temporal: str, namespace: str, codec: str | None
) -> None:
    config: dict[str, object] = {
        "temporalGrpcAddress": temporal,
        "host": LOOPBACK,
        "port": port,
        "enableUi": True,
        "defaultNamespace": namespace,
        "cors": {"allowOrigins": list(origins_of(port))},
    }
    if codec is not None:
        # Nobody signs in on one's own machine: there is neither a token nor a cookie to pass on.
        config["codec"] = {"endpoint": codec, "passAccessToken": False, "includeCredentials": False}
    path = directory / "config" / "development.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
