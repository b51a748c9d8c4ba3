"""One worker at a time has a text in hand, and one pages about it; no claim outlives its worker."""

from datetime import timedelta

import pytest
from written import wrote

from records import inbound, inbound_claims
from records.columns import written_now
from records.database import Records
from records.inbound_claims import claim, claim_danger, not_taken_up


def at(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    moment = written_now() + later
    monkeypatch.setattr(inbound_claims, "written_now", lambda: moment)


async def test_of_a_text_one_claim_holds_until_it_is_let_go_or_runs_out(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = await wrote(records, "hello")
    assert [await claim(records, sid) for _ in range(2)] == [True, False]
    await inbound.note_failure(records, sid, "NotReached")
    assert [await claim(records, sid) for _ in range(2)] == [True, False]
    at(monkeypatch, inbound_claims.IN_HAND)
    assert await claim(records, sid)


async def test_one_pages_about_it_until_that_is_done_or_runs_out(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = await wrote(records, "hello")
    assert [await claim_danger(records, sid) for _ in range(2)] == [True, False]
    await inbound_claims.danger_not_paged(records, sid, timedelta(0))
    assert [await claim_danger(records, sid) for _ in range(2)] == [True, False]
    at(monkeypatch, inbound_claims.PAGING)
    assert await claim_danger(records, sid)
    await inbound_claims.danger_paged(records, sid)
    at(monkeypatch, timedelta(days=1))
    assert not await claim_danger(records, sid)
    (stored,) = await inbound.named(records, [sid])
    assert stored.danger_paged_at is not None


async def test_what_somebody_has_or_was_paged_about_is_taken_up(records: Records) -> None:
    first, second, third = await wrote(records, "hello", "hi", "hey")
    assert await not_taken_up(records, written_now() - timedelta(minutes=1)) == ()
    assert await not_taken_up(records, written_now()) == (first, second, third)
    await inbound.mark_routed(records, first)
    await inbound_claims.danger_paged(records, second)
    assert await not_taken_up(records, written_now()) == (third,)
    assert not await claim(records, first)
    assert not await claim_danger(records, first)
