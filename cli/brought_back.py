"""Why a journey was not started again, in a sentence."""

from cli.exit_codes import ExitCode
from cli.trouble import Trouble
from workers.bringing_back import NotBroughtBackError, Why

_SAYS = {
    Why.AT_WORK: "Its workflow runs, is paused, or has come to its own end: nothing was done.",
    Why.NO_JOURNAL: "The records hold no journal of it, so nobody knows where it stood.",
    Why.GAP: "A row of its journal is missing: `waymark records check` says which.",
    Why.UNREADABLE: "This release cannot read a row of its journal.",
    Why.ERASED: "This patient was erased.",
    Why.ENDED: "It had ended before, and nothing of it is open.",
}


def not_brought_back(error: NotBroughtBackError) -> Trouble:
    """What is said of it."""
    return Trouble(ExitCode.REFUSED, error.why, _SAYS[error.why])
