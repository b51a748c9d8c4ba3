"""A day on which the clinic closes: she is told once, by a text or by a call (story 10)."""

from collections.abc import Iterator

from pathway.items import AgendaItem, TextAct
from pathway.journey import Journey
from pathway.protocol import Template


def closed_day_items(journey: Journey) -> Iterator[AgendaItem]:
    """The one notice of each closed day; too near the visit for a text it becomes a call."""
    texting = journey.protocol.texting
    for visit in journey.messages.closed:
        yield AgendaItem(
            key=f"closed/{visit.day}/{visit.closed_at:%Y%m%dT%H%M%S}/text",
            at=visit.closed_at,
            line=f"text: the clinic is closed on {visit.day}",
            treatment=visit.treatment,
            late=texting.late_notice,
            act=TextAct(
                template=Template.DAY_CLOSED,
                speaks_of=visit.visit_at,
                wanted_at=visit.closed_at,
                expires=visit.visit_at - texting.never_within,
            ),
        )
