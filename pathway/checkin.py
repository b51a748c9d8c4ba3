"""About four hours after an infusion: how do you feel? (F9, rule 20)."""

from collections.abc import Iterator
from datetime import datetime

from pathway.anchors import anchors, zone_of
from pathway.contact import decent_by
from pathway.facts import Step
from pathway.facts.replies import MoodAnswer
from pathway.hanging import anew, of_moments
from pathway.items import AgendaItem, TextAct, nudge_item
from pathway.journey import Journey, Settled, Treatment
from pathway.progress import facts


def checkin_stem(number: int) -> str:
    return f"t{number}/checkin/"


def checkin_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """The text of one treatment, and the nudge when no answer comes and it matters."""
    if treatment.infusion_ended_at is None or mood_of(journey, treatment.number):
        return
    gone = _gone(journey, treatment)
    if gone is None:
        yield from _text(journey, treatment)
    else:
        yield from _no_answer(journey, treatment, gone)


def mood_of(journey: Journey, number: int) -> MoodAnswer | None:
    """Her latest answer after this treatment, before its course ended."""
    return next(iter(moods_of(journey, number)), None)


def moods_of(journey: Journey, number: int) -> tuple[MoodAnswer, ...]:
    """Her answers after this treatment, the latest first."""
    stem = checkin_stem(number)
    return tuple(m for m in reversed(journey.messages.moods) if m.asked_by.startswith(stem))


def _gone(journey: Journey, treatment: Treatment) -> Settled | None:
    """The text that went out, also where a correction has moved its time since."""
    text = f"{checkin_stem(treatment.number)}text"
    went = (s for k, s in journey.settled.items() if k.startswith(text))
    return next((s for s in went if s.outcome in {"sent", "in_doubt"}), None)


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
        key=f"{checkin_stem(treatment.number)}text",
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
    if rules.only_if is not None and not rules.only_if.holds(facts(journey, at)):
        return
    key = f"{checkin_stem(treatment.number)}no-answer"
    say = "No answer to the check-in: call the patient"
    yield nudge_item(key, at, rules.to, say, treatment.number)
