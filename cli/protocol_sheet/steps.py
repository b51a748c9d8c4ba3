"""What holds for every step: its owner, its clocks, its texts, what a miss sets off."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from cli.protocol_sheet.parts import lines, step
from cli.protocol_sheet.phrases import after, listed, marked, moment, plain, span, visit
from pathway.protocol import Missed, NoShow, Protocol, StepRules


def clocks(protocol: Protocol, name: str) -> Iterator[RenderableType]:
    """The step's heading and the sentences that every step has."""
    rules: StepRules = getattr(protocol.steps, name)
    called = visit(protocol)
    yield step(rules.title or plain(name).capitalize())
    yield from lines(
        f"Owed by: {plain(rules.owner)}.",
        _founded(f"Opens: {moment(rules.opens, called)}", rules) if rules.opens else None,
        _founded(f"Due: {moment(rules.due, called)}", rules) if rules.due else None,
    )
    yield from _reminders(rules, called)
    yield from lines(
        *(
            f"Work list of the {plain(nudge.to)} after {span(nudge.after)}, while "
            f"{plain(nudge.when)}: {nudge.say}."
            for nudge in rules.nudges
        ),
        _no_show(rules.no_show, rules) if rules.no_show else None,
        _missed(rules.missed, rules) if rules.missed else None,
    )


def _reminders(rules: StepRules, called: str) -> Iterator[Text]:
    for reminder in rules.reminders:
        yield from lines(
            f"Text `{reminder.text}`: {moment(reminder.at, called)}, if {plain(reminder.when)}."
        )
    answers = [f"{digit} {plain(means)}" for digit, means in rules.confirm_by_reply.items()]
    if answers:
        yield from lines(f"The patient may answer: {listed(answers)}.")


def _founded(sentence: str, rules: StepRules) -> str:
    return (marked(sentence, rules.why) if rules.why else sentence) + "."


def _no_show(no_show: NoShow, rules: StepRules) -> str:
    # In the work list the deadline itself stands there.
    says = no_show.say.replace("{due}", "(the deadline)")
    passed = f"An appointment passed, {after(no_show.grace)}"
    return _founded(f"{passed}: the {plain(no_show.to)} reads: {says}", rules)


def _missed(missed: Missed, rules: StepRules) -> str:
    risk = f"; at high risk `{missed.high_risk}`" if missed.high_risk else ""
    ask = (
        f" The {plain(missed.ask_first.who)} is asked first and has "
        f"{span(missed.ask_first.wait)} to answer."
        if missed.ask_first
        else ""
    )
    ladder = f"ladder `{missed.escalate}`{risk}"
    return _founded(f"Missed, {after(missed.grace)}: {ladder}", rules) + ask
