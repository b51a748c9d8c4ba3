"""`waymark ops`: the server takes every filter, and the watch says what it found."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_runner import Desk
from misfit import let_not_replay
from waiting import until

from pathway.findings import Finding, FindingKind
from records import journal, watch_findings, watch_rounds
from records.watch_rounds import Round


async def _links(desk: Desk, *words: str) -> dict[str, dict[str, Any]]:
    document = await desk.cli.json("ops", "links", *words)
    return {each["asks"]: each for each in document["filters"]}


async def _found(desk: Desk, query: str) -> set[str]:
    return {row.id async for row in desk.client.list_workflows(query)}


async def _until(desk: Desk, query: str, ids: set[str], *, there: bool = True) -> None:
    """Visibility follows a moment later; other tests' journeys may be listed too."""

    async def so() -> bool:
        return await _found(desk, query) & ids == (ids if there else set())

    await until(so)


async def test_every_filter_finds_what_it_says(desk: Desk) -> None:
    calm, in_danger, ended = [await desk.enrolled(name) for name in ("Quill", "Reed", "Sedge")]
    await desk.cli("do", "raise-flag", in_danger, "--by", "jon.pell", "--role", "therapist")
    await desk.client.get_workflow_handle(ended).terminate("by hand, in the UI")
    links = await _links(desk)
    both = {calm, in_danger}
    await _until(desk, links["every open journey"]["query"], both)
    await _until(desk, links["every open journey"]["query"], {ended}, there=False)
    await _until(desk, links["open escalation: safety"]["query"], {in_danger})
    await _until(desk, links["open escalation: safety"]["query"], {calm}, there=False)
    await _until(desk, links["open escalation: urgent"]["query"], both, there=False)
    await _until(desk, links["waits for: coordinator"]["query"], both, there=False)
    await _until(desk, links["carries ketamine-iv@1"]["query"], both)
    await _until(desk, links["carries another protocol"]["query"], both, there=False)
    await _until(desk, links["stranded: ended from outside"]["query"], {ended})
    await _until(desk, links["overdue"]["query"], both, there=False)
    for each in links.values():
        await _found(desk, each["query"])


async def test_each_address_carries_its_filter(desk: Desk) -> None:
    links = await _links(desk, "--ui", "https://temporal.example.org/")
    for each in links.values():
        url = urlsplit(each["url"])
        assert (url.netloc, url.path.split("/")[-1]) == ("temporal.example.org", "workflows")
        assert parse_qs(url.query) == {"query": [each["query"]]}
    said = (await desk.cli("ops", "links")).stdout.splitlines()
    assert sum("/workflows?query=" in line for line in said) == len(links), "an address is folded"


async def test_the_watch_says_when_it_looked_and_what_is_wrong(desk: Desk) -> None:
    said = await desk.cli.json("ops", "watch")
    assert (said["last"], said["age"], said["silent"], said["findings"]) == (None, None, True, [])
    assert "within a day" in (await desk.cli("ops", "watch")).stdout
    now = datetime.now(UTC)
    five = timedelta(minutes=5)
    found = Finding(
        kind=FindingKind.STRANDED, reference="J-0000000001", state="terminated", says="it ended"
    )
    await watch_findings.note(desk.records, (found,), now - five)
    looked = Round(begun_at=now, ended_at=now, journeys=3, mended=1, every=five)
    await watch_rounds.note(desk.records, looked)
    said = await desk.cli.json("ops", "watch")
    assert (said["last"]["journeys"], said["silent"]) == (3, False)
    (line,) = said["findings"]
    assert (line["kind"], line["reference"], line["told"]) == ("stranded", "J-0000000001", False)
    shown = (await desk.cli("ops", "watch")).stdout
    for part in ("3 open journeys", "stranded", "J-0000000001", "5 min", "NO", "it ended"):
        assert part in shown


async def test_one_whose_history_does_not_replay_is_brought_back_as_its_journal_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()

    async def written() -> Any:
        return await journal.read(desk.records, reference)

    rows = await until(written)
    await desk.client.get_workflow_handle(reference).terminate()
    let_not_replay(monkeypatch, reference)
    said = await desk.cli.json("ops", "bring-back", reference)
    assert said["events"] >= len(rows)


async def test_an_ended_journey_is_brought_back_and_one_at_work_is_not(desk: Desk) -> None:
    reference = await desk.enrolled()
    said = await desk.cli.json("ops", "bring-back", reference, exit_code=2)
    assert said["error"]["code"] == "at_work"
    await desk.client.get_workflow_handle(reference).terminate()
    assert (await desk.cli.json("ops", "bring-back", reference))["events"] >= 1
    shown = await desk.cli("show", reference)
    assert "assessment" in shown.stdout
    said = await desk.cli.json("ops", "bring-back", "J-0000000000", exit_code=2)
    assert said["error"]["code"] == "no_journal"
