"""What values rest on, and what a site has still to set (rule 30)."""

from collections.abc import Iterator

from pathway.lint.finding import Around, Finding, before_publishing, error
from pathway.lint.references import step_rules
from pathway.protocol import (
    Evidence,
    Group,
    LadderName,
    Limit,
    OptionalSpan,
    Protocol,
    Sourced,
)
from pathway.protocol.places import Place, sourced_values

_PLACEHOLDERS = ("todo", "tbd", "unknown", "none", "n/a", "na", "source", "x", "?")


def _names_something(words: str) -> bool:
    return words.strip(" .-?").lower() not in ("", *_PLACEHOLDERS)


def source_that_names_nothing(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, value in sourced_values(protocol):
        if not _names_something(value.source):
            do = "Say where the value comes from, so that a clinician can judge it."
            expected = "a sentence that names where the value comes from"
            at = (*place, "source")
            yield error("source_that_names_nothing", at, expected, value.source, do)


def _windows(protocol: Protocol) -> Iterator[tuple[Place, bool]]:
    """Times that need a reason, and whether one is given."""
    for name, rules in step_rules(protocol):
        if rules.due is not None:
            yield ("steps", name, "due"), rules.why is not None
        elif rules.missed is not None or rules.no_show is not None:
            yield ("steps", name), rules.why is not None
    yield ("ladders", "acknowledged_but_open"), protocol.ladders.why is not None
    yield ("texting",), protocol.texting.why is not None
    for ladder in LadderName:
        yield ("ladders", ladder.value), protocol.ladders.named(ladder).why is not None


def time_without_a_reason(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, given in _windows(protocol):
        if not given:
            do = "Add `why: {evidence: ..., source: ...}` beside it."
            expected = "its evidence and source"
            yield error("time_without_a_reason", place, expected, "none", do)


def reason_for_no_field(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, group in sourced_values(protocol):
        if isinstance(group, Group):
            for name in group.apart:
                if name not in type(group).model_fields:
                    do = "Name a field of this group."
                    at = (*place, "apart", name)
                    yield error("reason_for_no_field", at, "a field beside `apart`", name, do)


def value_not_set(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, value in sourced_values(protocol):
        if isinstance(value, Limit | OptionalSpan) and value.value is None:
            do = "The medical director sets it before real patients are treated by it."
            at = (*place, "value")
            yield before_publishing("value_not_set", at, "a value", "null", do)


def value_of_the_demonstration(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, value in sourced_values(protocol):
        if value.demo:
            do = "The medical director sets the site's own and takes `demo` away."
            expected = "a value that somebody answers for"
            at = (*place, "demo")
            yield before_publishing("value_of_the_demonstration", at, expected, "demo: true", do)


def value_without_approval(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """What a site sets itself has no published source: somebody must answer for it by name."""
    for place, value in sourced_values(protocol):
        if value.evidence is Evidence.SET_BY_SITE and not value.demo and not _approved(value):
            do = "Write the name of who answers for it and the day, or name a better source."
            expected = "`approved_by` and `approved_at` beside what the site sets itself"
            at = (*place, "evidence")
            yield before_publishing("value_without_approval", at, expected, "set_by_site", do)


def _approved(value: Sourced) -> bool:
    named = value.approved_by is not None and _names_something(value.approved_by)
    return named and value.approved_at is not None


def dose_bound_not_set(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """What the dose is checked against cannot be left open even in a demonstration."""
    for name in ("start", "min", "max"):
        if getattr(protocol.course.dose, name).value is None:
            do = "Give it a value: no dose could be checked."
            place = ("course", "dose", name, "value")
            yield error("dose_bound_not_set", place, "a dose", "null", do)


RULES = (
    source_that_names_nothing,
    time_without_a_reason,
    reason_for_no_field,
    value_not_set,
    value_of_the_demonstration,
    value_without_approval,
    dose_bound_not_set,
)
