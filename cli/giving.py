"""One command, from its values to what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cli import asking
from cli.acting import acting
from cli.answer_words import GivenAnswer
from cli.command_options import LOOKED_UP, TYPED_AS, built, values_from
from cli.contact_options import contact_to_be, given_contact
from cli.disclosure_options import disclosure_id, given_disclosure
from cli.documents import Done, RefusedWith
from cli.exit_codes import ExitCode
from cli.foreseeing import would_be_refused
from cli.not_there import EndedError, StrandedError
from cli.output import Output
from cli.previewing import show_preview
from cli.records_first import write_after, written_by_records
from cli.refused import keep
from cli.render import done_lines
from cli.second_person import require_second_person
from cli.session import Session
from cli.starting import tell_contact
from cli.times import time_typed
from cli.trouble import Trouble, as_trouble, no_answer, wrong_usage
from cli.unanswered import not_sent, not_told, perhaps_taken
from cli.writing import Writing
from pathway.after_the_end import FACTS
from pathway.commands import AnswerMessages, Command, RecordDisclosure
from pathway.facts import Step
from pathway.model import Model, PathwayReference, StaffId
from pathway.overview import Overview
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from records.errors import RecordsError
from workers.connection import UnreachableError


@dataclass(frozen=True)
class Common:
    """The options that every command has."""

    by: str | None
    role: Role | None
    happened_at: str | None
    key: str | None
    preview: bool = False
    """Show what it would do, and do not give it."""


async def give(
    session: Session,
    output: Output,
    reference: PathwayReference,
    command_type: type[Command],
    given: Mapping[str, Any],
    common: Common,
) -> ExitCode:
    """Build the command, give it until it is answered, and show what became of it."""
    if common.preview:
        return await _previewed(session, output, reference, command_type, given, common)
    signed = acting(session, common.by, common.role)
    values = _values(session, command_type, given, common)
    values |= dict(zip(("by", "role"), signed, strict=True))
    await _look_up(session, reference, command_type, values)
    typed = await _typed(session, reference, command_type, given, values)
    command = built(command_type, values)
    await require_second_person(session, reference, command)
    writing = Writing(session, reference, typed)
    done = await _written_and_given(output, writing, command)
    output.show(done, *done_lines(done))
    if done.refused and done.note:
        output.note(done.note)
    half = writing.trouble or await _tell_others(session, writing.others, signed)
    if half is not None:
        output.note(half.sentence)
        return half.exit_code
    return ExitCode.REFUSED if done.refused else ExitCode.OK


async def _typed(
    session: Session,
    reference: PathwayReference,
    command_type: type[Command],
    given: Mapping[str, Any],
    values: dict[str, Any],
) -> Model | None:
    """The options that the records take, and in `values` what the journey has in their place."""
    if "contact" in command_type.model_fields:
        contact = given_contact(given)
        values["contact"] = await contact_to_be(session, reference, contact)
        return contact
    if command_type is RecordDisclosure:
        values["disclosure"] = disclosure_id(reference, values["key"])
        return given_disclosure(given)
    if command_type is AnswerMessages and "said" in given:
        return GivenAnswer(said=given["said"])
    return None


async def _written_and_given(output: Output, writing: Writing, command: Command) -> Done:
    """Write what the records keep of it, then give it; what would be refused is only given.

    A refusal that was foreseen is left to the journey to say: it may have changed its mind since,
    and then the records follow.
    """
    session, reference = writing.session, writing.reference
    foreseen = writing.keeps(command) and await would_be_refused(session, reference, command)
    if not foreseen:
        command = await writing.write(command)
    done = await answered(
        session, output, reference, command, writing.typed, written=writing.written
    )
    if done.refused:
        note = await writing.after_refusal(command, done.refused.code)
        return done.model_copy(update={"note": note})
    if foreseen:
        await writing.write(command)
    await write_after(session, reference, command)
    return done


async def _previewed(
    session: Session,
    output: Output,
    reference: PathwayReference,
    command_type: type[Command],
    given: Mapping[str, Any],
    common: Common,
) -> ExitCode:
    if command_type.model_fields.keys() & TYPED_AS:
        raise wrong_usage("This moves no date: there is no preview.")
    values = _values(session, command_type, given, common)
    by, role = acting(session, common.by, common.role)
    await _look_up(session, reference, command_type, values)
    command = built(command_type, {**values, "by": by, "role": role})
    await require_second_person(session, reference, command)
    return await show_preview(session, output, reference, command)


async def _tell_others(
    session: Session, others: tuple[PathwayReference, ...], signed: tuple[StaffId, Role]
) -> Trouble | None:
    _, not_told = await tell_contact(session, others, signed)
    if not not_told:
        return None
    listed = ", ".join(not_told)
    return no_answer(
        "Others on this phone are not told yet whether it is shared, although the records know: "
        f"{listed}. `waymark do change-contact` without options tells each, or says why it cannot."
    )


def _values(
    session: Session, command_type: type[Command], given: Mapping[str, Any], common: Common
) -> dict[str, Any]:
    """What was typed, with every time read; who acts is not among it."""
    happened_at = session.now
    if (typed := common.happened_at) is not None:
        happened_at = time_typed("--happened-at", typed, session.zone, session.now)
    values = values_from(command_type, given, session.zone, session.now, happened_at)
    return values | {"happened_at": happened_at, "key": common.key or str(uuid4())}


async def _look_up(
    session: Session,
    reference: PathwayReference,
    command_type: type[Command],
    values: dict[str, Any],
) -> None:
    """Fill in what the caller did not say: the treatment and the revision as they stand now."""
    missing = LOOKED_UP & command_type.model_fields.keys() - values.keys()
    if not missing:
        return
    try:
        seen = await asking.overview(session, reference)
    except StrandedError as stranded:
        stranded.sentence += (
            " Nothing was recorded: give this again once it is back. Meanwhile `waymark do "
            "hold-texts` stops texts."
        )
        raise
    # Where there is none, the journey itself says so, and better.
    values.setdefault("treatment", seen.treatment or 1)
    for name in missing - {"treatment"}:
        values[name] = _revision(seen, values["treatment"], Step(values["step"]), name)


def _revision(seen: Overview, number: int, step: Step, name: str) -> int:
    if step is Step.ASSESSMENT:
        return seen.assessment_booked.revision if seen.assessment_booked else 1
    treatment = next((t for t in seen.treatments if t.number == number), None)
    if name == "replaces":
        return treatment.revision(step) if treatment else 0
    appointment = treatment.appointment(step) if treatment else None
    return appointment.revision if appointment else 1


async def answered(
    session: Session,
    output: Output,
    reference: PathwayReference,
    command: Command,
    typed: Model | None = None,
    *,
    written: bool = True,
) -> Done:
    """Give a built command until it is answered; a refusal is kept. Raises Trouble.

    `written`: whether the records have what they keep of it.
    """
    done = Done(reference=reference, command=command.name, key=command.key, number=None)
    try:
        answer = await asking.give(session, reference, command)
    except Refused as refused:
        if refused.code is Reason.ENDED and written_by_records(command):
            # Over, and only at work because of a danger since: as after its last day.
            return await _after_the_end(session, output, done, command)
        await _keep(session, output, reference, command, refused)
        said = RefusedWith(code=refused.code, sentence=refused.sentence)
        return done.model_copy(update={"refused": said})
    except EndedError:
        return await _after_the_end(session, output, done, command)
    except StrandedError as stranded:
        raise not_told(stranded, command, reference, typed, written=written) from None
    except UnreachableError as error:
        trouble = as_trouble(error)
        raise not_sent(trouble, command, reference, typed, written=written) from None
    except Trouble as trouble:
        if trouble.exit_code is ExitCode.NO_ANSWER:
            raise perhaps_taken(trouble, command, reference, typed) from None
        raise
    return done.model_copy(update=dict(answer))


async def _after_the_end(session: Session, output: Output, done: Done, command: Command) -> Done:
    if written_by_records(command):
        note = "The records say so now; the journey itself had ended before."
        return done.model_copy(update={"note": note})
    refused = Refused(Reason.ENDED, _TOO_LATE if isinstance(command, FACTS) else _OVER)
    await _keep(session, output, done.reference, command, refused)
    said = RefusedWith(code=refused.code, sentence=refused.sentence)
    return done.model_copy(update={"refused": said})


_OVER = "This journey has ended. Nothing more can be planned in it."
_TOO_LATE = (
    "This journey has ended and its workflow is closed: this was not recorded, nobody was paged. "
    "Write it into the chart. If there is danger, call the clinician on call yourself, now."
)


async def _keep(
    session: Session,
    output: Output,
    reference: PathwayReference,
    command: Command,
    refused: Refused,
) -> None:
    try:
        await keep(session, reference, command, refused, session.now)
    except RecordsError as error:
        output.note(f"This refusal could not be kept in the records: {error}.")
