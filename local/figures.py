"""Ports for the pages of figures: those that are set, else the usual ones, else free ones."""

from config.settings import Port, Settings
from local.ports import LOOPBACK, free_port, is_free, require_free

_USUAL = {
    "port_metrics": (9464, "the worker's figures"),
    "port_metrics_console": (9465, "the console's figures"),
    "port_metrics_sdk": (9466, "the SDK's figures"),
}


def with_ports(settings: Settings) -> Settings:
    """The settings with a port for each page, none of them taken.

    Raises StandError when one was set and is taken.
    """
    chosen: dict[str, Port] = {}
    for name, (usual, used_by) in _USUAL.items():
        given: Port | None = getattr(settings, name)
        if given is not None:
            require_free(given, used_by=used_by, variable=f"WAYMARK_{name.upper()}")
            continue
        others = {port for field, port in settings if field.startswith("port_")}
        taken = others | set(chosen.values())
        chosen[name] = usual if usual not in taken and is_free(usual) else free_port()
    return settings.model_copy(update=chosen)


def variables(settings: Settings) -> dict[str, str]:
    """What the stand's processes are told."""
    return {
        f"WAYMARK_{name.upper()}": str(port)
        for name in _USUAL
        if (port := getattr(settings, name)) is not None
    }


def places(settings: Settings) -> list[tuple[str, str]]:
    """Where a person finds them."""
    return [
        (title, f"http://{LOOPBACK}:{port}/metrics ({whose})")
        for title, port, whose in (
            ("Metrics", settings.port_metrics, "worker; also /healthz and /readyz"),
            ("", settings.port_metrics_console, "console; likewise"),
            ("", settings.port_metrics_sdk, "the SDK in the worker"),
        )
        if port is not None
    ]
