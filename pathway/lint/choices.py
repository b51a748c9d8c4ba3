"""The decision: what is advised, signed for and offered exists."""

from collections.abc import Iterator

from pathway.lint.finding import Around, Finding, error
from pathway.protocol import PhaseName, Protocol, Return

_DECISION = ("steps", "decision")


def advice_that_is_no_option(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.decision
    for n, advice in enumerate(rules.advice):
        for m, choice in enumerate(advice.offer):
            if choice not in rules.options:
                place = (*_DECISION, "advice", n, "offer", m)
                do = "Add it to the options, or take it from the advice."
                expected = "one of `steps.decision.options`"
                yield error("advice_that_is_no_option", place, expected, choice, do)


def signature_for_no_option(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.decision
    for n, choice in enumerate(rules.cosigned_by.required_for):
        if choice not in rules.options:
            place = (*_DECISION, "cosigned_by", "required_for", n)
            do = "Add it to the options, or ask no signature for it."
            expected = "one of `steps.decision.options`"
            yield error("signature_for_no_option", place, expected, choice, do)


def option_given_twice(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    options = protocol.steps.decision.options
    for n, option in enumerate(options):
        if option in options[:n]:
            place = (*_DECISION, "options", n)
            do = "All options stand alike on the form: give each once."
            yield error("option_given_twice", place, "each option once", option, do)


def decision_without_an_end(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    options = protocol.steps.decision.options
    if all(option.goes_on for option in options):
        place = (*_DECISION, "options")
        found = ", ".join(options)
        do = "Let a decision be able to end the course."
        expected = "complete, discontinue or refer among them"
        yield error("decision_without_an_end", place, expected, found, do)


def return_to_no_phase(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    returns = protocol.steps.follow_up.return_to_treatment
    names = [phase.name for phase in protocol.course.phases]
    if Return.MAINTENANCE in returns and PhaseName.MAINTENANCE not in names:
        place = ("steps", "follow_up", "return_to_treatment", returns.index(Return.MAINTENANCE))
        do = "Add a maintenance phase to the course, or take this way away."
        expected = "a way back into a phase of the course"
        yield error("return_to_no_phase", place, expected, Return.MAINTENANCE, do)


RULES = (
    advice_that_is_no_option,
    signature_for_no_option,
    option_given_twice,
    decision_without_an_end,
    return_to_no_phase,
)
