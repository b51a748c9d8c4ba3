"""What may stand in a log line. Names, numbers and words of patients may not.

Our own lines carry constant event names and fields from an allow-list. Lines of libraries are
free text, so everything that could be a value is blotted out of them. An exception is told by
its type and its place in the code: the messages of pydantic and Twilio repeat phone numbers.
"""

import re
import sys
import traceback
from pathlib import PurePath
from types import TracebackType
from typing import Any

from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    (
        *("event", "level", "timestamp", "logger", "dropped_fields"),
        *("error", "error_at", "error_type", "caused_by"),
        *("workflow_id", "run_id", "workflow_type", "update_id", "update_name", "namespace"),
        *("activity_type", "activity_id", "attempt", "task_queue"),
        *("reference", "key", "intent", "treatment", "stage", "escalation", "severity", "rung"),
        *("role", "kind", "outcome", "reason", "code", "provider_code", "status", "template"),
        *("number", "through", "replaced", "revision", "protocol", "language"),
        *("count", "seconds", "retry_in", "address", "port", "pid", "signal", "exit_code"),
        "column",
        *("version", "build", "expected", "tzdata", "worker", "method", "route", "request_id"),
    )
)
"""Names of fields whose values never say anything about a person."""

_OURS = frozenset(("event", "error_at", "caused_by"))
"""Made here, of constants and places in the code."""
_LONGEST = 200
_FRAMES = 6
_SCALARS = (bool, int, float, type(None))

_EVENT = re.compile(r"^[a-z][a-z0-9_]*$")
_CODE = re.compile(r"[\w@:./+=,%#~\[\]<>-]*", re.ASCII)
"""A code, an id, a key, a machine's address: no sentence, and no letters that only names have."""
_VALUE = re.compile(r"=(?!\[…\]).+")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_NUMBER = re.compile(r"(?<![\w-])\+?\d(?:[\s().-]?\d){6,}(?![\w-])")


def keep_allowed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Drop every field that is not on the list, and say which were dropped."""
    dropped = sorted(name for name in event if name not in ALLOWED and not name.startswith("_"))
    for name in dropped:
        del event[name]
    for name, value in event.items():
        if not name.startswith("_") and name not in _OURS:
            event[name] = _plain(value)
    event["event"] = _constant(str(event.get("event", "")))
    if dropped:
        event["dropped_fields"] = dropped
    return event


def keep_allowed_of_library(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The same for a line that a library wrote, whose text may hold anything."""
    kept = {
        name: value if name[0] == "_" or name in _OURS else _plain(value)
        for name, value in event.items()
        if name in ALLOWED or name[0] == "_"
    }
    kept["event"] = _blot(_filled_in(str(event.get("event", "")), event.get("positional_args")))
    return kept


def describe_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace a traceback by types and code locations."""
    error = _exception_of(event.pop("exc_info", None))
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    if error is not None:
        event["error"] = _type_of(error)
        event["error_at"] = _places(error.__traceback__)
        if causes := _causes(error):
            event["caused_by"] = causes
    return event


def _exception_of(exc_info: Any) -> BaseException | None:
    """`log.exception(...)` says True: what is being handled now."""
    if exc_info is True:
        return sys.exc_info()[1]
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple) and isinstance(exc_info[1], BaseException):
        return exc_info[1]
    return None


def _type_of(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}"


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost frames, outermost first: file, line, function; never a value."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
    return [
        f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno} in {frame.name}"
        for frame in frames[-_FRAMES:]
    ]


def _causes(error: BaseException) -> list[str]:
    """Types of the exceptions behind this one, nearest first."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < _FRAMES:
        causes.append(_type_of(cause))
        cause = cause.__cause__ or cause.__context__
    return causes


def _constant(event: str) -> str:
    """An event's name is a constant; a sentence in its place was put together from values."""
    return event if _EVENT.match(event) else _blot(event)


def _filled_in(template: str, arguments: Any) -> str:
    """A library's message with its numbers filled in, and no other argument."""
    if not isinstance(arguments, tuple) or not arguments:
        return template
    try:
        return template % tuple(
            argument if isinstance(argument, int | float) else _Blank() for argument in arguments
        )
    except (TypeError, ValueError):
        return template


class _Blank:
    """Stands for an argument that is not shown, whatever format it is asked for."""

    def __str__(self) -> str:
        return "[…]"

    __repr__ = __str__

    def __int__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0


def _plain(value: Any) -> Any:
    """A value that fits a line; an object is told by its type, not by its words."""
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, str) and not _CODE.fullmatch(value[:_LONGEST]):
        return "[words]"
    if isinstance(value, str):
        return _ADDRESS.sub("[address]", _NUMBER.sub("[number]", value[:_LONGEST]))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return f"<{type(value).__name__}>"


def _blot(text: str) -> str:
    """The first line of a text without what could be somebody's words or number.

    Behind a colon or an equals sign libraries write values, most often an error's own text.
    """
    first, _, _ = text.partition("\n")
    without_quotes = _VALUE.sub("=[…]", _QUOTED.sub("[…]", first[:_LONGEST]))
    said, colon, _ = without_quotes.partition(": ")
    without_numbers = _ADDRESS.sub("[address]", _NUMBER.sub("[number]", said))
    return f"{without_numbers}: […]" if colon else without_numbers
