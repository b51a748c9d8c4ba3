"""Temporal's UI as a program of its own, beside the stock server."""

from pathlib import Path

import yaml

from local.child import ChildSpec
from local.health import page_answers
from local.ports import LOOPBACK
from local.process import bare_environment


def ui_spec(
    binary: Path, directory: Path, *, port: int, temporal: str, namespace: str, log: Path
) -> ChildSpec:
    """How to run the UI for the server at `temporal`; writes its configuration file."""
    _write_config(directory, port=port, temporal=temporal, namespace=namespace)
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


def _write_config(directory: Path, *, port: int, temporal: str, namespace: str) -> None:
    config = {
        "temporalGrpcAddress": temporal,
        "host": LOOPBACK,
        "port": port,
        "enableUi": True,
        "defaultNamespace": namespace,
        "cors": {"allowOrigins": [f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"]},
    }
    path = directory / "config" / "development.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
