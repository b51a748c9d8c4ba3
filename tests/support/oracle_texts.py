"""What the oracle says about each text as it leaves."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from oracle_book import Book, Sent

from pathway.items import TextAct

QUIET_FROM, QUIET_TO = time(21), time(8)
BEFORE_A_START = timedelta(minutes=45)
CALL_NOT_TWICE_WITHIN = timedelta(hours=1)
ANSWERED_WITHIN = timedelta(hours=1)
AWAKE_FOR = timedelta(hours=1)
REMINDERS = {"appointment", "appointment_tomorrow", "appointment_today", "before_visit"}
ANSWERS = {"support_numbers", "checkin_thanks", "call_you_back", "when_we_read", "staff_answer"}


def a_zone(name: str | None) -> str | None:
    try:
        return name if name and ZoneInfo(name) else None
    except (KeyError, ValueError, OSError):
        return None


def leaves(book: Book, key: str, act: TextAct, at: datetime, cap: int) -> None:
    """Everything that must hold as a text leaves; it is then written down."""
    template = act.template.value
    assert not book.over, f"a text in a journey that is over: {key}"
    assert not book.hospital, f"a text to her in hospital: {key}"
    # That the clinic is closed she hears by a call where texts are held: never as a text.
    assert not book.held, f"a text during a hold: {key}"
    assert book.reachable, f"a text to a patient who takes none: {key}"
    assert (template in ANSWERS) is act.answers_her, f"{template} unasked, or an answer: {key}"
    if template == "staff_answer":
        _people_answer(book, key, at)
    elif act.answers_her:
        lately = [t for t in book.wrote if timedelta(0) <= at - t <= ANSWERED_WITHIN]
        assert lately, f"it answers what she never wrote: {key}"
    else:
        _at_a_decent_hour(book, key, at)
        _not_near_a_start(book, key, template, at)
    if template in REMINDERS:
        _speaks_true(book, key, act, at)
        _few_enough(book, key, act, at, cap)
    if template == "please_call":
        asked = [t.at for t in book.texts.values() if t.template == template]
        assert all(at - t >= CALL_NOT_TWICE_WITHIN for t in asked), f"asked twice to call: {key}"
    _not_twice(book, key, template)
    if template == "welcome":
        assert not book.has_opt_in_text, f"told again what texts are: {key}"
    book.texts[key] = Sent(key, template, at, act.appointment_at, book.agreed)


def _people_answer(book: Book, key: str, at: datetime) -> None:
    """People answer when they can; they may wake nobody who has not just written."""
    ago = [at - t for t in book.wrote]
    assert any(a >= timedelta(0) for a in ago), f"it answers what she never wrote: {key}"
    if not any(a <= AWAKE_FOR + ANSWERED_WITHIN for a in ago):
        _at_a_decent_hour(book, key, at)


def _at_a_decent_hour(book: Book, key: str, at: datetime) -> None:
    zone = a_zone(book.contact.zone)
    for each in (zone,) if zone else book.country:
        wall = at.astimezone(ZoneInfo(each)).time()
        assert QUIET_TO <= wall < QUIET_FROM, f"a text at {wall} in {each}: {key}"


def _not_near_a_start(book: Book, key: str, template: str, at: datetime) -> None:
    if template == "day_closed":
        return
    for step, stands in still_to_come(book):
        near = abs(at - stands) < BEFORE_A_START
        assert not near, f"a text {at - stands} from the start of {step}: {key}"


def still_to_come(book: Book) -> list[tuple[str, datetime]]:
    starts = [("assessment", book.assessment_at.at)] if book.assessment_at else []
    cycle = book.cycle
    if book.assessed:
        starts = []
    if cycle is None or book.course_over:
        return starts
    done = {
        "preparation": cycle.prepared_at or cycle.started_at,
        "infusion": cycle.started_at,
        "psychotherapy": cycle.session_at,
    }
    return starts + [(s, a.at) for s, a in cycle.appointments.items() if not done.get(s)]


def _speaks_true(book: Book, key: str, act: TextAct, at: datetime) -> None:
    about = act.appointment_at
    cycle = book.cycle
    assert about is not None, f"a reminder of nothing: {key}"
    assert cycle is not None, f"a reminder before the first treatment: {key}"
    standing = [a.at for a in cycle.appointments.values()]
    assert about in standing, f"it speaks of {about}, not of {standing}: {key}"
    assert at <= about - BEFORE_A_START, f"a text shortly before its appointment: {key}"
    zone = ZoneInfo(a_zone(book.contact.zone) or book.clinic)
    ahead = about.astimezone(zone).date() - at.astimezone(zone).date()
    said = {"appointment_today": 0, "appointment_tomorrow": 1}.get(act.template.value)
    assert said in {None, ahead.days}, f"it says {act.template} {ahead.days} days ahead: {key}"


def _few_enough(book: Book, key: str, act: TextAct, at: datetime, cap: int) -> None:
    """The cap of her day, and one text for one visit day."""
    zone, clinic = ZoneInfo(a_zone(book.contact.zone) or book.clinic), ZoneInfo(book.clinic)
    day = at.astimezone(zone).date()
    reminders = [t for t in book.texts.values() if t.template in REMINDERS]
    today = [t for t in reminders if t.at.astimezone(zone).date() == day]
    assert len(today) < cap, f"reminder number {len(today) + 1} of {day}: {key}"
    assert act.appointment_at is not None
    assert book.cycle is not None
    visit_day = act.appointment_at.astimezone(clinic).date()
    standing = [a.at for a in book.cycle.appointments.values()]
    # What was booked onto the day since she has not heard of.
    since = min(a.booked_at for a in book.cycle.appointments.values() if a.at == act.appointment_at)
    told = [
        t.key
        for t in today
        if t.about in standing
        and t.about
        and t.about.astimezone(clinic).date() == visit_day
        and t.at >= since
    ]
    assert not told, f"{key} and {told} on one day about one visit day"


def _not_twice(book: Book, key: str, template: str) -> None:
    """The same words about the same appointment, or asking how she feels after one treatment."""
    stem = key.partition("/text")[0]
    if template in REMINDERS:
        same = [t.key for t in book.texts.values() if t.template == template]
        assert all(each.partition("/text")[0] != stem for each in same), (
            f"the same text again: {key}"
        )
    if template == "feeling_checkin" and "/checkin/text" in key:
        again = [k for k in book.texts if k.partition("/text")[0] == stem and "/checkin/text" in k]
        assert not again, f"asked twice how she feels: {key} after {again}"
