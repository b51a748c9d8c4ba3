"""What a therapist's answer by a link asks of its journey, and of a person where it is refused."""

from datetime import datetime
from typing import Any

from pathway import civil
from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step
from records import links
from records.link_making import session_of
from records.links import LinkKind, StoredLink

_LONGEST_REFUSAL = 300
_REASONS = {
    "patient": "by the patient's wish, as the therapist says",
    "clinic": "by the therapist's or the clinic's wish",
    "": "not said",
}


def command_of(link: StoredLink, signed: dict[str, Any]) -> cmd.Command:
    """The command that a therapist's answer is."""
    treatment, revision = session_of(link)
    about: dict[str, Any] = {**signed, "treatment": treatment}
    if link.kind is LinkKind.RECOMMENDATION:
        choice = Choice(link.answer or "")
        return cmd.RecordRecommendation(**about, recommendation=choice, reason=link.said)
    match link.answer:
        case links.HELD:
            # As it was booked; the answer may come to us much later than it was given.
            booked = link.since if revision is not None else signed["happened_at"]
            ended = min(booked, signed["happened_at"])
            return cmd.RecordPsychotherapy(**about | {"happened_at": ended})
        case links.NOT_HELD:
            return cmd.RecordPsychotherapy(
                **about,
                outcome=SessionOutcome.NOT_HELD,
                reason=_REASONS[link.said],
                wish_of=cmd.CancelledBy(link.said) if link.said else None,
            )
        case _:
            at = datetime.fromisoformat(link.said)
            step = Step.PSYCHOTHERAPY
            if revision is None:
                return cmd.Book(**about, step=step, at=at)
            return cmd.Move(**about, step=step, revision=revision, at=at)


def line_of(
    link: StoredLink, signed: dict[str, Any], refusal: str, zone: str
) -> cmd.RecordRefusedAnswer:
    """The command that puts an answer which was refused on the work list.

    Args:
        refusal: why, in the journey's words.
        zone: the clinic's, for a time that she gave.
    """
    treatment, _ = session_of(link)
    return cmd.RecordRefusedAnswer(
        **signed | {"key": f"refused-{link.id}"},
        link=link.id,
        treatment=treatment,
        answer=_in_words(link, zone),
        refusal=refusal[:_LONGEST_REFUSAL],
    )


def _in_words(link: StoredLink, zone: str) -> str:
    """What she answered, as a coordinator may read it: whom to treat how is not among it."""
    if link.kind is LinkKind.RECOMMENDATION:
        return "the recommendation"
    if link.answer == links.MOVED:
        return f"moved to {civil.local(datetime.fromisoformat(link.said), zone):%a %d %b %H:%M}"
    return (link.answer or "").replace("_", " ")
