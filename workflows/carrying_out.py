"""What is due is carried out through activities; what came of it becomes events."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    RetryState,
    is_cancelled_exception,
)
from temporalio.workflow import ActivityConfig

from pathway.events import Event
from pathway.falling_due import alert_ended, look_up_ended, page_ended, text_ended
from pathway.items import AgendaItem, AlertAct, LookUpAct, PageAct, TextAct
from pathway.journey import Journey
from pathway.model import Model
from workflows import measures
from workflows.messages import (
    ALERT_OPS,
    LOOK_UP_TEXT,
    NOT_SENT,
    SEND_PAGE,
    SEND_TEXT,
    LookUpOutcome,
    LookUpText,
    OpsAlert,
    OpsAlerted,
    PageOutcome,
    SendPage,
    SendText,
    TextOutcome,
    text_queue,
)
from workflows.policies import ALERT, LOOK_UP, PAGE, TEXT, Answered, run_activity


class TextEnded(Model):
    status: str
    reason: str


Ended = TextEnded | PageOutcome | LookUpOutcome | OpsAlerted


async def carry_out(reference: str, item: AgendaItem) -> Ended:
    """Run the activity of one due item.

    Raises:
        asyncio.CancelledError: when the item left the agenda before anything was done.
    """
    now = workflow.now()
    match item.act:
        case TextAct() as act:
            return await _text(reference, item, act)
        case PageAct() as act:
            return await _page(reference, item, act)
        case LookUpAct() as act:
            intent = f"{reference}/{act.intent}"
            ask = LookUpText(reference=reference, intent=intent, last=act.last, as_of=now)
            return await _unless_it_left(_look_up(ask, item.line))
        case AlertAct() as act:
            alert = OpsAlert(reference=reference, code=act.code, detail=act.detail, as_of=now)
            return await _unless_it_left(
                run_activity(ALERT_OPS, alert, OpsAlerted, ALERT, item.line)
            )
        case _:
            raise TypeError(f"{item.act.kind} is not carried out by an activity")


async def _unless_it_left(answer: Awaitable[Answered]) -> Answered:
    """What an activity answered. Raises CancelledError when its item left the agenda meanwhile."""
    try:
        return await answer
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise asyncio.CancelledError from error
        raise


async def _text(reference: str, item: AgendaItem, act: TextAct) -> TextEnded:
    now = workflow.now()
    text = SendText(
        reference=reference,
        intent=f"{reference}/{item.key}",
        template=act.template,
        appointment_at=act.appointment_at or act.speaks_of,
        words=act.words,
        digits={means: digit for digit, means in act.asks.answers.items()} if act.asks else {},
        as_of=now,
    )
    # A reminder that is too late is worth nothing: the time it is tried for is bounded.
    useful_for = max(item.late.within - (now - item.at), timedelta(minutes=1))
    bounded: ActivityConfig = {
        **TEXT,
        "task_queue": text_queue(workflow.info().task_queue),
        "schedule_to_close_timeout": useful_for,
    }
    try:
        outcome = await run_activity(SEND_TEXT, text, TextOutcome, bounded, item.line)
    except ActivityError as error:
        if _certainly_not_sent(error):
            return TextEnded(status="gave_up", reason="too_late")
        if is_cancelled_exception(error) or error.retry_state == RetryState.CANCEL_REQUESTED:
            return await _withdrawn(text, item)
        return TextEnded(status="ambiguous", reason="no_answer")
    except ApplicationError:
        # It may have gone: the records know, and the provider.
        return TextEnded(status="ambiguous", reason="no_answer")
    if outcome.status == "sent":
        measures.text_went(item, act)
    return TextEnded(status=outcome.status, reason=outcome.reason)


async def _withdrawn(text: SendText, item: AgendaItem) -> TextEnded:
    """It left the agenda while it was tried: an attempt that died may have sent it."""
    ask = LookUpText(
        reference=text.reference,
        intent=text.intent,
        last=False,
        withdrawn=True,
        as_of=workflow.now(),
    )
    answer = await _look_up(ask, f"no longer due, has it gone: {item.line}")
    if answer.found == "not_posted":
        return TextEnded(status="withdrawn", reason="no_longer_due")
    status = "sent" if answer.found == "one" else "ambiguous"
    return TextEnded(status=status, reason="no_longer_due")


async def _look_up(ask: LookUpText, line: str) -> LookUpOutcome:
    queue = text_queue(workflow.info().task_queue)
    asked: ActivityConfig = {**LOOK_UP, "task_queue": queue}
    return await run_activity(LOOK_UP_TEXT, ask, LookUpOutcome, asked, line)


def _certainly_not_sent(error: ActivityError) -> bool:
    """Whether its last attempt says so.

    Where an attempt had no time left to answer, the server puts the answer of the one before behind
    the timeout: of the last one that says nothing.
    """
    cause = error.cause
    return isinstance(cause, ApplicationError) and cause.type == NOT_SENT


async def _page(reference: str, item: AgendaItem, act: PageAct) -> PageOutcome:
    page = SendPage(
        reference=reference,
        escalation=act.escalation,
        key=item.key,
        role=act.role,
        person=act.person,
        level=act.level,
        what=act.what,
        since=act.since,
        as_of=workflow.now(),
        all_clear=act.all_clear,
    )
    outcome = await _unless_it_left(run_activity(SEND_PAGE, page, PageOutcome, PAGE, item.line))
    if outcome.reached:
        measures.paged(item, act)
    return outcome


def ended(journey: Journey, item: AgendaItem, outcome: Ended, now: datetime) -> tuple[Event, ...]:
    """The events of an outcome, for the journey as it is now."""
    match outcome:
        case TextEnded(status=status, reason=reason):
            return text_ended(journey, item, now, status, reason)
        case PageOutcome(reached=reached):
            return page_ended(journey, item, now, reached)
        case LookUpOutcome(found=found):
            return look_up_ended(journey, item, now, found)
        case OpsAlerted():
            return alert_ended(item, now)
