"""One line per event, the same shape for our own loggers and for those of libraries.

A workflow's line is written once: what a replay says again is dropped.
"""

import logging
import sys
import threading
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow

from workers.redaction import describe_exception, keep_allowed, keep_allowed_of_library

# Below WARNING libraries log requests, statements and bodies, with names and numbers in them.
_HEARD_OF = ("temporalio", "uvicorn")
"""Libraries that are heard at INFO as well: they say when they begin and end, by constants."""


def configure_logging(level: str = "INFO", *, as_json: bool = True) -> None:
    """Set up every logger of this process; call it once, before anything logs.

    `level` is a standard level's name. Uncaught exceptions and warnings become lines too.
    """
    logging.captureWarnings(capture=True)
    _configure_structlog(level)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_formatter(as_json=as_json))
    handler.addFilter(_is_heard)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Ours say it in fields; appended to the message it would be a new event name each time.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _is_heard(record: logging.LogRecord) -> bool:
    """Our own lines, warnings of anybody, and of few libraries more, whatever the level is."""
    ours = isinstance(record.msg, dict)
    least = logging.INFO if record.name.partition(".")[0] in _HEARD_OF else logging.WARNING
    return ours or record.levelno >= least


def drop_on_replay(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Say nothing twice: a replay runs the same lines of a workflow again."""
    if workflow.in_workflow() and workflow.unsafe.is_replaying_history_events():
        raise structlog.DropEvent
    return event


def add_temporal(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Name the workflow or activity that speaks."""
    if activity.in_activity():
        event.update(_activity_fields())
    elif workflow.in_workflow():
        event.update(_workflow_fields())
    return event


def _activity_fields() -> dict[str, Any]:
    info = activity.info()
    return {
        "workflow_id": info.workflow_id,
        "run_id": info.workflow_run_id,
        "activity_type": info.activity_type,
        "activity_id": info.activity_id,
        "attempt": info.attempt,
    }


def _workflow_fields() -> dict[str, Any]:
    info = workflow.info()
    fields: dict[str, Any] = {"workflow_id": info.workflow_id, "run_id": info.run_id}
    update = workflow.current_update_info()
    if update is not None:
        fields |= {"update_id": update.id, "update_name": update.name}
    return fields


def _configure_structlog(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            drop_on_replay,
            add_temporal,
            *_common(),
            describe_exception,
            keep_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _common() -> tuple[Processor, ...]:
    return (
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )


def _formatter(*, as_json: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(),
            add_temporal,
            *_common(),
            describe_exception,
            keep_allowed_of_library,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        # A library's arguments are values: the message is filled in where they are judged.
        use_get_message=False,
        pass_foreign_args=True,
    )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python's own report would print the exception's message."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("waymark").error("uncaught_exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
