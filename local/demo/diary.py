"""The diary: every text and page in local time with its reason, and what was not sent and why."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cli.session import Session
from local.demo.facts import fact
from local.demo.fallen import fallen
from pathway import civil
from pathway import events as ev
from pathway.model import PathwayReference
from records import journal, patients, refusals, texts
from records.retelling import event_of

_TITLE = """# Diary of the demonstration

Everybody in it is invented. Times are the patient's where a text is concerned, the clinic's
otherwise. A line says what happened, and why; what was not sent is here too.
"""


@dataclass(frozen=True)
class Line:
    at: datetime
    zone: str
    who: str
    what: str


async def diary(session: Session) -> str:
    """The diary of every journey in the records, as Markdown."""
    lines: list[Line] = []
    for reference in await patients.started(session.records):
        lines += [line async for line in _lines(session, reference)]
    lines.sort(key=lambda line: line.at)
    return _TITLE + "\n".join(_pages(lines, session.zone)) + "\n"


def _pages(lines: list[Line], zone: str) -> Iterator[str]:
    today: date | None = None
    for line in lines:
        day = civil.local(line.at, zone).date()
        if day != today:
            today = day
            yield f"\n## {day:%A, %d %B %Y}\n"
        yield f"- {civil.local(line.at, line.zone):%H:%M %Z} · **{line.who}** · {line.what}"


async def _lines(session: Session, reference: PathwayReference) -> AsyncIterator[Line]:
    patient = await patients.get(session.records, reference)
    if patient is None:
        return
    who = f"{patient.given_name} {patient.family_name}"
    words = {t.intent: t.body for t in await texts.for_reference(session.records, reference)}
    hers = patient.zone or session.zone
    happened = [event_of(entry) for entry in await journal.read(session.records, reference)]
    for event in happened:
        what = _said(event, reference, words, session.zone)
        if what is not None:
            of_text = event.kind.startswith("item_") and "text: " in getattr(event, "line", "")
            yield Line(event.at, hers if of_text else session.zone, who, what)
    for at, text, why in fallen(happened):
        yield Line(at, hers, who, f"not sent: {text} ({why})")
    for refused in await refusals.for_reference(session.records, reference):
        yield Line(refused.at, session.zone, who, f"REFUSED {refused.command}: {refused.sentence}")


def _said(event: ev.Event, reference: str, words: dict[str, str], zone: str) -> str | None:
    """What the diary says of an event, or None where another line says it already."""
    match event:
        case ev.ItemSettled():
            return _settled(event, words.get(f"{reference}/{event.key}", ""))
        case ev.ItemDeferred():
            return f"later: {event.line} ({_why(event.reason)})"
        case ev.TaskOpened():
            return f"work list, {event.task.to}: {event.task.line}"
        case ev.EscalationOpened():
            return f"ESCALATION {event.escalation.id}: {event.escalation.what}"
        case ev.EscalationAcknowledged():
            return f"{event.escalation} taken by {event.acknowledgement.by}"
        case ev.EscalationClosed():
            return f"{event.escalation} closed: {event.outcome}"
        case _:
            return None if event.kind in _SAID_ELSEWHERE else fact(event, zone)


_SAID_ELSEWHERE = frozenset(
    {
        "answer_owed",
        "escalation_paged",
        "escalation_rung_begun",
        "task_changed",
        "task_closed",
        "text_begun",
        "vitals_recorded",
    }
)


def _settled(event: ev.ItemSettled, words: str) -> str | None:
    match event.outcome:
        case "sent":
            return f'TEXT "{words}" ({_why(event.reason)}; {event.line.removeprefix("text: ")})'
        case "paged":
            return f"PAGE {event.line.removeprefix('page').lstrip(': ')} ({_why(event.reason)})"
        case "ops_alerted":
            return event.line
        case "work_list" | "escalated" | "raised_again":
            return None
        case "in_doubt" | "asked_provider":
            return f"in doubt: {event.line} ({_why(event.reason)})"
        case _:
            return f"not sent: {event.line} ({event.outcome}: {_why(event.reason)})"


def _why(code: str) -> str:
    return code.replace("_", " ")
