"""What she was asked and has answered, whether her number is hers, which day was closed."""

from datetime import datetime

from pathway import events as ev
from pathway.apply.base import change, forgetting
from pathway.facts.replies import OpenQuestion, Question
from pathway.journey import Journey, Messages

MOODS_KEPT = 30
"""Answers a journey carries along, some three courses' worth; the journal has them all."""
OWED_KEPT = 10
CONFIRMED_KEPT = 5
CLOSED_KEPT = 5
SHUT_KEPT = 40
UNDELIVERED_KEPT = 20


def asked(messages: Messages, key: str, at: datetime, question: Question | None) -> Messages:
    """One question of each sort is open: a newer takes the place of the one before."""
    if question is None:
        return messages
    others = (
        q for q in messages.questions if q.question.about_a_visit is not question.about_a_visit
    )
    opened = OpenQuestion(key=key, at=at, question=question)
    return messages.model_copy(update={"questions": (*others, opened)})


def _with(journey: Journey, **update: object) -> Journey:
    messages = journey.messages.model_copy(update=update)
    return journey.model_copy(update={"messages": messages})


@change.register
def _(event: ev.ReplyReceived, journey: Journey) -> Journey:
    return _with(journey, received=journey.messages.received + 1)


@change.register
def _(event: ev.AppointmentConfirmed, journey: Journey) -> Journey:
    confirmed = (*journey.messages.confirmed, event.confirmed)[-CONFIRMED_KEPT:]
    return _with(journey, confirmed=confirmed)


@change.register
def _(event: ev.CallAsked, journey: Journey) -> Journey:
    # The line of the call says it; this tells whoever handed the digit on that it was heard.
    return journey


@change.register
def _(event: ev.InterpreterConfirmed, journey: Journey) -> Journey:
    interpreters = (*journey.messages.interpreters, event.confirmed)[-CONFIRMED_KEPT:]
    return _with(journey, interpreters=interpreters)


@change.register
def _(event: ev.MoodReported, journey: Journey) -> Journey:
    # In the order in which she felt so, however late one was taken down.
    moods = sorted((*journey.messages.moods, event.answer), key=lambda m: m.at)
    return _with(journey, moods=tuple(moods)[-MOODS_KEPT:])


@change.register
def _(event: ev.AnswerOwed, journey: Journey) -> Journey:
    owed = (*journey.messages.owed, event.answer)
    gone = {f"{a.key}/answer" for a in owed[:-OWED_KEPT]}
    return _with(forgetting(journey, gone.__contains__), owed=owed[-OWED_KEPT:])


@change.register
def _(event: ev.PhoneDoubted, journey: Journey) -> Journey:
    return _with(journey, phone_doubt=event.doubt)


@change.register
def _(event: ev.PhoneConfirmed, journey: Journey) -> Journey:
    return _with(journey, phone_doubt=None)


@change.register
def _(event: ev.TextUndelivered, journey: Journey) -> Journey:
    keys = (*journey.messages.undelivered, event.key)[-UNDELIVERED_KEPT:]
    return _with(journey, undelivered=keys)


@change.register
def _(event: ev.BookingClosed, journey: Journey) -> Journey:
    others = tuple(day for day in journey.calendar.shut if day != event.day)
    shut = others if event.opened_again else (*others, event.day)[-SHUT_KEPT:]
    return journey.model_copy(
        update={"calendar": journey.calendar.model_copy(update={"shut": shut})}
    )


@change.register
def _(event: ev.DayClosed, journey: Journey) -> Journey:
    return _with(journey, closed=(*journey.messages.closed, event.visit)[-CLOSED_KEPT:])
