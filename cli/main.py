"""The `waymark` command. Each command's work stands in its own module."""

import json
import logging
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import structlog
import typer
from typer.core import TyperGroup

from cli import audit, do, documents, inbox, keys, link, ops, patient, protocol, records, texts
from cli.close_day import close_day
from cli.decision import decision
from cli.downtime_pack import downtime_pack
from cli.enroll import enroll
from cli.escalations import ack, escalations
from cli.exit_codes import EPILOG, ExitCode
from cli.explain import explain
from cli.handover import handover
from cli.output import Output
from cli.prepare import prepare
from cli.running import AsJson, json_keys, told_in_a_sentence
from cli.show import show
from cli.trouble import as_trouble
from cli.typed_words import without_what_was_typed
from cli.worklist import worklist


class _Group(TyperGroup):
    """Ends wrong usage with a code of its own: Typer's own 2 means `refused` here."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with without_what_was_typed():
            return super().make_context(*args, **extra)

    def invoke(self, *args: Any, **extra: Any) -> Any:
        with without_what_was_typed():
            return super().invoke(*args, **extra)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        try:
            return super().main(args, *rest, **extra)
        except SystemExit as end:
            if not isinstance(end.__context__, typer.TyperException):
                raise
            words = sys.argv[1:] if args is None else args
            if "--json" in words:
                _print_json(end.__context__.format_message())
            raise SystemExit(ExitCode.WRONG_USAGE.value) from None


def _print_json(sentence: str) -> None:
    error = {"code": "wrong_usage", "sentence": sentence}
    sys.stdout.write(json.dumps({"error": error}, indent=2, ensure_ascii=False) + "\n")


class _Waymark(typer.Typer):
    """The app as the process's one entry and exit."""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        from workers.process import leave

        leave(_as_process(super().__call__, *args, **kwargs))


def _as_process(command: Any, *args: Any, **kwargs: Any) -> int:
    """Run a command and return its exit code; libraries keep silent meanwhile."""
    from workers.time_zones import WrongTimeZonesError, use_pinned_time_zones

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        use_pinned_time_zones()
        command(*args, **kwargs)
    except WrongTimeZonesError as error:
        sys.stderr.write(f"{error}\n")
        return ExitCode.UNEXPECTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.OK
    except Exception as error:  # noqa: BLE001 - not even a bug shows a stack with values in it
        Output(as_json=False).trouble(as_trouble(error))
        return ExitCode.UNEXPECTED
    return ExitCode.OK


app = _Waymark(
    name="waymark",
    cls=_Group,
    help="Waymark: patients' pathways from a terminal. Start with `waymark worklist`.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _command, _document in (
    (enroll, documents.Enrolment),
    (show, documents.Shown),
    (explain, documents.Explained),
    (decision, documents.DecisionShown),
    (escalations, documents.Escalations),
    (ack, documents.Done),
    (handover, documents.Handover),
    (worklist, documents.Worklist),
    (close_day, documents.ClosedDay),
    (downtime_pack, documents.DowntimePack),
):
    app.command(epilog=json_keys(_document))(_command)
app.add_typer(do.app)
app.add_typer(protocol.app)
app.add_typer(texts.app)
app.add_typer(patient.app)
app.add_typer(inbox.app)
app.add_typer(link.app)
app.add_typer(records.app)
app.add_typer(audit.app)
app.add_typer(ops.app)
app.add_typer(keys.app)
app.command()(prepare)


@app.command()
def worker() -> None:
    """Run the worker in the foreground, until Ctrl-C."""
    from workers import worker as workers_worker

    with told_in_a_sentence(Output(as_json=False)):
        workers_worker.main()


@app.command(epilog=json_keys(documents.Version))
def version(as_json: AsJson = False) -> None:
    """Print the version, and which code decides what a journey does."""
    from importlib.metadata import version as installed

    from workers.build import build_id

    document = documents.Version(version=installed("waymark"), build=build_id())
    Output(as_json).show(document, f"Waymark {document.version} (build {document.build})")
