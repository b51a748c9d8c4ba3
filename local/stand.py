"""The stand of `make run`: which programs, in which order, told what."""

import sys
from dataclasses import dataclass
from pathlib import Path

from config.public_url import public_url
from config.settings import Settings, Texting
from local import environments
from local.binary import Flavour, ServerBinary
from local.build import UI_SERVER, built
from local.child import Child, ChildSpec, Member
from local.dynamic_config import FOR_RUN, DynamicConfig
from local.figures import with_ports
from local.finder import RemoteServer
from local.health import file_appears, page_answers
from local.ports import LOOPBACK, require_free
from local.process import bare_environment
from local.progress import Progress
from local.server_file import claim, ports_of
from local.temporal_server import TemporalServer
from local.ui_server import ui_spec
from workers.connection import connection_of


@dataclass(frozen=True)
class Stand:
    """What is going to run, and where a person finds each part."""

    settings: Settings
    server: RemoteServer | ServerBinary
    members: tuple[Member, ...]

    @property
    def namespace(self) -> str:
        return connection_of(self.settings)["namespace"]

    @property
    def temporal_address(self) -> str:
        return connection_of(self.settings)["target_host"]

    @property
    def ui_url(self) -> str | None:
        """None where the server is somebody else's: its UI is too."""
        if isinstance(self.server, RemoteServer):
            return None
        return f"http://{LOOPBACK}:{self.settings.port_ui}/namespaces/{self.namespace}/workflows"

    @property
    def console_url(self) -> str:
        return f"http://{LOOPBACK}:{self.settings.port_console}/"

    @property
    def codec_url(self) -> str | None:
        """Where the UI has payloads opened; None where it shows none of a journey's words."""
        remote = isinstance(self.server, RemoteServer)
        return None if remote else environments.codec_url(self.settings)

    @property
    def webhooks_url(self) -> str | None:
        """What Twilio, or what stands in for it, is told; None: it calls nobody."""
        return public_url(self.settings)

    @property
    def phones_url(self) -> str | None:
        """None where texts go to real phones."""
        if self.settings.texting is Texting.TWILIO:
            return None
        return f"http://{LOOPBACK}:{self.settings.port_simulator}/"


def plan(
    settings: Settings,
    server: RemoteServer | ServerBinary,
    progress: Progress,
    dynamic_config: DynamicConfig = FOR_RUN,
) -> Stand:
    """Lay out the stand; nothing is started yet.

    Raises StandError when a port is taken or the UI cannot be built.
    """
    settings = with_ports(settings)
    members: list[Member] = []
    if isinstance(server, ServerBinary):
        members += _temporal(settings, server, progress, dynamic_config)
    if settings.texting is not Texting.TWILIO:
        members.append(Child(_simulator(settings)))
    local = isinstance(server, ServerBinary)
    members.append(Child(_console(settings, local=local)))
    members.append(Child(_worker(settings, local=local)))
    return Stand(settings, server, tuple(members))


def _temporal(
    settings: Settings, server: ServerBinary, progress: Progress, dynamic_config: DynamicConfig
) -> list[Member]:
    require_free(
        settings.port_temporal, used_by="the Temporal server", variable="WAYMARK_PORT_TEMPORAL"
    )
    require_free(settings.port_ui, used_by="the Temporal UI", variable="WAYMARK_PORT_UI")
    directory = settings.state_dir / "temporal"
    claim(directory, server)
    namespace = connection_of(settings)["namespace"]
    temporal = TemporalServer(
        server,
        directory,
        ports=ports_of(directory, settings.port_temporal),
        dynamic_config=dynamic_config,
        namespace=namespace,
        ui_port=settings.port_ui,
        codec=environments.codec_url(settings),
        log=log_of(settings, "temporal"),
    )
    if server.flavour is Flavour.CLI:
        return [temporal]
    ui = ui_spec(
        built(UI_SERVER, progress),
        settings.state_dir / "ui",
        port=settings.port_ui,
        temporal=temporal.address,
        namespace=namespace,
        log=log_of(settings, "ui"),
        codec=environments.codec_url(settings),
    )
    return [temporal, Child(ui)]


def _simulator(settings: Settings) -> ChildSpec:
    port = settings.port_simulator
    require_free(port, used_by="the simulated phone network", variable="WAYMARK_PORT_SIMULATOR")
    folder = settings.state_dir / "phones"
    answers = f"{public_url(settings)}/twilio/inbound#rc=5&rp=all"
    options = ("--port", str(port), "--state-dir", str(folder), "--inbound-url", answers)
    return ChildSpec(
        name="simulated phone network",
        argv=_python("simulator", *options),
        env=bare_environment(PYTHONUNBUFFERED="1"),
        log=log_of(settings, "phones"),
        ready=page_answers(port, "/healthz"),
    )


def _console(settings: Settings, *, local: bool) -> ChildSpec:
    port = settings.port_console
    require_free(port, used_by="the console", variable="WAYMARK_PORT_CONSOLE")
    codec = settings.port_codec
    require_free(codec, used_by="the codec endpoint", variable="WAYMARK_PORT_CODEC")
    return ChildSpec(
        name="console",
        argv=_python("console"),
        env=environments.console(settings, local=local),
        log=log_of(settings, "console"),
        ready=page_answers(port, "/healthz"),
    )


def _worker(settings: Settings, *, local: bool) -> ChildSpec:
    ready = settings.state_dir / "worker.ready"
    return ChildSpec(
        name="worker",
        argv=_python("workers.worker"),
        env=environments.worker(settings, ready, local=local),
        log=log_of(settings, "worker"),
        ready=file_appears(ready),
        ready_file=ready,
        # Longer than it gives its own activities: a text under way is not cut off.
        grace=30.0,
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def log_of(settings: Settings, name: str) -> Path:
    """Where a member's output goes."""
    return settings.state_dir / "logs" / f"{name}.log"
