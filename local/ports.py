"""Ports of the loopback interface: which are free, which are taken."""

import secrets
import socket

from local.errors import StandError

LOOPBACK = "127.0.0.1"

# Below the range from which Linux and macOS take the ports of outgoing connections. Inside it,
# a client that redials a killed server can be given that very port and keep it for itself.
_LOWEST, _HIGHEST = 20_000, 29_999
_ATTEMPTS = 200


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers set it too: a port whose last connections are only lingering is free to them.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Distinct ports that are free now.

    Raises StandError when the machine has hardly any left.
    """
    found: list[int] = []
    for _ in range(_ATTEMPTS):
        if len(found) == count:
            break
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST + 1)
        if port not in found and is_free(port):
            found.append(port)
    if len(found) < count:
        raise StandError(
            f"Fewer than {count} free ports between {_LOWEST} and {_HIGHEST} could be found.",
            "Stop some servers on this machine and try again.",
        )
    return found


def free_port() -> int:
    """One port that is free now."""
    return free_ports(1)[0]


def require_free(port: int, *, used_by: str, variable: str) -> None:
    """Refuse a taken port before anything is started.

    Raises StandError naming the port, what wanted it and the variable that moves it.
    """
    if not is_free(port):
        raise StandError(
            f"Port {port}, which {used_by} needs, is taken by another program.",
            f"Stop that program, or choose another port: {variable}=<port> make run",
        )
