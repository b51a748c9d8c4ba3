"""The texts that patients read, written from the wording files at the moment of sending."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.gsm7 import simplify
from config.wordings import Wording, say, wording
from pathway.protocol import Asked, Template

_ANNOUNCE = frozenset(
    {Template.APPOINTMENT, Template.APPOINTMENT_TODAY, Template.APPOINTMENT_TOMORROW}
)
_NAMES_NO_MOMENT = frozenset(
    {
        Template.PLEASE_CALL,
        Template.FEELING_CHECKIN,
        Template.CHECKIN_THANKS,
        Template.SUPPORT_NUMBERS,
        Template.CALL_YOU_BACK,
        Template.WELCOME,
        Template.STAFF_ANSWER,
    }
)
_BY_DAYS_AHEAD = {0: Template.APPOINTMENT_TODAY, 1: Template.APPOINTMENT_TOMORROW}


def _date_and_time(wording: Wording, local: datetime) -> tuple[str, str]:
    words: dict[str, str | int] = {
        "weekday": wording.weekdays[local.weekday()],
        "month": wording.months[local.month - 1],
        "day": local.day,
        "hour": local.hour,
        "hour12": local.hour % 12 or 12,
        "minute": f"{local.minute:02}",
        "half": wording.halves[local.hour // 12],
    }
    return say(wording.date, **words), say(wording.time, **words)


def _named_zone(wording: Wording, zone: str) -> str:
    city = zone.rpartition("/")[2].replace("_", " ")
    place = wording.places.get(zone) or say(wording.other_place, city=city)
    return say(wording.zone, place=place)


def _fitting(template: Template, days_ahead: int) -> Template:
    """The announcement that is true today: one sent late must not say tomorrow."""
    if template not in _ANNOUNCE:
        return template
    return _BY_DAYS_AHEAD.get(days_ahead, Template.APPOINTMENT)


def render(
    template: Template,
    language: str | Wording,
    *,
    clinic_alias: str,
    callback_phone: str,
    as_of: datetime,
    appointment_at: datetime | None,
    zone: str | None,
    clinic_zone: str,
    digits: Mapping[str, str] | None = None,
    words: str | None = None,
) -> str:
    """The text as the phone will show it.

    Args:
        language: its tag, or the words themselves.
        appointment_at: the moment that its words name.
        digits: where a reminder asks whether she comes, the digit for each answer.
        words: what a member of staff wrote, where the text says that.

    Times are the clinic's, where the visit is; the clock is named when the reader's own zone
    shows another time at that moment, or is unknown. Whether the text says today or tomorrow
    follows from `as_of` on the reader's calendar, whichever announcement was asked for.

    Raises:
        ValueError: a template that names a moment, or says somebody's words, was given none.
        ZoneInfoNotFoundError: a zone is no IANA name.
    """
    worded = language if isinstance(language, Wording) else wording(language)
    given = {"clinic_alias": clinic_alias, "callback_phone": callback_phone}
    if template is Template.STAFF_ANSWER:
        if words is None:
            raise ValueError(f"the text {template} needs somebody's words")
        given["words"] = words
    if template in _NAMES_NO_MOMENT:
        return simplify(say(worded.texts[template], **given))
    if appointment_at is None:
        raise ValueError(f"the text {template} needs an appointment")
    local = appointment_at.astimezone(ZoneInfo(clinic_zone))
    date, time = _date_and_time(worded, local)
    if zone is None or _offset(appointment_at, zone) != local.utcoffset():
        time = f"{time} {_named_zone(worded, clinic_zone)}"
    today = as_of.astimezone(ZoneInfo(zone or clinic_zone)).date()
    fitting = _fitting(template, (local.date() - today).days)
    asked = dict(digits or {})
    asking = worded.asking.get(fitting) if set(Asked) <= set(asked) else None
    return simplify(say(asking or worded.texts[fitting], date=date, time=time, **given, **asked))


def _offset(moment: datetime, zone: str) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()
