"""``python -m simulator --port 9010 --state-dir DIR``: the network in the foreground."""

import argparse
import contextlib
import secrets
import sys
from pathlib import Path

import uvicorn

from simulator.background import server_config
from simulator.checks import acceptable_url
from simulator.faults import RandomFaults
from simulator.model import Inbound, Pace
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, NetworkSettings


def _account(given: str) -> tuple[str, str]:
    sid, _, token = given.partition(":")
    if not sid or not token:
        raise argparse.ArgumentTypeError("write an account as SID:TOKEN")
    return sid, token


def _webhook_url(given: str) -> str:
    if not acceptable_url(given):
        raise argparse.ArgumentTypeError(
            "write a URL with http or https, no underscore in its host"
        )
    return given


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
    parser.add_argument(
        "--inbound-url",
        type=_webhook_url,
        metavar="URL",
        help="the clinic's webhook for texts from phones; may end in Twilio's #rc=5&rp=all",
    )
    parser.add_argument(
        "--advanced-opt-out",
        action="store_true",
        help="with --inbound-url: the webhook of STOP, START and HELP carries OptOutType",
    )
    parser.add_argument(
        "--segments-per-second",
        type=float,
        metavar="N",
        help="each number sends no faster, and queues ten hours at most; without it, at once",
    )
    parser.add_argument(
        "--random-faults",
        type=float,
        metavar="SHARE",
        help="each fault of webhooks hits by chance, with this probability",
    )
    parser.add_argument("--seed", type=int, help="of the random faults; printed when drawn")
    return parser


def _inbound(given: argparse.Namespace) -> Inbound | None:
    if given.inbound_url is None:
        return None
    return Inbound(url=given.inbound_url, advanced_opt_out=given.advanced_opt_out)


def _random_faults(given: argparse.Namespace) -> RandomFaults | None:
    if given.random_faults is None:
        return None
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    sys.stdout.write(f"Random faults: seed {seed}, share {given.random_faults}\n")
    return RandomFaults(seed=seed, share=given.random_faults)


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    given = _parser().parse_args()
    settings = NetworkSettings(
        state_dir=given.state_dir,
        accounts=dict(given.account or [(DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN)]),
        senders=frozenset(given.sender),
        inbound=_inbound(given),
        segments_per_second=given.segments_per_second,
        random_faults=_random_faults(given),
        pace=Pace(accepted=0, sending=0, sent=0, done=0) if given.instant else Pace(),
    )
    sys.stdout.write(f"Phones: http://{given.host}:{given.port}/  (Ctrl-C ends)\n")
    sys.stdout.flush()
    server = uvicorn.Server(server_config(settings, given.host, given.port))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


if __name__ == "__main__":
    main()
