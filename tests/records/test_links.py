"""Links in the records: made once, used once, their answers waiting in order."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pathway.roles import Role
from records import links
from records.database import Records
from records.link_making import about_session, recommendation_after, session_of, to_take
from records.links import Link, LinkKind, Outcome
from workflows.messages import SendPage

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
REFERENCE = "J-0123456789"
HELD = (Role.ON_CALL_CLINICIAN,)


def a_page(key: str = "e1/r1/0/0") -> SendPage:
    return SendPage(
        reference=REFERENCE,
        escalation="e1",
        key=key,
        role="on_call_clinician",
        level="safety",
        what="a safety flag needs a clinician",
        since=NOON,
        as_of=NOON,
    )


def a_session(revision: int | None = 2) -> Link:
    return about_session(REFERENCE, 1, revision, ends=NOON, whom="ext.roe", now=NOON)


async def test_a_link_is_made_once_and_stays_as_it_was(records: Records) -> None:
    link = to_take(a_page(), "dr.hale", HELD)
    later = link.model_copy(update={"expires_at": NOON + timedelta(days=99)})
    assert [await links.make(records, each) for each in (link, later)] == [True, False]
    stored = await links.get(records, link.id)
    assert stored is not None
    assert (stored.expires_at, stored.answer, stored.role) == (
        NOON + timedelta(hours=12),
        None,
        Role.ON_CALL_CLINICIAN,
    )
    assert await links.get(records, "nobodys") is None


async def test_of_many_answers_at_once_one_counts(records: Records) -> None:
    link = to_take(a_page(), "dr.hale", HELD)
    await links.make(records, link)
    tries = (links.use(records, link.id, f"answer {n}", "", NOON) for n in range(8))
    used = await asyncio.gather(*tries)
    assert used.count(True) == 1
    (waiting,) = await links.waiting(records)
    assert waiting.answer == f"answer {used.index(True)}"


async def test_what_has_run_out_takes_no_answer(records: Records) -> None:
    link = to_take(a_page(), "dr.hale", HELD)
    await links.make(records, link)
    assert not await links.use(records, link.id, "take", "", link.expires_at)
    last = link.expires_at - timedelta(microseconds=1)
    assert await links.use(records, link.id, "take", "", last)


async def test_answers_wait_in_their_order_until_they_are_settled(records: Records) -> None:
    session = a_session()
    after = recommendation_after(session)
    for link in (session, after):
        await links.make(records, link)
    await links.use(records, after.id, "pause", "she asked for it", NOON + timedelta(minutes=1))
    await links.use(records, session.id, "held", "", NOON)
    assert [each.id for each in await links.waiting(records)] == [session.id, after.id]
    await links.settle(records, session.id, Outcome.REFUSED, "Already recorded.")
    assert [each.id for each in await links.waiting(records)] == [after.id]
    stored = await links.get(records, session.id)
    assert stored is not None
    assert (stored.outcome, stored.sentence) == (Outcome.REFUSED, "Already recorded.")


async def test_a_text_is_claimed_by_one(records: Records) -> None:
    session = a_session()
    await links.make(records, session)
    claims = await asyncio.gather(*(links.claim_sending(records, session.id, NOON) for _ in "abc"))
    assert claims.count(True) == 1
    await links.not_sent(records, session.id)
    assert await links.claim_sending(records, session.id, NOON)


def test_links_differ_by_page_person_and_revision() -> None:
    pages = [
        to_take(a_page(key), who, HELD) for key in ("e1/r1/0/0", "e1/r2/0/0") for who in ("a", "b")
    ]
    sessions = [a_session(revision) for revision in (None, 1, 2)]
    made = [*pages, *sessions, *map(recommendation_after, sessions)]
    assert len({link.id for link in made}) == len(made)
    assert [session_of(each) for each in sessions] == [(1, None), (1, 1), (1, 2)]
    assert recommendation_after(sessions[0]).kind is LinkKind.RECOMMENDATION


@pytest.mark.parametrize(
    ("held", "acts_as"),
    [
        ((Role.COORDINATOR, Role.PRESCRIBER), Role.PRESCRIBER),
        ((Role.NURSE, Role.THERAPIST, Role.ON_CALL_CLINICIAN), Role.ON_CALL_CLINICIAN),
        ((Role.NURSE, Role.THERAPIST), Role.THERAPIST),
        ((Role.COORDINATOR,), Role.COORDINATOR),
    ],
)
def test_paged_by_name_she_takes_it_in_the_role_that_may(
    held: tuple[Role, ...], acts_as: Role
) -> None:
    """The page to an owner says coordinator, whoever she is."""
    page = a_page().model_copy(update={"person": "dr.hale", "role": "coordinator"})
    assert to_take(page, "dr.hale", held).role is acts_as
    assert to_take(a_page(), "dr.hale", held).role is Role.ON_CALL_CLINICIAN
