"""About four hours after an infusion: how do you feel? (F9, rule 20)."""

from collections.abc import Iterator
from datetime import datetime

from pathway.agenda_keys import checkin_stem
from pathway.anchors import anchors, zone_of
from pathway.conditions import Predicate
from pathway.contact import decent_by
from pathway.facts import Step
from pathway.facts.replies import MoodAnswer
from pathway.hanging import anew, of_moments
from pathway.items import AgendaItem, TextAct, nudge_item
from pathway.journey import Journey, Settled, Treatment
from pathway.progress import facts, psychotherapy_not_held
from pathway.safety import high_risk


def checkin_items(journey: Journey) -> Iterator[AgendaItem]:
    """After the present treatment, and after the one before until she is asked about this one.

    A decision opens the next treatment hours before the text of the last, or before its nudge.
    """
    treatment = journey.treatment
    if treatment is None:
        return
    yield from _of(journey, treatment)
    before = journey.numbered(treatment.checkin_of) if treatment.checkin_of else None
    if before and not (_asked(journey, treatment) or mood_of(journey, treatment.number)):
        yield from _of(journey, before)


def _asked(journey: Journey, treatment: Treatment) -> bool:
    """Whether she has been asked after this treatment, or a person in her place.

    A text that was called back has asked nothing: it comes again under the key of its new time.
    """
    return any(text.outcome != "withdrawn" for text in _texts(journey, treatment))


def _of(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """The text of one treatment, and the nudge when no answer comes and it matters."""
    if treatment.infusion_ended_at is None or mood_of(journey, treatment.number):
        return
    gone = _gone(journey, treatment)
    if gone is not None:
        yield from _no_answer(journey, treatment, gone)
    elif treatment is journey.treatment or not _asked(journey, treatment):
        # A correction has its text anew only while its own treatment is under way.
        yield from _text(journey, treatment)


def mood_of(journey: Journey, number: int) -> MoodAnswer | None:
    """Her latest answer after this treatment, before its course ended."""
    return next(iter(moods_of(journey, number)), None)


def moods_of(journey: Journey, number: int) -> tuple[MoodAnswer, ...]:
    """Her answers after this treatment, the latest first."""
    stem = checkin_stem(number)
    return tuple(m for m in reversed(journey.messages.moods) if m.asked_by.startswith(stem))


def _text_stem(treatment: Treatment) -> str:
    return f"{checkin_stem(treatment.number)}text"


def _gone(journey: Journey, treatment: Treatment) -> Settled | None:
    """The text that went out, also where a correction has moved its time since."""
    texts = _texts(journey, treatment)
    return next((text for text in texts if text.outcome in {"sent", "in_doubt"}), None)


def _texts(journey: Journey, treatment: Treatment) -> Iterator[Settled]:
    """What came of its texts: a corrected time has another one."""
    stem = _text_stem(treatment)
    return (settled for key, settled in journey.settled.items() if key.startswith(stem))


def _text(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    rules = journey.protocol.steps.checkin
    known = anchors(treatment, Step.MONITORING)
    opens = rules.opens.resolve(known, zone_of(journey))
    closes = rules.closes.resolve(known, zone_of(journey))
    if opens is None or closes is None:
        return
    late = journey.protocol.texting.late_checkin
    at, moved = checkin_at(journey, opens, closes)
    text = AgendaItem(
        key=_text_stem(treatment),
        at=at,
        line="text: how do you feel",
        treatment=treatment.number,
        late=late,
        act=TextAct(
            template=rules.text,
            wanted_at=closes,
            moved_because=moved,
            expires=closes + late.within,
        ),
    )
    yield anew(treatment, text, of_moments((rules.opens, rules.closes)))


def checkin_at(journey: Journey, opens: datetime, closes: datetime) -> tuple[datetime, str | None]:
    """At the end of its time, or earlier where quiet hours would eat it.

    Where they eat all of it, it is due at its end: judged then, it becomes a line for staff.
    """
    latest = decent_by(journey, closes)
    if latest is None or latest < opens or latest == closes:
        return closes, None
    return latest, "earlier_than_quiet_hours"


def _no_answer(journey: Journey, treatment: Treatment, gone: Settled) -> Iterator[AgendaItem]:
    rules = journey.protocol.steps.checkin.no_answer
    at = gone.at + rules.after
    if rules.only_if is not None and not rules.only_if.holds(_known(journey, treatment, at)):
        return
    key = f"{checkin_stem(treatment.number)}no-answer"
    say = "No answer to the check-in: call the patient"
    yield nudge_item(key, at, rules.to, say, treatment.number)


def _known(journey: Journey, treatment: Treatment, at: datetime) -> dict[Predicate, int | bool]:
    """What is known of her and of this treatment's session when an answer is missed.

    A risk that is found later calls by itself: nobody goes back to an old check-in for it.
    """
    return {
        **facts(journey, at),
        Predicate.HIGH_RISK: high_risk(journey, by=at),
        Predicate.PSYCHOTHERAPY_NOT_HELD: psychotherapy_not_held(treatment, at),
    }
