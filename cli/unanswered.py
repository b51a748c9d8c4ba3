"""A command without an answer: what is known of it, and the line that gives it again."""

from cli.command_options import as_typed
from cli.records_first import written_by_records
from cli.trouble import Trouble
from pathway.commands import Command
from pathway.model import Model


def perhaps_taken(
    trouble: Trouble, command: Command, reference: str, typed: Model | None
) -> Trouble:
    repeat = as_typed(command, reference, typed)
    return Trouble(
        trouble.exit_code,
        trouble.code,
        f"{trouble.sentence} The command may or may not have been taken up. Repeat it with its "
        f"key, and it counts once:\n{repeat}",
        key=command.key,
        repeat=repeat,
    )


def not_sent(
    trouble: Trouble, command: Command, reference: str, typed: Model | None, *, written: bool
) -> Trouble:
    """`written`: whether the records have what they keep of this command."""
    repeat = as_typed(command, reference, typed)
    told = "The journey was not told."
    if written and written_by_records(command):
        told = "The records say so already and texts follow them, but the journey was not told."
    return Trouble(
        trouble.exit_code,
        trouble.code,
        f"{trouble.sentence} {told} Give it again:\n{repeat}",
        key=command.key,
        repeat=repeat,
    )
