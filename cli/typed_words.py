"""Wrong usage told without the words that were typed: a name may stand where an option belongs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import TypeAdapter, ValidationError

from pathway.model import StaffId

_STAFF: TypeAdapter[str] = TypeAdapter(StaffId)
_INSTEAD = (
    ("No such option", "There is no such option."),
    ("No such command", "There is no such command."),
    ("Got unexpected extra argument", "There are more words than the command takes."),
    ("Value ", "This is no such value."),
)
"""What Typer says and then quotes, with what is said in its place."""
_SUGGESTED = re.compile(r"Did you mean .*")


@contextmanager
def without_what_was_typed() -> Iterator[None]:
    """Wrong usage inside is raised again in words of our own; suggestions stay."""
    try:
        yield
    except typer.TyperException as error:
        error.message = _said(error.message)
        raise


def _said(message: Any) -> str:
    for beginning, instead in _INSTEAD:
        if str(message).startswith(beginning):
            suggested = _SUGGESTED.search(str(message))
            return f"{instead} {suggested[0]}" if suggested else instead
    return str(message)


def nobody_has(staff_id: str) -> str:
    """That the clinic has nobody of this staff id; repeated only where it could be one."""
    try:
        _STAFF.validate_python(staff_id)
    except ValidationError:
        return "This is no staff id; clinic.yaml lists them."
    return f"Nobody of the clinic has the staff id {staff_id}; clinic.yaml lists them."
