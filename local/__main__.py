"""`python -m local run` and `python -m local server`: what the Makefile calls."""

import argparse
import sys

from rich.console import Console

from config.settings import SettingsError, load_settings
from local.errors import StandError


def main() -> int:
    """Returns the exit code; a problem that a person can solve is a sentence, not a traceback."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        _dispatch(_parser().parse_args().command, console)
    except StandError as error:
        console.print(error.problem, style="bold red", markup=False)
        console.print(error.remedy, markup=False)
        return 1
    except SettingsError as error:
        console.print(str(error), style="bold red", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="The local stand.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and keep it running until Ctrl-C")
    commands.add_parser("server", help="get a Temporal server that the tests can use")
    return parser


def _dispatch(command: str, console: Console) -> None:
    if command == "run":
        from local.run import run_stand

        run_stand(load_settings(), console)
    else:
        _get_server(console)


def _get_server(console: Console) -> None:
    from local.finder import find_test_server
    from local.progress import Progress

    server = find_test_server(Progress(console))
    console.print(f"Temporal server {server.version}, {server.origin}: {server.path}")


if __name__ == "__main__":
    sys.exit(main())
