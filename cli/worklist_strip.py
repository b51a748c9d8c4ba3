"""Above the work list: how old it is, who is on call, what of ours does not work."""

from collections.abc import Iterator

from rich.text import Text

from cli.documents import Worklist
from cli.times import clock, lasting
from pathway import civil

_ALARM = "bold red"


def strip(worklist: Worklist, zone: str) -> Iterator[Text]:
    """A few lines; what is wrong is red."""
    yield Text(f"{clock(worklist.as_of, zone)} ({zone})", style="bold")
    if worklist.day != civil.local(worklist.as_of, zone).date():
        yield Text(f"The list of {worklist.day:%a %Y-%m-%d}", style="bold")
    if on_call := ", ".join(f"{who.name} {who.phone}" for who in worklist.on_call):
        yield Text(f"On call now: {on_call}")
    else:
        yield Text("On call now: NOBODY", style=_ALARM)
    if worklist.off_shift:
        who = ", ".join(worklist.off_shift)
        yield Text(f"Owns something, and the shift is over: {who}. Hand it over.", style=_ALARM)
    yield _age(worklist)
    yield _watch(worklist)
    yield from _troubles(worklist)


def _age(worklist: Worklist) -> Text:
    systems = worklist.systems
    if systems.worker_silent:
        since = (
            f" for {lasting(worklist.as_of - systems.worker_seen)}" if systems.worker_seen else ""
        )
        return Text(f"No worker gives a sign{since}: what follows may be OLD.", style=_ALARM)
    assert systems.worker_seen is not None  # noqa: S101 - else it would be silent
    seconds = max(0, int((worklist.as_of - systems.worker_seen).total_seconds()))
    return Text(f"A worker was there {seconds} s ago.", style="dim")


def _watch(worklist: Worklist) -> Text:
    systems = worklist.systems
    if systems.watch_silent:
        seen = systems.watch_seen
        since = f" for {lasting(worklist.as_of - seen)}" if seen else ""
        return Text(
            f"The watch has not looked{since}: nobody would notice a journey that stopped.",
            style=_ALARM,
        )
    assert systems.watch_seen is not None  # noqa: S101 - else it would be silent
    ago = lasting(worklist.as_of - systems.watch_seen)
    return Text(f"The watch looked {ago} ago at every journey.", style="dim")


def _troubles(worklist: Worklist) -> Iterator[Text]:
    systems = worklist.systems
    if systems.waiting_for_a_journey:
        yield Text(f"{systems.waiting_for_a_journey} enrolled, and no journey yet.", style=_ALARM)
    if systems.texts_in_doubt:
        yield Text(f"{systems.texts_in_doubt} texts of which nobody knows whether they went.")
    if systems.findings:
        yield Text(f"The watch has {systems.findings} findings: waymark ops watch.", style=_ALARM)
    if systems.journal_conflicts:
        yield Text("Confirmed rows of the journal were replaced today: tell ops.", style=_ALARM)
