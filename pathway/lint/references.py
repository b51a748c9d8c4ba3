"""Everything in a protocol that points at something else, with its place."""

from collections.abc import Iterator

from pathway.protocol import LadderName, Protocol, Reminder, StepRules, Template
from pathway.protocol.places import Place, leaves
from pathway.roles import Role

_IN_EVERY_PROTOCOL = (
    Template.CHECKIN_THANKS,
    Template.SUPPORT_NUMBERS,
    Template.CALL_YOU_BACK,
    Template.WHEN_WE_READ,
    Template.DAY_CLOSED,
    Template.STAFF_ANSWER,
    Template.WELCOME,
)


def step_rules(protocol: Protocol) -> Iterator[tuple[str, StepRules]]:
    """The steps that have owners, windows and reminders, in the order of the programme."""
    for name in type(protocol.steps).model_fields:
        rules = getattr(protocol.steps, name)
        if isinstance(rules, StepRules):
            yield name, rules


def reminders(protocol: Protocol) -> Iterator[tuple[Place, Reminder]]:
    for name, rules in step_rules(protocol):
        for n, reminder in enumerate(rules.reminders):
            yield ("steps", name, "reminders", n), reminder


def ladders_named(protocol: Protocol) -> Iterator[tuple[Place, LadderName]]:
    """Each ladder that something sets off."""
    for place, value in leaves(protocol):
        if isinstance(value, LadderName):
            yield place, value
    # Mail that nobody handles has this one ladder (rule 27).
    yield ("texting", "inbox"), LadderName.INBOX


def templates_named(protocol: Protocol) -> Iterator[tuple[Place, Template]]:
    """Each text that something sends, those that every protocol sends included."""
    for place, value in leaves(protocol):
        if isinstance(value, Template):
            yield place, value
    for template in _IN_EVERY_PROTOCOL:
        yield ("texting",), template


def roles_named(protocol: Protocol) -> Iterator[tuple[Place, Role]]:
    """Everybody whom the protocol turns to; the patient is none of them."""
    for place, value in leaves(protocol):
        if isinstance(value, Role) and value is not Role.PATIENT:
            yield place, value
