"""What the oracle looks at between any two acts: what is due, who owns what."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from oracle_book import Book

from pathway.items import AgendaItem, PageAct, RaiseAgainAct, TextAct

WINDOW = timedelta(hours=24)
ASKED_AFTER = timedelta(hours=4)
ANSWERS_WITHIN = timedelta(hours=24)
ASKED_FOR = timedelta(hours=1)
"""How long the therapist is asked whether a session was held before anybody is turned to."""
REPEATS_WITHIN = {
    "chair": timedelta(minutes=6),
    "safety": timedelta(minutes=6),
    "urgent_call": timedelta(minutes=11),
    "follow_up_high_risk": timedelta(minutes=31),
    "no_show": timedelta(hours=2, minutes=1),
    "decision": timedelta(hours=24, minutes=1),
}
RESTS_AT_NIGHT = {"no_show", "decision"}
"""Once somebody has been paged, these come again when people are at work."""
FLAG_AGAIN = timedelta(hours=4)
OVER_CLOSED_DAYS = timedelta(days=5)
"""Of ladders that wait for people to be at work."""
_HANGS = re.compile(r"t(\d+)/(preparation|infusion|psychotherapy)/a(\d+)/")


def watch(
    book: Book, items: tuple[AgendaItem, ...], now: datetime, under_way: Collection[str]
) -> None:
    _in_order(book, items, now, under_way)
    _nothing_of_what_moved(book, items)
    _escalations_go_on(book, items, now, under_way)
    if not book.dead:
        _flags_come_back(book, items, now)
    if not book.over:
        _sessions_are_owned(book, now)
        _messages_are_read(book, now)
        _she_is_asked(book, items, now)
        _knows_what_texts_are(book, items, under_way)


def _knows_what_texts_are(
    book: Book, items: tuple[AgendaItem, ...], under_way: Collection[str]
) -> None:
    """Whom texts can reach has the opt-in text, or gets it, unless one could not be sent."""
    if not book.reachable or book.held or book.hospital or book.leaving:
        return
    tried = any(key.startswith("welcome/") for key in (*book.started, *under_way))
    comes = any(i.key.startswith("welcome/") for i in items)
    assert book.has_opt_in_text or comes or tried, "nobody tells her what texts are"


def _she_is_asked(book: Book, items: tuple[AgendaItem, ...], now: datetime) -> None:
    """How she feels after the last infusion given, whatever has opened since."""
    number = max((n for n, c in book.cycles.items() if c.ended_at), default=0)
    later = [n for n in book.asked_after | book.felt if n > number]
    if number < max(book.number - 1, 1) or number in book.felt or later:
        return
    cycle, text = book.cycles[number], f"t{number}/checkin/text"
    assert cycle.ended_at is not None
    comes = any(i.key.startswith(text) for i in items)
    late = now >= cycle.ended_at + ASKED_AFTER
    assert comes or late or number in book.asked_after, (
        f"nobody asks how she feels after treatment {number}"
    )
    gone = [t.at for key, t in book.texts.items() if key.startswith(text)]
    waits = not comes and any(now < at + ANSWERS_WITHIN for at in gone)
    talked = cycle.session_at is not None and cycle.talked
    told = number in book.missed_answers
    told |= any(i.key.startswith(f"t{number}/checkin/no-answer") for i in items)
    assert told or talked or not waits, f"no answer after treatment {number}, and nobody hears it"


def _in_order(
    book: Book, items: tuple[AgendaItem, ...], now: datetime, under_way: Collection[str]
) -> None:
    assert not (book.dead and items), "something is due after her death"
    dangers = (*(f"{name}/" for name in book.climbs), *(f"flag/{name}/" for name in book.flags))
    late = [i.key for i in items if not i.key.startswith(dangers) or isinstance(i.act, TextAct)]
    assert not (book.over and late), f"due in a journey that is over: {late}"
    keys = [item.key for item in items]
    assert len(keys) == len(set(keys)), f"two items of one key: {keys}"
    assert list(items) == sorted(items, key=lambda item: (item.at, item.key))
    finished = book.started - set(under_way)
    assert not set(keys) & finished, f"what has run is due again: {set(keys) & finished}"
    due = {item.key for item in items if item.at <= now}
    assert due <= set(under_way), f"due, and nobody does it: {due - set(under_way)}"


def _nothing_of_what_moved(book: Book, items: tuple[AgendaItem, ...]) -> None:
    cycle = book.cycle
    standing = cycle.appointments if cycle else {}
    for item in items:
        if isinstance(item.act, TextAct) and item.act.appointment_at:
            times = [a.at for a in standing.values()]
            assert item.act.appointment_at in times, f"{item.key} speaks of another time"
        if hangs := _HANGS.match(item.key):
            number, step, revision = int(hangs[1]), hangs[2], int(hangs[3])
            stands = standing.get(step)
            assert number == book.number, f"{item.key} is about an old treatment"
            assert stands is not None, f"{item.key} hangs on what was cancelled"
            assert stands.revision == revision, f"{item.key} hangs on a moved time"


def _escalations_go_on(
    book: Book, items: tuple[AgendaItem, ...], now: datetime, under_way: Collection[str]
) -> None:
    for name, climb in book.climbs.items():
        own = [item for item in items if item.key.startswith(f"{name}/")]
        if climb.owned_until is not None:
            looks = [item.at for item in own if isinstance(item.act, RaiseAgainAct)]
            assert looks == [climb.owned_until], f"nobody looks again at {name}: {looks}"
            assert not any(isinstance(i.act, PageAct) and not i.act.all_clear for i in own), name
            continue
        assert own, f"{name} climbs no further"
        paged = any(key.startswith(f"{name}/") for key in book.started)
        rests = climb.ladder in RESTS_AT_NIGHT and paged
        within = OVER_CLOSED_DAYS if rests else REPEATS_WITHIN.get(climb.ladder, OVER_CLOSED_DAYS)
        soon = any(i.at <= now + within or i.key in under_way for i in own)
        assert soon, f"nobody is paged for {name} within {within}: {[str(i.at) for i in own]}"


def _flags_come_back(book: Book, items: tuple[AgendaItem, ...], now: datetime) -> None:
    """What no clinician has lifted climbs, belongs to somebody, or will page in time."""
    for name, flag in book.flags.items():
        climbs = flag.escalation in book.climbs or any(
            c.about == name for c in book.climbs.values()
        )
        pages = [i.at for i in items if i.key.startswith(f"flag/{name}/")]
        assert climbs or any(at <= now + FLAG_AGAIN for at in pages), f"nobody has flag {name}"


def _sessions_are_owned(book: Book, now: datetime) -> None:
    """A session that is missed belongs to somebody, or climbs, from its time on."""
    cycle = book.cycle
    if cycle is None or cycle.ended_at is None or cycle.session_at:
        return
    due = cycle.ended_at + WINDOW
    stands = cycle.appointments.get("psychotherapy")
    # One that was booked in time for a time too late excuses nothing, unless it runs just then.
    excused = (
        stands is not None
        and now < stands.ends + ASKED_FOR
        and not stands.at > due > stands.booked_at
    )
    missed = (book.number, stands.revision if stands else None)
    waits = book.spoken_for.get(missed)
    spoken_for = missed in book.spoken_for and (waits is None or now < waits)
    climbs = any(
        c.step == "psychotherapy" and c.about is None and c.treatment == book.number
        for c in book.climbs.values()
    )
    assert now < due or climbs or excused or spoken_for, (
        f"the session of treatment {book.number} was due {due}, and nobody has it"
    )


def _messages_are_read(book: Book, now: datetime) -> None:
    """What she wrote was dealt with, climbs, or is not older than people may take over it."""
    climbs = any(c.ladder == "inbox" and c.about is None for c in book.climbs.values())
    old = [at for at in book.unread if now - at > OVER_CLOSED_DAYS]
    assert climbs or not old, f"written {old[:1]}, and nobody has it"
