"""Whether a text may leave now, and what becomes of it if not. Always with the reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pathway import civil
from pathway.anchors import zone_of
from pathway.items import AgendaItem, TextAct
from pathway.journey import Journey, SentText
from pathway.model import Model
from pathway.protocol import Template


class Send(Model):
    reason: str


class Defer(Model):
    until: datetime
    reason: str


class Skip(Model):
    reason: str
    said_already: bool = False
    """Another text has just said the same: a rung waits as if its own had gone."""


class Call(Model):
    """Not as a text: somebody calls, at the same due time."""

    reason: str


class NudgeStaff(Model):
    """Not as a text: staff are told, and judge."""

    reason: str


Verdict = Send | Defer | Skip | Call | NudgeStaff


def zones(journey: Journey) -> tuple[str, ...]:
    """Where the patient's clock may stand: her zone, or every zone of the country."""
    zone = journey.contact.zone
    if zone and civil.is_zone(zone):
        return (zone,)
    return journey.calendar.country_zones


def decent(journey: Journey, moment: datetime) -> datetime | None:
    """The first instant from `moment` on outside her quiet hours, spread over some minutes."""
    quiet = journey.protocol.texting.quiet_hours
    first = civil.after_quiet(moment, quiet.begins, quiet.ends, zones(journey))
    if first is None or first == moment:
        return first
    # All who waited for the end of the quiet hours would be texted in the same second.
    spread = civil.spread_offset(journey.reference, journey.protocol.texting.spread)
    return civil.after_quiet(first + spread, quiet.begins, quiet.ends, zones(journey))


def unreachable_by_text(journey: Journey) -> str | None:
    """Why no text can go to this patient at all, or None."""
    contact = journey.contact
    if not contact.mobile:
        return "no_mobile"
    if contact.opted_out:
        return "opted_out"
    if not contact.text_consent:
        return "no_text_consent"
    if contact.phone_shared:
        return "phone_shared"
    return None


def judge(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> Verdict:
    """The contact rules (clinic-life rules 22-26), gravest first."""
    if journey.deceased_at or journey.over:
        return Skip(reason="journey_over")
    if journey.hold:
        return Skip(reason="texts_held")
    if (why := unreachable_by_text(journey)) is not None:
        return Call(reason=why)
    if now - item.at > item.late.within:
        return _too_late(item)
    return _timing(journey, item.key, act, now)


def _timing(journey: Journey, key: str, act: TextAct, now: datetime) -> Verdict:
    texting = journey.protocol.texting
    leaves = decent(journey, now)
    if leaves is None:
        return Call(reason="no_common_hour")
    if act.appointment_at and leaves > act.appointment_at - texting.never_within:
        return Skip(reason="too_close_to_appointment")
    if _says_another_day(journey, act, leaves):
        return Skip(reason="says_another_day")
    if leaves > now:
        return Defer(until=leaves, reason="quiet_hours")
    others = [t for t in journey.texts if t.key != key]
    if act.template is Template.PLEASE_CALL:
        if any(not t.counts and now - t.at < texting.ask_again_after for t in others):
            return Skip(reason="asked_to_call_lately", said_already=True)
    elif _today(journey, others, now) >= texting.daily_cap:
        return Skip(reason="daily_cap")
    return Send(reason=act.moved_because or "due")


_DAYS_AHEAD = {Template.APPOINTMENT_TODAY: 0, Template.APPOINTMENT_TOMORROW: 1}
"""Texts whose words are true on one day only."""


def _says_another_day(journey: Journey, act: TextAct, leaves: datetime) -> bool:
    days = _DAYS_AHEAD.get(act.template)
    if days is None or act.appointment_at is None:
        return False
    zone = zone_of(journey)
    day = civil.local(act.appointment_at, zone).date()
    return day - civil.local(leaves, zone).date() != timedelta(days=days)


def _too_late(item: AgendaItem) -> Verdict:
    match item.late.otherwise:
        case "skip":
            return Skip(reason="too_late")
        case "nudge":
            return NudgeStaff(reason="too_late")
        case "call":
            return Call(reason="too_late")


def _today(journey: Journey, texts: Iterable[SentText], now: datetime) -> int:
    zone = zone_of(journey)
    today = civil.local(now, zone).date()
    return sum(1 for t in texts if t.counts and civil.local(t.at, zone).date() == today)


def text_time(
    journey: Journey, wanted_at: datetime, appointment_at: datetime | None
) -> tuple[datetime, str | None]:
    """When a text that is wanted at an instant would leave, and why it moved if it did.

    Only time is looked at: what else may forbid it is judged when it falls due.
    """
    leaves = decent(journey, wanted_at)
    if leaves is None or leaves == wanted_at:
        return wanted_at, None
    if appointment_at and leaves > appointment_at - journey.protocol.texting.never_within:
        # Moved past its use: judged, and skipped with that reason, when it was wanted.
        return wanted_at, None
    return leaves, "moved_out_of_quiet_hours"
