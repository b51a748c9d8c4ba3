"""What `do record-disclosure` asks for and the journey never hears: who was told, what and why."""

from collections.abc import Mapping
from typing import Any

import typer
from pydantic import Field, ValidationError

from cli.exit_codes import ExitCode
from cli.kept_words import words_id
from cli.session import Session
from cli.trouble import Trouble
from pathway.commands import Command, RecordDisclosure
from pathway.model import Model, PathwayReference, Sentence
from records import disclosures
from records.disclosures import Kept, Told


class GivenDisclosure(Model):
    """The options that stand for a disclosure's words; the records keep them."""

    person: Sentence | None = Field(default=None, repr=False)
    what: Sentence = Field(repr=False)
    why: Sentence = Field(repr=False)


def given_disclosure(given: Mapping[str, Any]) -> GivenDisclosure:
    """Raises typer.BadParameter, naming the option."""
    try:
        return GivenDisclosure.model_validate(
            {n: given.get(n) for n in GivenDisclosure.model_fields}
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise typer.BadParameter(found["msg"], param_hint=f"--{found['loc'][0]}") from None


def disclosure_id(reference: PathwayReference, key: str) -> str:
    """The same for the same key, so that giving it again is one act."""
    return f"D-{words_id(reference, key)}"


async def keep_words(
    session: Session, reference: PathwayReference, command: Command, typed: Model | None
) -> bool:
    """Write them down before the journey is told; False where they stood there already.

    Raises Trouble and RecordsError.
    """
    if not (isinstance(command, RecordDisclosure) and isinstance(typed, GivenDisclosure)):
        return False
    told = Told(
        id=str(command.disclosure),
        told=command.told,
        **dict(typed),
        by=command.by,
        role=command.role,
        at=command.happened_at,
    )
    kept = await disclosures.keep(session.records, reference, told)
    if kept is Kept.OTHER:
        raise Trouble(
            ExitCode.REFUSED,
            "key_reused",
            "This key was used for another disclosure: give this one a key of its own.",
        )
    return kept is Kept.NEW
