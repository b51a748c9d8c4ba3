"""A protocol as a clinician reads and signs it: the whole programme in the order it runs."""

from cli.protocol_sheet import after, entry, reach, visit
from cli.protocol_sheet.parts import Section
from cli.protocol_sheet.values import signature, values_section
from pathway.protocol import Protocol


def sheet(protocol: Protocol, words: reach.Messages, asking: reach.Messages) -> Section:
    """Everything in a protocol, with the words of its texts."""
    yield from body(protocol, words, asking)
    yield from values_section(protocol)
    yield from signature(protocol)


def body(protocol: Protocol, words: reach.Messages, asking: reach.Messages) -> Section:
    """The programme in sentences, invented values marked where they stand."""
    yield from entry.head(protocol)
    yield from entry.entry(protocol)
    yield from entry.course(protocol)
    for part in (visit.before, visit.infusion, visit.monitoring):
        yield from part(protocol)
    for part in (after.checkin, after.psychotherapy, after.decision, after.follow_up):
        yield from part(protocol)
    yield from entry.scores(protocol)
    yield from reach.safety(protocol)
    yield from reach.ladders(protocol)
    yield from reach.texts(protocol, words, asking)


__all__ = ["body", "sheet"]
