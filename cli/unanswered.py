"""A command without an answer: what is known of it, and the line that gives it again."""

from cli.command_options import as_typed
from cli.records_first import stops_texts, written_by_records
from cli.trouble import Trouble
from pathway.commands import Command
from pathway.model import Model


def perhaps_taken(
    trouble: Trouble, command: Command, reference: str, typed: Model | None
) -> Trouble:
    says = (
        "The command may or may not have been taken up. Repeat it with its key, and it counts once"
    )
    return _repeatable(trouble, command, reference, typed, says)


def not_sent(
    trouble: Trouble, command: Command, reference: str, typed: Model | None, *, written: bool
) -> Trouble:
    """`written`: whether the records have what they keep of this command."""
    says = f"{_who_has(command, written=written)} Give it again"
    return _repeatable(trouble, command, reference, typed, says)


def not_told(
    stranded: Trouble, command: Command, reference: str, typed: Model | None, *, written: bool
) -> Trouble:
    """The same of a journey that takes nothing up until it is brought back."""
    told, again = _who_has(command, written=written), "once it is back"
    if stops_texts(command) and not written:
        told = "Nor do the records have it: a text on its way may still go out."
        again = "now, and again once it is back"
    return _repeatable(stranded, command, reference, typed, f"{told} Give it again {again}")


def _repeatable(
    trouble: Trouble, command: Command, reference: str, typed: Model | None, says: str
) -> Trouble:
    repeat = as_typed(command, reference, typed)
    return Trouble(
        trouble.exit_code,
        trouble.code,
        f"{trouble.sentence} {says}:\n{repeat}",
        key=command.key,
        repeat=repeat,
    )


def _who_has(command: Command, *, written: bool) -> str:
    if written and written_by_records(command):
        return "The records say so already and texts follow them, but the journey was not told."
    return "The journey was not told."
