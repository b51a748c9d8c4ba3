"""What can go wrong for a person at a terminal, as a sentence and an exit code."""

import re
from pathlib import Path
from traceback import extract_tb

from temporalio.service import RPCError, RPCStatusCode
from typer import TyperException

from cli.exit_codes import ExitCode
from config.settings import SettingsError
from config.yaml_source import ConfigError
from records.errors import (
    NewerRecordsError,
    RecordsError,
    RecordsUnavailableError,
    UnknownPatientError,
)
from records.referral_file import ReferralFileError
from workers.connection import UnreachableError
from workers.namespace import NamespaceError

_REFERENCE = re.compile(r"J-[0-9A-Z]{1,10}")


class Trouble(Exception):  # noqa: N818 - some of them are answers, not errors
    """Ends a command with a sentence.

    Attributes:
        code: for programs, stable.
        sentence: what is wrong and what to do; never a name or a phone number.
        more: further keys of the JSON document.
    """

    def __init__(self, exit_code: ExitCode, code: str, sentence: str, **more: object) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.code = code
        self.sentence = sentence
        self.more = more


def not_found(reference: str) -> Trouble:
    # Somebody may have typed a name in its place, which is not said again.
    which = f" {reference}" if _REFERENCE.fullmatch(reference) else " of this kind"
    return Trouble(
        ExitCode.NOT_FOUND,
        "not_found",
        f"There is no journey{which}. A reference is J- and ten letters or digits; "
        "`waymark worklist` shows them.",
    )


def wrong_usage(sentence: str) -> Trouble:
    return Trouble(ExitCode.WRONG_USAGE, "wrong_usage", sentence)


def no_answer(sentence: str, **more: object) -> Trouble:
    return Trouble(ExitCode.NO_ANSWER, "no_answer", sentence, **more)


def as_trouble(error: Exception) -> Trouble:
    """Any exception as a trouble; what nobody expected is named by its type and its place."""
    match error:
        case Trouble():
            return error
        case TyperException():
            return wrong_usage(error.format_message())
        case SettingsError() | ConfigError() | NamespaceError():
            return Trouble(ExitCode.WRONG_USAGE, "wrong_settings", str(error))
        case ReferralFileError():
            return Trouble(ExitCode.WRONG_USAGE, "bad_file", f"No row was read: {error}.")
        case UnreachableError():
            return no_answer(f"{error} Start it with `make run`, or see that it runs.")
        case RecordsUnavailableError():
            return Trouble(
                ExitCode.NO_ANSWER,
                "records_unavailable",
                f"The records cannot be reached: {error}. See that WAYMARK_DATABASE_URL is right "
                "and that the database is there; `make run` creates one.",
            )
        case UnknownPatientError():
            return Trouble(ExitCode.NOT_FOUND, "not_found", f"Not found: {error}.")
        case RecordsError():
            return _records(error)
        case RPCError():
            return _rpc(error)
    return _unexpected(error)


def _records(error: RecordsError) -> Trouble:
    if isinstance(error, NewerRecordsError):
        return Trouble(ExitCode.WRONG_USAGE, "newer_records", str(error))
    return Trouble(ExitCode.UNEXPECTED, "records_refused", f"The records: {error}.")


def _rpc(error: RPCError) -> Trouble:
    if error.status in {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}:
        return Trouble(
            ExitCode.WRONG_USAGE,
            "not_admitted",
            "Temporal does not admit these credentials: check the TEMPORAL_* variables.",
        )
    return no_answer(f"Temporal answered {error.status.name}: see that it and a worker run.")


def _unexpected(error: Exception) -> Trouble:
    # Not its message: it may quote what a patient said.
    frames = extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Trouble(
        ExitCode.UNEXPECTED,
        "unexpected",
        f"Something unexpected went wrong ({type(error).__name__}{place}). Tell ops.",
    )
