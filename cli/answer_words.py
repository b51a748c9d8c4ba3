"""What `inbox answer` asks for and the journey never hears: the words of an answer."""

from datetime import datetime

from pydantic import Field

from cli.session import Session
from cli.trouble import wrong_usage
from pathway.commands import AnswerMessages
from pathway.model import Model, PathwayReference
from records import staff_answers


class GivenAnswer(Model):
    """The words that stand for an answer's id; the records keep them."""

    said: str = Field(repr=False)


async def said_at(session: Session, words_id: str, said: str) -> datetime | None:
    """When these words were kept under this id, so that giving them again is the same command.

    None where none are kept yet. Raises Trouble where other words are.
    """
    kept = await staff_answers.kept(session.records, words_id)
    if kept is not None and kept.body != said:
        # Not the key: a name may have been typed as one.
        raise wrong_usage("This --key was used for other words. Leave --key out.")
    return kept.at if kept else None


async def keep_answer(
    session: Session, reference: PathwayReference, command: AnswerMessages, typed: GivenAnswer
) -> tuple[AnswerMessages, bool]:
    """Write them down before the journey is told; whether they were not there before.

    The command comes back with the time at which they were first kept. Raises Trouble and
    RecordsError.
    """
    words, at = command.words, command.happened_at
    if await staff_answers.keep(
        session.records, words, reference, typed.said, by=command.by, at=at
    ):
        return command, True
    first = await said_at(session, words, typed.said)
    return command.model_copy(update={"happened_at": first or at}), False
