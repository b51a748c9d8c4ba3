"""Pages behind links over HTTP: a GET asks, a POST answers once, and each end has its sentence."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from a_snapshot import a_journal_row, a_snapshot
from link_phone import KEY, NOON, SIGNED, Clock, Page, Phone, link_console
from structlog.testing import capture_logs

from config.clinic import load_clinic
from config.links import Links
from console import forms
from pathway.roles import Role
from records import links
from records.database import Records
from records.link_making import about_session, recommendation_after, to_take
from records.links import Link, Outcome, StoredLink
from records.tables import Owed
from workflows.messages import SendPage

REFERENCE = "J-0123456789"
THERAPIST = "ines.abara"


def taking(person: str = "dr.hale") -> Link:
    page = SendPage(
        reference=REFERENCE,
        escalation="e1",
        key="e1/r1/0/0",
        role="on_call_clinician",
        level="safety",
        what="a safety flag needs a clinician",
        since=NOON,
        as_of=NOON,
    )
    return to_take(page, person, (Role.ON_CALL_CLINICIAN,))


def session(revision: int | None = 1) -> Link:
    return about_session(REFERENCE, 1, revision, ends=NOON, whom=THERAPIST, now=NOON)


async def made(records: Records, link: Link) -> str:
    await links.make(records, link)
    return SIGNED.url(link.id)


async def stored(records: Records, link: Link) -> StoredLink:
    found = await links.get(records, link.id)
    assert found is not None
    return found


async def journey(records: Records, *, ended: bool = False, owner: str | None = None) -> None:
    """A snapshot in which escalation e1 is open, or which has ended."""
    async with records.begin() as opened:
        opened.add(a_snapshot(REFERENCE, NOON, stage="monitoring", waits_for="nurse", ended=ended))
        await opened.flush()
        if not ended:
            opened.add(
                Owed(
                    reference=REFERENCE,
                    key="e1",
                    section="danger",
                    role="on_call_clinician",
                    owner=owner,
                    since=NOON,
                    line="take it",
                    escalation="e1",
                )
            )


async def told(records: Records, *rows: tuple[str, str]) -> None:
    """What the journal says."""
    await journey(records)
    async with records.begin() as opened:
        for number, (kind, payload) in enumerate(rows, 1):
            opened.add(a_journal_row(REFERENCE, number, kind, NOON, payload))


def booked(revision: int, step: str = "psychotherapy") -> tuple[str, str]:
    appointment = f'{{"step": "{step}", "revision": {revision}}}'
    return "appointment_booked", f'{{"treatment": 1, "appointment": {appointment}}}'


CANCELLED = ("appointment_cancelled", '{"treatment": 1, "step": "psychotherapy", "revision": 1}')
RECORDED = ("psychotherapy_recorded", '{"treatment": 1}')
CLOSED = ("escalation_closed", '{"escalation": "e1"}')


async def test_a_get_never_acts_however_often_a_phone_prefetches(
    phone: Phone, records: Records
) -> None:
    url = await made(records, taking())
    pages = [await phone.open(url) for _ in range(3)] + [await phone.ask("HEAD", url)]
    assert {page.status for page in pages} == {200}
    assert (await stored(records, taking())).used_at is None
    assert "Due: a safety flag needs a clinician, since Mon 12:00." in pages[0].body
    assert "I have it" in pages[0].body


async def test_a_page_is_kept_nowhere_told_to_nobody_and_runs_nothing(
    phone: Phone, records: Records
) -> None:
    page = await phone.open(await made(records, session()))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "<script" not in page.body
    assert "width=device-width" in page.body


async def test_a_post_answers_once_and_says_so_again(phone: Phone, records: Records) -> None:
    link = taking()
    url = await made(records, link)
    first, second = [await phone.tap(url, answer="take") for _ in range(2)]
    assert (first.status, second.status) == (200, 200)
    assert "Your answer is kept" in first.body
    assert (await stored(records, link)).answer == "take"
    await links.settle(records, link.id, Outcome.TAKEN)
    for page in (await phone.tap(url, answer="take"), await phone.open(url)):
        assert page.status == 200
        assert "paging stopped then" in page.body


@pytest.mark.parametrize(
    ("outcome", "sentence", "status", "says"),
    [
        (Outcome.HELP_NOTED, None, 200, "noted that you help"),
        (Outcome.TOO_LATE, "dr.moreau", 410, "Dr. Lucian Moreau had it already"),
        (Outcome.CLOSED, None, 410, "closed. Nothing is needed"),
        (Outcome.REFUSED, "Look at the journey again.", 200, "Look at the journey again."),
        (Outcome.ENDED, None, 200, "Nothing more is recorded"),
    ],
)
async def test_each_end_of_an_answer_has_its_sentence(
    phone: Phone, records: Records, outcome: Outcome, sentence: str, status: int, says: str
) -> None:
    link = taking()
    url = await made(records, link)
    await phone.tap(url, answer="take")
    await links.settle(records, link.id, outcome, sentence)
    page = await phone.open(url)
    assert page.status == status
    assert says in page.body


async def test_another_answer_later_says_what_was_answered(phone: Phone, records: Records) -> None:
    url = await made(records, session())
    assert (await phone.tap(url, answer="not_held", wish="patient")).status == 200
    for other in ({"answer": "held"}, {"answer": "not_held", "wish": "clinic"}):
        page = await phone.tap(url, **other)
        assert page.status == 409
        assert "answered before, with: not held" in page.body
    assert (await stored(records, session())).answer == "not_held"


async def test_a_new_time_is_meant_on_the_clinics_clock(phone: Phone, records: Records) -> None:
    url = await made(records, session())
    page = await phone.tap(url, answer="moved", at="2026-03-09T16:30")
    assert page.status == 200
    assert "moved to Mon 2026-03-09 16:30" in page.body
    assert (await stored(records, session())).said == "2026-03-09T23:30:00+00:00"


async def test_a_session_that_was_held_leads_on_to_the_recommendation(
    phone: Phone, records: Records
) -> None:
    url = await made(records, session())
    page = await phone.tap(url, answer="held")
    onward = f"https://texts.clinic.example/l/{page.onward}"
    asked = await phone.open(onward)
    assert asked.status == 200
    assert "lengthen interval" in asked.body
    fields = {"answer": "lengthen_interval", "reason": "steady <b>now</b>"}
    assert (await phone.tap(onward, **fields)).status == 200
    waiting = await links.waiting(records)
    assert [(each.answer, each.said) for each in waiting] == [
        ("held", ""),
        ("lengthen_interval", "steady <b>now</b>"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"answer": "take"},
        {"answer": "perhaps"},
        {"answer": "moved"},
        {"answer": "moved", "at": "tomorrow"},
        {"answer": "moved", "at": "2026-03-09T11:00"},
        {"answer": "moved", "at": "2036-03-09T11:00"},
        {"answer": "not_held", "wish": "nobody"},
    ],
)
async def test_what_is_no_answer_is_not_kept(
    phone: Phone, records: Records, fields: dict[str, str]
) -> None:
    page = await phone.tap(await made(records, session()), **fields)
    assert page.status == 422
    assert "cannot be used" in page.body
    assert (await stored(records, session())).used_at is None


# Links that ask nothing any more


def tampered(url: str) -> Iterator[str]:
    yield url[:-1] + ("A" if url[-1] != "A" else "B")
    yield url[:-23] + url[-22:]
    yield url + "A"
    yield Links("https://texts.clinic.example", [b"another key, of somebody else"]).url(
        "AAAAAAAAAAAA"
    )


async def test_what_was_changed_or_never_made_is_not_known(phone: Phone, records: Records) -> None:
    url = await made(records, taking())
    for wrong in (*tampered(url), SIGNED.url("AAAAAAAAAAAA")):
        for page in (await phone.open(wrong), await phone.tap(wrong, answer="take")):
            assert page.status == 404, wrong
            assert "not known" in page.body
            assert REFERENCE not in page.body
    assert (await stored(records, taking())).used_at is None


async def closed(phone: Phone, url: str, **answer: str) -> Page:
    """What opening and tapping both say."""
    opened, tapped = await phone.open(url), await phone.tap(url, **answer or {"answer": "take"})
    assert (opened.status, opened.body) == (tapped.status, tapped.body)
    return opened


async def test_an_expired_link_says_what_to_do(
    phone: Phone, records: Records, clock: Clock
) -> None:
    url = await made(records, taking())
    clock.now = NOON + timedelta(hours=12)
    page = await closed(phone, url)
    assert page.status == 410
    assert "run out. Call the clinic, +14155550100" in page.body
    assert (await stored(records, taking())).used_at is None


async def test_a_link_of_somebody_who_has_left_is_closed(phone: Phone, records: Records) -> None:
    page = await closed(phone, await made(records, taking("gone.away")))
    assert page.status == 410
    assert "no longer on the staff list" in page.body


async def answered(phone: Phone, records: Records, link: Link, **answer: str) -> str:
    """The address of a link that was answered, and whose answer its journey took."""
    url = await made(records, link)
    assert (await phone.tap(url, **answer)).status == 200
    await links.settle(records, link.id, Outcome.TAKEN)
    return url


RECOMMENDED = {"answer": "increase_dose", "reason": "steady"}


async def told_nothing(phone: Phone, url: str, *answers: dict[str, str]) -> None:
    """Opened and posted to, the page says that it was answered and has run out, and no more."""
    pages = [await phone.open(url), *[await phone.tap(url, **each) for each in answers]]
    for page in pages:
        assert page.status == 410
        assert "This was answered, and the link has run out." in page.body
        for word in ("You answered", "increase", "decrease", "I have it", "yours", "held", "href"):
            assert word not in page.body


async def test_an_answered_recommendation_is_told_until_its_link_runs_out(
    phone: Phone, records: Records, clock: Clock
) -> None:
    link = recommendation_after(session())
    url = await answered(phone, records, link, **RECOMMENDED)
    clock.now = link.expires_at - timedelta(minutes=1)
    assert "You answered: increase dose." in (await phone.open(url)).body
    clock.now = link.expires_at
    other = RECOMMENDED | {"answer": "decrease_dose"}
    await told_nothing(phone, url, RECOMMENDED, other)


async def test_an_answered_session_leads_nowhere_once_its_link_has_run_out(
    phone: Phone, records: Records, clock: Clock
) -> None:
    url = await answered(phone, records, session(), answer="held")
    clock.now = session().expires_at
    await told_nothing(phone, url, {"answer": "held"}, {"answer": "not_held"})


async def test_a_take_that_was_answered_is_told_as_of_then(
    phone: Phone, records: Records, clock: Clock
) -> None:
    """It may have been handed over since: the page does not say that it still is hers."""
    link = taking()
    url = await answered(phone, records, link, answer="take")
    await journey(records, owner="dr.moreau")
    page = await phone.open(url)
    assert page.status == 200
    assert "It became yours (Mon 12:05), and paging stopped then." in page.body
    assert "It is yours" not in page.body
    clock.now = link.expires_at
    await told_nothing(phone, url, {"answer": "take"})


async def test_what_somebody_who_has_left_answered_is_told_no_more(
    records: Records, records_url: str, tmp_path: Path, clock: Clock
) -> None:
    clinic = load_clinic()
    staff = tuple(each for each in clinic.people if each.id != THERAPIST)
    async with link_console(records_url, tmp_path, clock) as console:
        link = recommendation_after(session())
        url = await answered(Phone(console.twilio.port), records, link, **RECOMMENDED)
    without = clinic.model_copy(update={"people": staff})
    async with link_console(records_url, tmp_path, clock, clinic=without) as console:
        await told_nothing(Phone(console.twilio.port), url, RECOMMENDED)


@pytest.mark.parametrize(
    ("owner", "status", "says"),
    [
        ("dr.moreau", 410, "Too late: Dr. Lucian Moreau has it"),
        ("dr.hale", 200, "You have it already"),
    ],
)
async def test_too_late_says_who_has_it(
    phone: Phone, records: Records, owner: str, status: int, says: str
) -> None:
    await journey(records, owner=owner)
    page = await closed(phone, await made(records, taking()))
    assert page.status == status
    assert says in page.body
    assert (await stored(records, taking())).used_at is None


async def test_a_closed_escalation_needs_nothing(phone: Phone, records: Records) -> None:
    await told(records, CLOSED)
    async with records.begin() as opened:
        await opened.delete(await opened.get_one(Owed, (REFERENCE, "e1")))
    page = await closed(phone, await made(records, taking()))
    assert page.status == 410
    assert "This is closed" in page.body


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([booked(1), booked(2)], "moved or called off"),
        ([booked(1), CANCELLED], "moved or called off"),
        ([booked(1), RECORDED], "recorded already"),
    ],
)
async def test_a_session_that_moved_is_asked_about_by_another_link(
    phone: Phone, records: Records, rows: list[tuple[str, str]], says: str
) -> None:
    await told(records, *rows)
    page = await closed(phone, await made(records, session(1)), answer="held")
    assert page.status == 410
    assert says in page.body


async def test_the_session_that_stands_is_asked_about(phone: Phone, records: Records) -> None:
    await told(records, booked(1), booked(2), booked(3, "infusion"))
    assert (await phone.open(await made(records, session(2)))).status == 200


# Around it


async def test_a_phone_is_answered_in_its_language(phone: Phone, records: Records) -> None:
    spanish = Phone(phone.port, "es-MX,es;q=0.8,en;q=0.5")
    url = await made(records, session())
    page = await spanish.open(url)
    assert '<html lang="es">' in page.body
    assert "¿Tuvo lugar la sesión" in page.body
    assert "registrada" not in page.body
    assert "Su respuesta está guardada" in (await spanish.tap(url, answer="held")).body


async def test_nothing_of_a_link_is_logged_but_what_came_of_it(
    phone: Phone, records: Records
) -> None:
    url = await made(records, taking())
    with capture_logs() as lines:
        await phone.open(url)
        await phone.tap(url, answer="take")
        await phone.open(url + "x")
    assert [
        {name: value for name, value in line.items() if name != "log_level"} for line in lines
    ] == [
        {"event": "link_opened", "kind": "take", "outcome": "shown"},
        {"event": "link_opened", "kind": "take", "outcome": "kept"},
        {"event": "link_opened", "status": 404, "outcome": "unknown"},
    ]


async def test_neither_url_nor_table_names_anybody(phone: Phone, records: Records) -> None:
    person = load_clinic().staff("dr.hale")
    assert person is not None
    url = await made(records, taking())
    row = (await stored(records, taking())).model_dump_json()
    for private in (person.phone, person.name, KEY.decode()):
        assert private not in url + row
    for neutral in (REFERENCE, "safety", "hale", "e1"):
        assert neutral not in url.removeprefix("https://texts.clinic.example/l/")


async def test_a_body_that_is_too_large_is_not_read(phone: Phone, records: Records) -> None:
    url = await made(records, session())
    page = await phone.tap(url, answer="held", more="x" * (forms.LARGEST_BODY + 1))
    assert page.status == 413
    assert (await stored(records, session())).used_at is None


@asynccontextmanager
async def unreachable(folder: Path, clock: Clock) -> AsyncIterator[Phone]:
    nowhere = f"sqlite:///{folder}/no/folder/here.db"
    async with link_console(nowhere, folder, clock) as console:
        yield Phone(console.twilio.port)


async def test_without_records_a_page_says_to_try_again(tmp_path: Path, clock: Clock) -> None:
    async with unreachable(tmp_path, clock) as phone:
        url = SIGNED.url(taking().id)
        for page in (await phone.open(url), await phone.tap(url, answer="take")):
            assert page.status == 503
            assert "Try again in a minute" in page.body


def test_roles_of_links_are_those_of_the_page() -> None:
    assert taking().role is Role.ON_CALL_CLINICIAN
    assert session().role is Role.THERAPIST
