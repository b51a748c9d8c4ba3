"""``python -m simulator --port 9010 --state-dir DIR``: the network in the foreground."""

import argparse
import contextlib
import sys
from pathlib import Path

import uvicorn

from simulator.background import server_config
from simulator.model import Pace
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, NetworkSettings


def _account(given: str) -> tuple[str, str]:
    sid, _, token = given.partition(":")
    if not sid or not token:
        raise argparse.ArgumentTypeError("write an account as SID:TOKEN")
    return sid, token


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9010)
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless you know better")
    parser.add_argument("--state-dir", type=Path, required=True, help="kept over restarts")
    parser.add_argument(
        "--account",
        type=_account,
        action="append",
        metavar="SID:TOKEN",
        help="credentials to accept in place of the demonstration pair; may be repeated",
    )
    parser.add_argument(
        "--sender",
        action="append",
        default=[],
        metavar="NUMBER",
        help="a number that may send; without any, every number may",
    )
    parser.add_argument("--instant", action="store_true", help="texts are delivered at once")
    return parser


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    given = _parser().parse_args()
    settings = NetworkSettings(
        state_dir=given.state_dir,
        accounts=dict(given.account or [(DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN)]),
        senders=frozenset(given.sender),
        pace=Pace(accepted=0, sending=0, sent=0, done=0) if given.instant else Pace(),
    )
    sys.stdout.write(f"Phones: http://{given.host}:{given.port}/  (Ctrl-C ends)\n")
    sys.stdout.flush()
    server = uvicorn.Server(server_config(settings, given.host, given.port))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


if __name__ == "__main__":
    main()
