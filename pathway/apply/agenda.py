"""What became of agenda items and texts: the diary, the daily cap, the doubts."""

from datetime import datetime, timedelta

from pathway import events as ev
from pathway.apply.base import DIARY_KEPT, change
from pathway.apply.replies import asked
from pathway.journey import Deferral, DiaryEntry, DoubtfulText, Journey, SentText, Settled

_TEXTS_KEPT = timedelta(days=3)


@change.register
def _(event: ev.ItemSettled, journey: Journey) -> Journey:
    settled = Settled(at=event.at, outcome=event.outcome, reason=event.reason)
    texts = _other_texts(journey, event.key, event.at)
    if event.text_counts is not None and event.template is not None:
        sent = SentText(
            key=event.key,
            at=event.at,
            counts=event.text_counts,
            template=event.template,
            about=event.about,
        )
        texts = (*texts, sent)
    return journey.model_copy(
        update={
            "settled": {**journey.settled, event.key: settled},
            "stand_downs": tuple(s for s in journey.stand_downs if s.key != event.key),
            "deferred": {k: v for k, v in journey.deferred.items() if k != event.key},
            "texts": texts,
            "diary": _note(journey, event, event.outcome),
        }
    )


@change.register
def _(event: ev.ItemDeferred, journey: Journey) -> Journey:
    deferral = Deferral(until=event.until, reason=event.reason)
    return journey.model_copy(
        update={
            "deferred": {**journey.deferred, event.key: deferral},
            "diary": _note(journey, event, "deferred"),
        }
    )


@change.register
def _(event: ev.TextBegun, journey: Journey) -> Journey:
    # Two texts may be under way at once: the second must already see the first.
    begun = SentText(
        key=event.key,
        at=event.at,
        counts=event.counts,
        template=event.template,
        about=event.about,
    )
    texts = (*_other_texts(journey, event.key, event.at), begun)
    messages = asked(journey.messages, event.key, event.at, event.asks)
    return journey.model_copy(update={"texts": texts, "messages": messages})


@change.register
def _(event: ev.TextInDoubt, journey: Journey) -> Journey:
    doubt = DoubtfulText(
        intent=event.intent, line=event.line, treatment=event.treatment, since=event.at
    )
    return journey.model_copy(
        update={
            "doubtful": (*journey.doubtful, doubt),
            "diary": _note(journey, event, "in_doubt"),
        }
    )


@change.register
def _(event: ev.TextAskedAbout, journey: Journey) -> Journey:
    doubtful = tuple(
        d.model_copy(update={"asked": d.asked + 1}) if d.intent == event.intent else d
        for d in journey.doubtful
    )
    return journey.model_copy(update={"doubtful": doubtful})


@change.register
def _(event: ev.TextCleared, journey: Journey) -> Journey:
    doubt = next((d for d in journey.doubtful if d.intent == event.intent), None)
    if doubt is None:
        return journey
    entry = DiaryEntry(
        at=event.at,
        key=event.intent,
        line=doubt.line,
        outcome="adopted" if event.adopted else "handed_to_staff",
        reason=event.reason,
    )
    return journey.model_copy(
        update={
            "doubtful": tuple(d for d in journey.doubtful if d.intent != event.intent),
            "diary": (*journey.diary, entry)[-DIARY_KEPT:],
        }
    )


def _note(
    journey: Journey, event: ev.ItemSettled | ev.ItemDeferred | ev.TextInDoubt, outcome: str
) -> tuple[DiaryEntry, ...]:
    key = event.intent if isinstance(event, ev.TextInDoubt) else event.key
    entry = DiaryEntry(at=event.at, key=key, line=event.line, outcome=outcome, reason=event.reason)
    return (*journey.diary, entry)[-DIARY_KEPT:]


def _other_texts(journey: Journey, key: str, now: datetime) -> tuple[SentText, ...]:
    return tuple(t for t in journey.texts if t.key != key and now - t.at < _TEXTS_KEPT)
