"""What she is asked, what her digits mean, and what becomes of what she writes in words."""

from collections.abc import Iterator
from datetime import datetime

from pathway import civil
from pathway.anchors import done, rules_of
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import BOOKABLE, Appointment
from pathway.facts.replies import Confirmed, Means, OpenQuestion, OwedAnswer, Question
from pathway.items import AgendaItem, EscalateAct, TextAct
from pathway.journey import Journey, Treatment
from pathway.protocol import LadderName, Lateness, Template

MUST_REACH_HER = frozenset({Template.SUPPORT_NUMBERS, Template.STAFF_ANSWER})
"""Answers that somebody calls her about where they cannot go as a text (rule 19). Of the others
a line stands on the work list already, or nothing is lost."""


def visit_day(journey: Journey, treatment: Treatment, of: Appointment) -> tuple[Appointment, ...]:
    """The appointments still to come of the clinic's day that one of them lies on."""
    zone = journey.calendar.zone
    day = civil.local(of.at, zone).date()
    same = (
        a
        for a in treatment.appointments
        if a.step in BOOKABLE
        and not done(treatment, a.step)
        and civil.local(a.at, zone).date() == day
    )
    return tuple(sorted(same, key=lambda a: a.at))


def visit_question(
    journey: Journey, treatment: Treatment, day: tuple[Appointment, ...]
) -> Question | None:
    """What a reminder of this day asks; nothing once she has said that she comes."""
    for booked in day:
        answers = rules_of(journey, booked.step).confirm_by_reply
        as_confirmed = Confirmed(
            treatment=treatment.number, step=booked.step, revision=booked.revision
        )
        if answers and as_confirmed not in journey.messages.confirmed:
            return Question(
                answers=dict(answers),
                treatment=treatment.number,
                step=booked.step,
                revision=booked.revision,
            )
    return None


def question_of(journey: Journey, item: AgendaItem, act: TextAct) -> Question | None:
    """What a text asks as it leaves, of the treatment that it belongs to."""
    if act.template is not Template.FEELING_CHECKIN:
        return act.asks
    steps = journey.protocol.steps
    answers = steps.follow_up.answers if journey.course_over else steps.checkin.answers
    return Question(answers=dict(answers), treatment=item.treatment)


def meaning(
    journey: Journey, digit: str, now: datetime
) -> tuple[OpenQuestion, Means] | tuple[None, None]:
    """The open question that a digit answers, the latest asked first."""
    for opened in sorted(journey.messages.questions, key=lambda q: q.at, reverse=True):
        means = opened.question.answers.get(digit)
        if means is not None and still_open(journey, opened.question, now):
            return opened, means
    return None, None


def still_open(journey: Journey, question: Question, now: datetime) -> bool:
    """A question about a visit ends with its start, or when it moves; she may always say how
    she feels, and say it again."""
    if question.step is None:
        return True
    treatment = journey.treatment
    booked = treatment.appointment(question.step) if treatment else None
    return (
        treatment is not None
        and booked is not None
        and treatment.number == question.treatment
        and booked.revision == question.revision
        and now < booked.at
    )


def reply_items(journey: Journey) -> Iterator[AgendaItem]:
    """Answers that she is owed, and messages that nobody has read."""
    for answer in journey.messages.owed:
        yield _answer(journey, answer)
    if any(e.ladder is LadderName.INBOX and e.about is None for e in journey.open_escalations):
        # Somebody is turned to already; what came since waits for its own time behind that.
        return
    for task in message_lines(journey):
        yield _unread(journey, task)


def _answer(journey: Journey, answer: OwedAnswer) -> AgendaItem:
    late = journey.protocol.texting.late_answer
    matters = answer.template in MUST_REACH_HER
    return AgendaItem(
        key=f"{answer.key}/answer",
        at=answer.at,
        line="text: answer to the patient's message",
        late=late if matters else Lateness(within=late.within, otherwise="skip"),
        act=TextAct(
            template=answer.template,
            wanted_at=answer.at,
            speaks_of=answer.speaks_of,
            answers_her=True,
            words=answer.words,
        ),
    )


def _unread(journey: Journey, task: StaffTask) -> AgendaItem:
    return AgendaItem(
        key=_unread_key(task),
        at=unread_until(journey, task),
        line="escalate: a message is not read",
        act=EscalateAct(ladder=LadderName.INBOX, what="a message is not yet read", treatment=None),
    )


def _unread_key(task: StaffTask) -> str:
    return f"{task.key}/unread"


def message_lines(journey: Journey, by: datetime | None = None) -> tuple[StaffTask, ...]:
    """The lines of messages that nobody has dealt with; those opened by then, if it is said."""
    lines = (task for task in journey.tasks if task.kind is TaskKind.MESSAGE)
    return tuple(task for task in lines if by is None or task.opened_at <= by)


def waits_unread(journey: Journey, task: StaffTask) -> bool:
    """Whether the time of a line of messages has not run out yet."""
    return _unread_key(task) not in journey.settled


def unread_until(journey: Journey, task: StaffTask) -> datetime:
    """Two staffed hours, or a day before a visit, whichever comes first (rule 27)."""
    inbox = journey.protocol.texting.inbox
    staffed = journey.calendar.after_staffed(task.opened_at, inbox.handle_within_staffed)
    visit = next_start(journey, task.opened_at)
    times = [staffed or task.opened_at]
    if visit is not None:
        times.append(max(task.opened_at, visit - inbox.before_visit))
    return min(times)


def starts(journey: Journey) -> tuple[Appointment, ...]:
    """What she is booked for and has not come to yet, the earliest first."""
    booked = [journey.assessment_booked] if journey.assessment_booked else []
    if journey.assessment is not None:
        booked = []
    treatment = journey.treatment
    if treatment is not None and not journey.course_over:
        booked += [a for a in treatment.appointments if not done(treatment, a.step)]
    return tuple(sorted(booked, key=lambda a: a.at))


def next_start(journey: Journey, moment: datetime) -> datetime | None:
    return next((a.at for a in starts(journey) if a.at > moment), None)
