"""What one command writes into the records, and what becomes of it when the journey says no."""

from dataclasses import dataclass

from cli.answer_words import GivenAnswer, keep_answer
from cli.contact_options import GivenContact, change_contact, contact_of
from cli.disclosure_options import keep_words
from cli.records_first import doubts_phone, write_first, written_by_records
from cli.session import Session
from cli.trouble import Trouble
from pathway import commands as cmd
from pathway.model import Model, PathwayReference
from pathway.refusals import Reason
from records import disclosures, patients, staff_answers
from records.errors import RecordsError


@dataclass
class Writing:
    """One command's share of the records: written before the journey is told, unless it refuses."""

    session: Session
    reference: PathwayReference
    typed: Model | None = None
    """The options that stand for what the records keep alone."""
    written: bool = False
    """Whether the records have all that they keep of it."""
    others: tuple[PathwayReference, ...] = ()
    """Who else is, or was, on her phone: their journeys must learn whether it is shared."""
    trouble: Trouble | None = None
    """A stop that the records could not take."""
    words_kept: bool = False
    """Whether the words of a disclosure or an answer were written by this, and not before."""
    changed: bool = False
    """Whether the records learned by this that she has died, or that she lives after all."""

    def keeps(self, command: cmd.Command) -> bool:
        """Whether the records keep anything of it before the journey is told."""
        return written_by_records(command) or isinstance(self.typed, GivenAnswer)

    async def write(self, command: cmd.Command) -> cmd.Command:
        """Write it down; returns the command with what the records then say.

        Raises Trouble, typer.BadParameter and RecordsError, as each part of it does.
        """
        session, reference = self.session, self.reference
        if isinstance(self.typed, GivenContact):
            signed = (command.by, command.role)
            self.others = await change_contact(session, reference, self.typed, signed)
            told = {"contact": await contact_of(session, reference)}
            command = command.model_copy(update=told)
        if isinstance(self.typed, GivenAnswer) and isinstance(command, cmd.AnswerMessages):
            command, self.words_kept = await keep_answer(session, reference, command, self.typed)
        else:
            self.words_kept = await keep_words(session, reference, command, self.typed)
        self.trouble, self.changed = await write_first(session, reference, command)
        self.written = self.trouble is None
        return command

    async def after_refusal(self, command: cmd.Command, code: str) -> str | None:
        """Take back what must not stand, or say that the records hold what the journey refused.

        A stop stays, since there is a command that lets texts go again; a death that this patient's
        journey never had does not, nor does one that the journey did not take back.
        """
        self.trouble = None
        if not self.keeps(command):
            return None
        if not self.written:
            return _NO_DOUBT if doubts_phone(command) else None
        try:
            taken_back = await self._taken_back(command, code)
        except RecordsError as error:
            return f"{_HELD}, and it could not be taken back: {error}. Tell ops."
        return None if taken_back else _held(command)

    async def _taken_back(self, command: cmd.Command, code: str) -> bool:
        """Whether nothing of it stands in the records any more that was not there before."""
        records = self.session.records
        match command:
            case cmd.RecordDisclosure() if self.words_kept:
                await disclosures.take_back(records, self.reference, str(command.disclosure))
                return True
            case cmd.AnswerMessages():
                if self.words_kept:
                    await staff_answers.take_back(records, self.reference, command.words)
                return True
        # A journey that failed on it says nothing about whether it is true.
        if not self.changed or code == Reason.INTERNAL:
            return False
        if isinstance(command, cmd.RetractDeath):
            await patients.set_deceased(records, self.reference)
        else:
            await patients.take_back_death(records, self.reference)
        return True


_NO_DOUBT = (
    "Nothing was written about the number. If it is wrong, `waymark do doubt-phone` stops texts to "
    "it."
)
_HELD = "The records hold it already, although the journey refused it"
_UNDONE_BY: dict[type[cmd.Command], str] = {
    cmd.HoldTexts: "release-texts",
    cmd.ReportAdverseEvent: "release-texts",
    cmd.RetractDeath: "release-texts",
    cmd.ReportHospital: "back-from-hospital",
    cmd.OptOut: "change-contact --no-opted-out",
    cmd.RecordDeliveryFailure: "change-contact --no-opted-out",
}


def _held(command: cmd.Command) -> str:
    """What the records now say beside the journey, and what puts it right."""
    match command:
        case cmd.ChangeContact():
            return f"{_HELD}: `waymark do change-contact` without options tells it."
        case cmd.ReleaseTexts() | cmd.BackFromHospital() | cmd.ConfirmPhone():
            return f"{_HELD}: it still holds texts back. Give this again once it can be taken."
        case cmd.ReportDeath():
            return f"{_HELD}: no text goes to the patient until `waymark do retract-death`."
        case cmd.RecordDisclosure():
            return f"{_HELD}."
    back = "confirm-phone" if doubts_phone(command) else _UNDONE_BY[type(command)]
    return f"{_HELD}: no text goes to the patient until `waymark do {back}`."
