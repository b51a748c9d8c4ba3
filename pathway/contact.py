"""Whether a text may leave now, and what becomes of it if not. Always with the reason."""

from datetime import datetime, timedelta

from pathway import civil
from pathway.anchors import zone_of
from pathway.escalation import TaskKind
from pathway.items import AgendaItem, TextAct
from pathway.journey import COUNTED_TEMPLATES, Journey
from pathway.model import Model
from pathway.protocol import Template
from pathway.replies import MUST_REACH_HER, starts
from pathway.visit_days import reminders_of, told_of


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


def decent_by(journey: Journey, moment: datetime) -> datetime | None:
    """The last instant up to `moment` outside her quiet hours, spread over some minutes."""
    quiet = journey.protocol.texting.quiet_hours
    last = civil.before_quiet(moment, quiet.begins, quiet.ends, zones(journey))
    if last is None or last == moment:
        return last
    spread = civil.spread_offset(journey.reference, journey.protocol.texting.spread)
    return civil.before_quiet(last - spread, quiet.begins, quiet.ends, zones(journey))


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
    if journey.messages.phone_doubt:
        return "phone_not_confirmed"
    return None


def silenced(journey: Journey) -> str | None:
    """Why no text leaves at all for now, not even as a call, or None."""
    if journey.deceased_at or journey.over:
        return "journey_over"
    if journey.hold:
        return "texts_held"
    if journey.hospital:
        return "in_hospital"
    return None


def no_answer_goes(journey: Journey) -> str | None:
    """Why nothing at all can be texted to her now, be it the answer to her own message, or None."""
    return silenced(journey) or unreachable_by_text(journey)


def judge(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> Verdict:
    """The contact rules (clinic-life rules 19, 20 and 22 to 27), gravest first."""
    if act.answers_her:
        return _answer(journey, item, act, now)
    if act.template is Template.WELCOME:
        return _welcome(journey, item, act, now)
    if (why := silenced(journey)) is not None:
        # She must hear that a visit falls, or she stands before a closed door.
        must_hear = act.template is Template.DAY_CLOSED and not journey.over
        return Call(reason=why) if must_hear else Skip(reason=why)
    if (why := unreachable_by_text(journey)) is not None:
        return _call_once(journey, act, why)
    if now - item.at > item.late.within:
        return _too_late(item)
    return _timing(journey, item, act, now)


def _answer(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> Verdict:
    """She has just written, so no hour is too late; a hold or an opt-out still stands."""
    if journey.over:
        return Skip(reason="journey_over")
    if (why := no_answer_goes(journey)) is not None:
        return Call(reason=why) if act.template in MUST_REACH_HER else Skip(reason=why)
    return _too_late(item) if now - item.at > item.late.within else Send(reason="answers_her")


def _welcome(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> Verdict:
    """Nobody is asked to call in its place: nothing is lost where no text goes (rule 25)."""
    if (why := no_answer_goes(journey)) is not None:
        return Skip(reason=why)
    verdict = _timing(journey, item, act, now)
    return Skip(reason=verdict.reason) if isinstance(verdict, Call) else verdict


def _call_once(journey: Journey, act: TextAct, why: str) -> Verdict:
    """A call row for each text that cannot go, but one for a visit day (rules 25 and 26)."""
    about = act.appointment_at
    if act.template in COUNTED_TEMPLATES and any(
        t.kind is TaskKind.CALL and t.due == about for t in journey.tasks
    ):
        return Skip(reason="one_for_the_visit_day")
    return Call(reason=why)


def _timing(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> Verdict:
    leaves = decent(journey, now)
    if leaves is None:
        return Call(reason="no_common_hour")
    if act.expires and leaves > act.expires:
        return _too_late(item)
    if (verdict := _near_a_start(journey, item, act, leaves)) is not None:
        return verdict
    if _says_another_day(journey, act, leaves):
        return Skip(reason="says_another_day")
    if leaves > now:
        return Defer(until=leaves, reason="quiet_hours")
    return _beside_others(journey, item.key, act, now)


def _near_a_start(
    journey: Journey, item: AgendaItem, act: TextAct, leaves: datetime
) -> Verdict | None:
    """Nothing shortly before a start: she is on her way, or just going in (rule 25)."""
    margin = journey.protocol.texting.never_within
    if act.appointment_at and leaves > act.appointment_at - margin:
        return Skip(reason="too_close_to_appointment")
    if act.template is Template.DAY_CLOSED:
        return None
    near = next((a.at for a in starts(journey) if abs(leaves - a.at) < margin), None)
    if near is None:
        return None
    if act.template not in {Template.FEELING_CHECKIN, Template.WELCOME}:
        # She is about to be seen: nobody needs to ask her to call, and a rung may wait.
        return Skip(reason="too_close_to_appointment", said_already=True)
    if act.expires and near + margin > act.expires:
        return _too_late(item)
    return Defer(until=near + margin, reason="too_close_to_appointment")


def _beside_others(journey: Journey, key: str, act: TextAct, now: datetime) -> Verdict:
    """What she got lately: not the same twice, and not too many in a day."""
    texting = journey.protocol.texting
    others = [t for t in journey.texts if t.key != key]
    if act.template is Template.PLEASE_CALL:
        asked = (t for t in others if t.template is Template.PLEASE_CALL)
        if any(now - t.at < texting.ask_again_after for t in asked):
            return Skip(reason="asked_to_call_lately", said_already=True)
    if act.template in COUNTED_TEMPLATES:
        today = reminders_of(journey, others, now)
        about, coalesce = act.appointment_at, texting.coalesce == "one_text_per_visit_day"
        if coalesce and about is not None and told_of(journey, about, today):
            return Skip(reason="one_for_the_visit_day", said_already=True)
        if len(today) >= texting.daily_cap:
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
