"""The page behind the link of a text that counts several: each is taken by a button of its own."""

import re
from datetime import datetime, timedelta

from a_page import page_due
from a_snapshot import a_snapshot
from link_phone import NOON, SIGNED, Clock, Phone

from pathway.roles import Role
from records import links, pages
from records.database import Records
from records.link_making import to_take_listed
from records.links import Outcome
from records.page_model import PageToSend, Post
from records.tables import Owed

MINUTE = timedelta(minutes=1)
HALE = "+14155550107"


def due(n: int, person: str, at: datetime) -> PageToSend:
    missed = {"role": Role.PRESCRIBER, "level": "follow_up", "what": "no psychotherapy in time"}
    return page_due(f"J-{n:010}", person, HALE, at, since=NOON, **missed)


async def a_storm(records: Records, person: str = "dr.hale") -> Post:
    """One page that went, and three that wait and go in one text."""
    first = await pages.take_turn(records, due(1, person, NOON - MINUTE), MINUTE)
    assert isinstance(first, Post)
    await pages.went_out(records, first.intent, "SM1")
    for n in (2, 3):
        await pages.take_turn(records, due(n, person, NOON - timedelta(seconds=30)), MINUTE)
    several = await pages.take_turn(records, due(4, person, NOON), MINUTE)
    assert isinstance(several, Post)
    await links.make_all(records, [to_take_listed(each, person, NOON) for each in several.items])
    return several


def address(post: Post) -> str:
    assert post.link is not None
    return SIGNED.url(post.link)


async def open_for(records: Records, n: int, *, owner: str | None) -> None:
    """A snapshot in which e1 of this journey is open, or which has ended."""
    reference = f"J-{n:010}"
    async with records.begin() as session:
        session.add(a_snapshot(reference, NOON, ended=owner is None))
        await session.flush()
        if owner is not None:
            session.add(
                Owed(
                    reference=reference,
                    key="e1",
                    section="danger",
                    role="prescriber",
                    owner=owner,
                    since=NOON,
                    line="take it",
                    escalation="e1",
                )
            )


def buttons(body: str) -> list[str]:
    """Where the buttons of a list post to."""
    return re.findall(r'method="post" action="([^"]+)"', body)


async def test_it_lists_what_the_text_counted_and_a_get_takes_nothing(
    phone: Phone, records: Records
) -> None:
    post = await a_storm(records)
    opened = [await phone.open(address(post)) for _ in range(3)]
    posted = await phone.tap(address(post), answer="take")
    assert {page.status for page in (*opened, posted)} == {200}
    body = opened[0].body
    assert [f"J-{n:010}" in body for n in (1, 2, 3, 4)] == [False, True, True, True]
    assert "You were paged about these 3." in body
    assert body.count("Due: no psychotherapy in time, since Mon 12:00.") == 3
    assert len(buttons(body)) == len(buttons(posted.body)) == 3
    assert await links.waiting(records) == ()
    assert opened[0].headers["cache-control"] == "no-store"


async def test_each_is_taken_by_its_own_button_and_leads_back(
    phone: Phone, records: Records
) -> None:
    post = await a_storm(records)
    token = address(post).rpartition("/")[2]
    second = buttons((await phone.open(address(post))).body)[1]
    taken = await phone.tap(f"https://texts.clinic.example/l/{second}", answer="take", list=token)
    assert "Your answer is kept" in taken.body
    assert taken.onward == token
    (waiting,) = await links.waiting(records)
    assert (waiting.reference, waiting.about, waiting.whom) == ("J-0000000003", "e1", "dr.hale")
    assert waiting.role is Role.PRESCRIBER
    await links.settle(records, waiting.id, Outcome.TAKEN)
    again = await phone.open(address(post))
    assert "paging stopped then" in again.body
    assert len(buttons(again.body)) == 2


async def test_too_late_closed_and_hers_stand_where_the_button_was(
    phone: Phone, records: Records
) -> None:
    post = await a_storm(records)
    url = address(post)
    token = url.rpartition("/")[2]
    before = buttons((await phone.open(url)).body)
    await open_for(records, 2, owner="dr.moreau")
    await open_for(records, 3, owner="dr.hale")
    await open_for(records, 4, owner=None)
    body = (await phone.open(url)).body
    assert "Too late: Dr. Lucian Moreau has it" in body
    assert "You have it already" in body
    assert "This is closed" in body
    assert buttons(body) == []
    # The button of a list that was opened before.
    late = await phone.tap(f"https://texts.clinic.example/l/{before[0]}", answer="take", list=token)
    assert late.status == 410
    assert "Too late: Dr. Lucian Moreau has it" in late.body
    assert late.onward == token
    assert await links.waiting(records) == ()


async def test_it_runs_out_with_the_links_that_it_lists(
    phone: Phone, records: Records, clock: Clock
) -> None:
    post = await a_storm(records)
    clock.now = NOON + timedelta(hours=12)
    for page in (await phone.open(address(post)), await phone.tap(address(post), answer="take")):
        assert page.status == 410
        assert "run out" in page.body


async def test_of_somebody_who_has_left_it_lists_nothing(phone: Phone, records: Records) -> None:
    page = await phone.open(address(await a_storm(records, "gone.away")))
    assert page.status == 410
    assert "no longer on the staff list" in page.body


async def test_an_unsigned_list_is_not_known_and_leads_nowhere(
    phone: Phone, records: Records
) -> None:
    post = await a_storm(records)
    url = address(post)
    wrong = url[:-1] + ("A" if url[-1] != "A" else "B")
    assert (await phone.open(wrong)).status == 404
    first = buttons((await phone.open(url)).body)[0]
    taking = f"https://texts.clinic.example/l/{first}"
    taken = await phone.tap(taking, answer="take", list="https://evil.example/")
    assert taken.status == 200
    assert "evil" not in taken.body


async def test_it_is_in_spanish_where_the_phone_asks_for_it(phone: Phone, records: Records) -> None:
    post = await a_storm(records)
    body = (await Phone(phone.port, "es-MX").open(address(post))).body
    assert "Se le avisó de estos 3 asuntos" in body
    assert body.count("Me encargo") == 3
