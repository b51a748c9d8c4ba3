"""`python -m local run`, `demo`, `picture` and `server`: what the Makefile calls."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from config.settings import SettingsError, load_settings
from config.yaml_source import ConfigError
from local.errors import StandError


def main() -> int:
    """Returns the exit code; a problem that a person can solve is a sentence, not a traceback."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        _dispatch(_parser().parse_args(), console)
    except StandError as error:
        console.print(error.problem, style="bold red", markup=False)
        console.print(error.remedy, markup=False)
        return 1
    except (SettingsError, ConfigError) as error:
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
    demo = commands.add_parser("demo", help="live the examples' courses in minutes")
    demo.add_argument("--end", action="store_true", help="end when the diary is written")
    demo.add_argument(
        "--story",
        action="append",
        metavar="NUMBER",
        help="only this referral's story, by its record number; may be repeated",
    )
    picture = commands.add_parser(
        "picture", help="live the examples' stories and photograph the Temporal UI"
    )
    picture.add_argument(
        "--to", type=Path, metavar="FOLDER", help="where the pictures go: docs/pictures"
    )
    commands.add_parser("server", help="get a Temporal server that the tests can use")
    return parser


def _dispatch(given: argparse.Namespace, console: Console) -> None:
    if given.command == "run":
        from local.run import run_stand

        run_stand(load_settings(), console)
    elif given.command == "demo":
        from local.demo.stage import run_demo

        run_demo(load_settings(), console, stay=not given.end, stories=given.story or ())
    elif given.command == "picture":
        _draw_pictures(given.to, console)
    else:
        _get_server(console)


def _draw_pictures(to: Path | None, console: Console) -> None:
    try:
        from local.picture import PICTURES, draw_pictures
    except ModuleNotFoundError:
        raise StandError(
            "Playwright, which drives the browser, is not installed.",
            "`make picture` installs it with the other tools for development.",
        ) from None
    draw_pictures(load_settings(), console, to or PICTURES)


def _get_server(console: Console) -> None:
    from local.finder import find_test_server
    from local.progress import Progress

    server = find_test_server(Progress(console))
    console.print(f"Temporal server {server.version}, {server.origin}: {server.path}")


if __name__ == "__main__":
    sys.exit(main())
