"""How the patient may be reached."""

from pathway import events as ev
from pathway.apply.base import change
from pathway.journey import Journey


@change.register
def _(event: ev.ContactChanged, journey: Journey) -> Journey:
    said, since = event.signed.happened_at, journey.contact_since
    if since is None or said >= since:
        return journey.model_copy(update={"contact": event.contact, "contact_since": said})
    # Entered late: the number may be news, but it gives back no consent to texts that she
    # has taken since (rule 1).
    newer = journey.contact
    late = event.contact
    says = {
        "text_consent": newer.text_consent and late.text_consent,
        "opted_out": newer.opted_out or late.opted_out,
    }
    return journey.model_copy(update={"contact": late.model_copy(update=says)})
