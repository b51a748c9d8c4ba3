"""What a page says of a link: what it asks, and what came of its answer."""

from datetime import datetime

from console.link_page import Voice
from records.links import MOVED, LinkKind, Outcome, StoredLink

_DUE = {
    LinkKind.TAKE: "due",
    LinkKind.SESSION: "session_due",
    LinkKind.RECOMMENDATION: "recommendation_due",
}


def asked(voice: Voice, link: StoredLink) -> str:
    """What is due, and since when."""
    return voice.say(_DUE[link.kind], what=link.what, since=voice.since(link.since))


def answered(voice: Voice, link: StoredLink) -> list[str]:
    """Her answer, and what came of it."""
    return [voice.say("answered", answer=answer_words(voice, link)), _came_of(voice, link)]


def answer_words(voice: Voice, link: StoredLink) -> str:
    answer = link.answer or ""
    if link.kind is LinkKind.RECOMMENDATION:
        return voice.choice(answer)
    at = voice.day(datetime.fromisoformat(link.said)) if answer == MOVED else ""
    return voice.say(f"say_{answer}", at=at)


def _came_of(voice: Voice, link: StoredLink) -> str:
    match link.outcome:
        case None:
            return voice.say("kept_take" if link.kind is LinkKind.TAKE else "kept")
        case Outcome.REFUSED:
            return voice.say("refused", sentence=link.sentence or "")
        case Outcome.ENDED:
            return voice.say("journey_ended")
        case Outcome.HELP_NOTED:
            return voice.say("help_noted")
        case _:
            # It says what was answered then: it may have been handed over since.
            at = voice.since(link.used_at) if link.used_at else ""
            return voice.say(f"taken_{link.kind}", at=at)
