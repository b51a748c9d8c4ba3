"""How she feels, however it is heard, and what is raised when it is danger (rules 19, 20, 26)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import events as ev
from pathway.agenda_keys import checkin_stem
from pathway.contact import no_answer_goes
from pathway.escalation import Escalation
from pathway.facts import Signature
from pathway.facts.replies import MoodAnswer
from pathway.flags import belongs, open_flags
from pathway.follow_up import check_ins_stem
from pathway.journey import Journey
from pathway.model import Sentence
from pathway.protocol import FlagKind, LadderName, Mood, Tier, Worse
from pathway.safety import flag

CALL_HER = "the patient is to be called today"
"""Open on a locked phone: what she said stays with whoever calls her."""


def answered(journey: Journey, answer: MoodAnswer, now: datetime) -> Iterator[ev.Event]:
    """Keep her answer; nobody need ask why not, or call to ask how she feels."""
    yield ev.MoodReported(at=now, answer=answer)
    stem = answer.asked_by.partition("/text")[0].removesuffix("/told")
    for task in journey.tasks:
        if task.key.startswith(f"{stem}/"):
            yield ev.TaskClosed(at=now, key=task.key, reason="the patient has answered")


def told(
    journey: Journey, mood: Mood, by: Signature, now: datetime, *, in_the_building: bool
) -> Iterator[ev.Event]:
    """An answer that a person took down, on the telephone or with her in the room.

    She has the numbers from whoever spoke with her: no text answers what she did not write.
    """
    number = next((t.number for t in reversed(journey.treatments) if t.infusion_ended_at), None)
    if number is None:
        asked_by = "told"
    elif journey.course_over:
        asked_by = f"{check_ins_stem(journey)}/told"
    else:
        asked_by = f"{checkin_stem(number)}told"
    answer = MoodAnswer(mood=mood, at=by.happened_at, treatment=number, asked_by=asked_by)
    yield from answered(journey, answer, now)
    if mood is not Mood.WORSE:
        return
    if in_the_building:
        # Whoever asked is with her, and a clinician sees her before she leaves.
        yield from flag(journey, FlagKind.FEELS_WORSE, Tier.REVIEW, by, now)
    else:
        ladder = worse(journey).escalate
        called = CALL_HER if ladder is LadderName.URGENT_CALL else None
        yield from raised(journey, FlagKind.FEELS_WORSE, ladder, called, by, now)


def worse(journey: Journey) -> Worse:
    steps = journey.protocol.steps
    return steps.follow_up.worse if journey.course_over else steps.checkin.worse


def danger(
    journey: Journey, kind: FlagKind, ladder: LadderName | None, by: Signature, now: datetime
) -> Iterator[ev.Event]:
    """What she wrote is danger: the page says when she got no numbers to turn to (rule 19)."""
    what = CALL_HER if ladder is LadderName.URGENT_CALL else None
    if no_answer_goes(journey) is not None:
        what = "no automatic answer could be sent: call now"
    yield from raised(journey, kind, ladder, what, by, now)


def raised(
    journey: Journey,
    kind: FlagKind,
    ladder: LadderName | None,
    what: Sentence | None,
    by: Signature,
    now: datetime,
) -> Iterator[ev.Event]:
    """A flag and its ladder; while one of the kind is open it is raised again, not twice."""
    standing = _open_of(journey, kind)
    if standing is None:
        yield from flag(journey, kind, Tier.URGENT, by, now, ladder=ladder, what=what)
    elif standing.acknowledged is not None:
        yield ev.EscalationRaisedAgain(at=now, escalation=standing.id)


def _open_of(journey: Journey, kind: FlagKind) -> Escalation | None:
    of_kind = [f for f in open_flags(journey) if f.kind is kind]
    return next((e for e in journey.open_escalations if any(belongs(f, e) for f in of_kind)), None)
