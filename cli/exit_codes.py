"""How a command ended, for the scripts that call it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The process's exit code; each has one meaning in every command."""

    OK = 0
    UNEXPECTED = 1
    REFUSED = 2
    SOME_ROWS_BAD = 3
    NO_ANSWER = 4
    NOT_FOUND = 5
    ALTERED = 6
    WRONG_USAGE = 64


MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.UNEXPECTED: "something unexpected",
    ExitCode.REFUSED: "refused by the protocol",
    ExitCode.SOME_ROWS_BAD: "done in part: it says what was bad, missing or refused",
    ExitCode.NO_ANSWER: "Temporal, a worker, the records or a stranded journey gave no answer",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.ALTERED: "the journal is not as it was sealed",
    ExitCode.WRONG_USAGE: "wrong usage, file or settings",
}

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {says}" for code, says in MEANINGS.items()) + "."
