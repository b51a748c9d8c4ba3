"""`python -m bench` takes every measured figure; `python -m bench beside --rounds 1` one part's."""

import argparse
import asyncio
import signal
import sys

from bench import beside, cached, events, journey, load, referrals, round_trip, scale, webhooks
from local.errors import StandError
from local.progress import Progress
from workers.process import leave

PARTS = {
    "journey": journey,
    "load": load,
    "round-trip": round_trip,
    "beside": beside,
    "cached": cached,
    "scale": scale,
    "referrals": referrals,
    "webhooks": webhooks,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    parts = parser.add_subparsers(dest="part", metavar="PART")
    for name, part in PARTS.items():
        summary = (part.__doc__ or "").partition("\n")[0]
        of_part = parts.add_parser(name, help=summary, description=part.__doc__)
        of_part.add_argument("--write", action="store_true", default=argparse.SUPPRESS)
        part.options(of_part)
    return parser


def _chosen() -> list[argparse.Namespace]:
    """The part that was named with its options, or each with its defaults."""
    parser = _parser()
    given = parser.parse_args()
    if given.part:
        return [given]
    first = ["--write"] if given.write else []
    return [parser.parse_args([*first, name]) for name in PARTS]


def main() -> int:
    """Returns 1 when something that is needed cannot be had."""
    # Asked to end, it ends what it has started, as at Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    progress = Progress()
    try:
        for chosen in _chosen():
            for figures in asyncio.run(PARTS[chosen.part].run(chosen, progress)):
                figures.show()
                if chosen.write:
                    figures.write()
    except StandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    # Counted, not measured: this part needs no server, and has options of its own.
    if sys.argv[1:2] == ["events"]:
        sys.exit(events.main(sys.argv[2:]))
    leave(main())
