"""What she writes: one digit for the one open question, words for a person (rules 20, 26, 27)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply_all
from pathway.asked_calls import asks_for_it
from pathway.contact import decent, no_answer_goes
from pathway.escalation import Ending, Escalation, StaffTask, TaskKind
from pathway.facts import Signature
from pathway.facts.replies import (
    Confirmed,
    DoubtReason,
    Means,
    MoodAnswer,
    OpenQuestion,
    OwedAnswer,
)
from pathway.gates import signed
from pathway.journey import Journey
from pathway.protocol import Asked, FlagKind, LadderName, Mood, Template
from pathway.refusals import Reason, Refused
from pathway.replies import meaning, message_lines, next_start, unread_until, waits_unread
from pathway.roles import Role
from pathway.rules.feeling import answered, danger, worse
from pathway.rules.texts import phone_doubted

_STILL_AWAKE = timedelta(hours=1)
"""Who has just written is awake: an answer wakes nobody, whatever her quiet hours say."""


@handle.register
def _(command: cmd.RecordReply, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    by = signed(command, now)
    opened, means = None, None
    if command.digit and not (command.crisis or command.wrong_number):
        opened, means = meaning(journey, command.digit, now)
    yield ev.ReplyReceived(
        at=now,
        digit=command.digit,
        means=means,
        crisis=command.crisis,
        message=command.message,
        signed=by,
    )
    if command.wrong_number:
        doubted = tuple(phone_doubted(journey, DoubtReason.WRONG_NUMBER, by, now))
        yield from doubted
        journey = apply_all(journey, doubted)
    if command.crisis:
        # Whoever wrote it, somebody may be in danger: a person calls. The numbers stay unsent
        # where the phone may not be hers (rule 26), and the page says so.
        yield from danger(journey, FlagKind.CRISIS_WORDS, None, by, now)
        yield from _answer(journey, Template.SUPPORT_NUMBERS, now)
        yield from _to_read(journey, now)
    elif command.wrong_number:
        # Whoever reads it there is not her: nothing is answered.
        return
    elif opened is not None and means is not None:
        yield from _answered(journey, opened, means, by, now)
    else:
        yield from _to_read(journey, now)
        yield from _when_we_read(journey, now)


def _answered(
    journey: Journey, opened: OpenQuestion, means: Means, by: Signature, now: datetime
) -> Iterator[ev.Event]:
    match means:
        case Asked.CONFIRMED:
            yield from _confirmed(opened, now)
        case Asked.CALL_ME:
            yield from _call_me(journey, opened, now)
        case Mood():
            yield from _feels(journey, opened, means, by, now)


def _confirmed(opened: OpenQuestion, now: datetime) -> Iterator[ev.Event]:
    asked = opened.question
    assert asked.treatment is not None  # noqa: S101 - a visit belongs to a treatment
    assert asked.step is not None  # noqa: S101 - only questions about a visit are confirmed
    assert asked.revision is not None  # noqa: S101 - and about one appointment
    comes = Confirmed(treatment=asked.treatment, step=asked.step, revision=asked.revision)
    yield ev.AppointmentConfirmed(at=now, confirmed=comes)


def _call_me(journey: Journey, opened: OpenQuestion, now: datetime) -> Iterator[ev.Event]:
    stands = next((task.key for task in journey.tasks if asks_for_it(task)), None)
    yield ev.CallAsked(at=now, call=stands or f"{_reply(journey)}/call")
    if stands is None:
        yield ev.TaskOpened(at=now, task=_call(journey, opened, now))
    yield from _answer(journey, Template.CALL_YOU_BACK, now)


def _call(journey: Journey, opened: OpenQuestion, now: datetime) -> StaffTask:
    return StaffTask(
        key=f"{_reply(journey)}/call",
        kind=TaskKind.CALL,
        to=Role.COORDINATOR,
        line="Call the patient about the appointment, as asked",
        opened_at=now,
        treatment=opened.question.treatment,
        due=next_start(journey, now),
    )


def _feels(
    journey: Journey, opened: OpenQuestion, mood: Mood, by: Signature, now: datetime
) -> Iterator[ev.Event]:
    answer = MoodAnswer(mood=mood, at=now, treatment=opened.question.treatment, asked_by=opened.key)
    yield from answered(journey, answer, now)
    if mood is not Mood.WORSE:
        yield from _answer(journey, Template.CHECKIN_THANKS, now)
        return
    rules = worse(journey)
    yield from danger(journey, FlagKind.FEELS_WORSE, rules.escalate, by, now)
    yield from _answer(journey, rules.reply, now)


def _to_read(journey: Journey, now: datetime) -> Iterator[ev.Event]:
    """One line, however many messages, until its time has run out: then another with its own."""
    if any(waits_unread(journey, task) for task in message_lines(journey)):
        return
    task = StaffTask(
        key=f"{_reply(journey)}/message",
        kind=TaskKind.MESSAGE,
        to=Role.COORDINATOR,
        line="Read what the patient wrote, and answer",
        opened_at=now,
        treatment=journey.treatment.number if journey.treatment else None,
    )
    due = unread_until(journey, task)
    yield ev.TaskOpened(at=now, task=task.model_copy(update={"due": due}))


def _when_we_read(journey: Journey, now: datetime) -> Iterator[ev.Event]:
    """Out of hours she is told when people read, once until they do (rule 27)."""
    opens = journey.calendar.next_staffed(now)
    if opens is None or opens == now:
        return
    told = (a for a in journey.messages.owed if a.template is Template.WHEN_WE_READ)
    if not any(a.speaks_of == opens for a in told):
        yield from _answer(journey, Template.WHEN_WE_READ, now, opens)


def _answer(
    journey: Journey, template: Template, now: datetime, speaks_of: datetime | None = None
) -> Iterator[ev.Event]:
    again = journey.protocol.texting.answer_again_after
    same = (a for a in journey.messages.owed if a.template is template)
    # A machine that answers answers would write to and fro all night.
    if any(now - a.at < again for a in same):
        return
    answer = OwedAnswer(key=_reply(journey), template=template, at=now, speaks_of=speaks_of)
    yield ev.AnswerOwed(at=now, answer=answer)


def _reply(journey: Journey) -> str:
    return f"reply/{journey.messages.received + 1}"


@handle.register
def _(command: cmd.HandleMessages, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    for task in message_lines(journey):
        yield ev.TaskClosed(at=now, key=task.key, reason=command.note, by=command.by)
    yield from inbox_done(journey, command, command.note, now)


@handle.register
def _(command: cmd.AnswerMessages, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if not journey.messages.received:
        raise Refused(Reason.NOT_RECORDED, "The patient has written nothing yet. Call instead.")
    if (why := no_answer_goes(journey)) is not None:
        raise Refused(
            Reason.NO_TEXT,
            f"No text goes to the patient now ({why}). Call, then `handle-messages`.",
        )
    key = f"words/{command.words}"
    if any(answer.key == key for answer in journey.messages.owed):
        raise Refused(Reason.ALREADY, "This answer is on its way, or has gone, already.")
    unread = message_lines(journey)
    awake = any(now - task.opened_at <= _STILL_AWAKE for task in unread)
    at = now if awake else decent(journey, now)
    yield ev.AnswerOwed(
        at=now,
        answer=OwedAnswer(
            key=key,
            template=Template.STAFF_ANSWER,
            at=at or now,
            words=command.words,
        ),
    )
    for task in unread:
        yield ev.TaskClosed(at=now, key=task.key, reason="answered by text", by=command.by)
    yield from inbox_done(journey, command, "answered by text", now)


def messages_read(
    journey: Journey, escalation: Escalation, command: cmd.ResolveEscalation, now: datetime
) -> Iterator[ev.Event]:
    """Whoever ends what climbed over messages, or over a call, has dealt with its lines.

    What the patient wrote since it was opened keeps its own line and time (rule 27).
    """
    if escalation.ladder is not LadderName.INBOX:
        return
    over = message_lines(journey, by=escalation.opened_at)
    if escalation.about is not None:
        over = tuple(task for task in journey.tasks if task.key == escalation.about)
    for task in over:
        yield ev.TaskClosed(at=now, key=task.key, reason=command.note, by=command.by)


def inbox_done(
    journey: Journey,
    command: cmd.Command,
    note: str | None,
    now: datetime,
    call: str | None = None,
) -> Iterator[ev.Event]:
    """Her messages are read, or this call of hers is made: nobody is turned to about it."""
    for escalation in journey.open_escalations:
        if escalation.ladder is LadderName.INBOX and escalation.about == call:
            yield ev.EscalationClosed(
                at=now,
                escalation=escalation.id,
                outcome=Ending.DONE,
                by=command.by,
                note=note,
            )
