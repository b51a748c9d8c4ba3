"""``python -m console``: the clinic's HTTP service in the foreground."""

import argparse
import asyncio

from config.settings import load_settings
from console.service import serve
from workers.logging import configure_logging
from workers.process import run_process


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="console", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback unless a proxy is before it")
    parser.add_argument(
        "--codec-host", default="127.0.0.1", help="where the codec endpoint listens; the same"
    )
    return parser


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    given = _parser().parse_args()
    settings = load_settings()
    configure_logging(settings.log_level, as_json=settings.log_json)

    async def service(stop: asyncio.Event) -> None:
        await serve(settings, stop, given.host, given.codec_host)

    run_process(service)


if __name__ == "__main__":
    main()
