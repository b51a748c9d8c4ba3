"""What the opt-in text is owed as, and whether it has gone: it follows from other events."""

from pathway import events as ev
from pathway.apply.base import forgetting, under
from pathway.journey import Journey, Welcome
from pathway.welcome import WELCOME, welcome_key, welcomed_anew


def with_welcome(before: Journey, after: Journey, event: ev.Event) -> Journey:
    """The journey after an event, with what the event says of the opt-in text."""
    match event:
        case ev.TextBegun(key=key):
            return _gone(after, key, gone=True)
        case ev.ItemSettled(key=key, template=template):
            return _gone(after, key, gone=template is not None)
        case ev.TextUndelivered(key=key):
            return _gone(after, key, gone=False)
        case _:
            return _anew(before, after, event)


def _gone(journey: Journey, key: str, *, gone: bool) -> Journey:
    welcome = journey.messages.welcome
    if welcome is None or welcome_key(welcome) != key:
        return journey
    return _with(journey, welcome.model_copy(update={"gone": gone}))


def _anew(before: Journey, after: Journey, event: ev.Event) -> Journey:
    welcome = welcomed_anew(before, after, event.at)
    if welcome == after.messages.welcome or welcome is None:
        return after
    # The number never comes again, so what became of the ones before it may be forgotten.
    return _with(forgetting(after, under(WELCOME)), welcome)


def _with(journey: Journey, welcome: Welcome) -> Journey:
    messages = journey.messages.model_copy(update={"welcome": welcome})
    return journey.model_copy(update={"messages": messages})
