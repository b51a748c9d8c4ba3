"""After a treatment and after the course."""

from rich.console import RenderableType

from cli.protocol_sheet.parts import Section, lines, rows, step
from cli.protocol_sheet.phrases import (
    listed,
    marked,
    moment,
    of_group,
    plain,
    span,
    visit,
    when,
    yes,
)
from cli.protocol_sheet.steps import clocks
from pathway.protocol import CheckInRules, DecisionRules, FollowUpRules, Protocol, Relapse


def checkin(protocol: Protocol) -> Section:
    rules, called = protocol.steps.checkin, visit(protocol)
    no_answer = rules.no_answer
    yield step("Check-in")
    yield from lines(
        of_group(
            f"Text `{rules.text}`: from {moment(rules.opens, called)} to "
            f"{moment(rules.closes, called)}",
            rules,
            *("text", "opens", "closes"),
        )
        + ", earlier where quiet hours would eat it.",
        _answers(rules),
        of_group(
            f"No answer after {span(no_answer.after)}: a line for the {plain(no_answer.to)}, "
            f"if {when(no_answer.only_if)}",
            rules,
            "no_answer",
        )
        + ".",
    )


def _answers(rules: CheckInRules | FollowUpRules) -> str:
    answers = listed(f"{digit} {mood}" for digit, mood in rules.answers.items())
    worse = rules.worse
    worse_says = f"text `{worse.reply}`, ladder `{worse.escalate}`"
    return (
        f"The patient answers {of_group(answers, rules, 'answers')}. "
        f"Worse: {of_group(worse_says, rules, 'worse')}."
    )


def psychotherapy(protocol: Protocol) -> Section:
    rules = protocol.steps.psychotherapy
    yield from clocks(protocol, "psychotherapy")
    yield from lines(
        f"Lasts {rules.minutes} minutes; remote allowed: {yes(rules.remote_allowed)}.",
        "Ends as held, held late, declined, not reached or not held, said by a person.",
    )


def decision(protocol: Protocol) -> Section:
    rules = protocol.steps.decision
    signed = rules.cosigned_by
    yield from clocks(protocol, "decision")
    record = "counts" if signed.recommendation_in_record_counts else "does not count"
    yield from lines(
        f"Options, all alike: {listed(rules.options)}.",
        f"Signed by the {plain(signed.who)} too (cover: {plain(signed.cover)}) for "
        f"{listed(signed.required_for)}; a recommendation in the psychotherapy record {record}.",
        "Advice offers; it chooses nothing and forbids nothing.",
    )
    yield _advice(rules)


def _advice(rules: DecisionRules) -> RenderableType:
    return rows(
        "Advice",
        ("when", "says", "offers", "evidence", "source"),
        (
            (
                when(each.when),
                marked(each.says, each),
                listed(each.offer),
                each.evidence,
                each.source,
            )
            for each in rules.advice
        ),
    )


def follow_up(protocol: Protocol) -> Section:
    rules = protocol.steps.follow_up
    relapse, unanswered = rules.relapse, rules.no_answer
    yield step("Follow-up")
    yield from lines(
        of_group(f"Owed by: {plain(rules.owner)}", rules, "owner") + ".",
        of_group(
            f"Text `{rules.text}` after the course: {listed(map(span, rules.checkins_after))}",
            rules,
            *("text", "checkins_after"),
        )
        + ".",
        _answers(rules),
        of_group(
            f"No answer after {span(unanswered.after)}: the {plain(unanswered.to)} calls",
            rules,
            "no_answer",
        )
        + ".",
        of_group(
            f"PHQ-9 by call or visit after {listed(map(span, rules.phq9_after))}; attendance at "
            f"therapy is {plain(rules.therapy_attendance)}",
            rules,
            *("phq9_after", "therapy_attendance"),
        )
        + ".",
        _relapse(relapse),
        of_group(
            f"Back into treatment, after an interval review: {listed(rules.return_to_treatment)}",
            rules,
            "return_to_treatment",
        )
        + ".",
    )


def _relapse(relapse: Relapse) -> str:
    high, change = relapse.phq9_at_least, relapse.change_below_percent
    lost = f"{relapse.on_consecutive_scores} scores in a row"
    return (
        f"Relapse, only after a response: PHQ-9 of {marked(f'{high.value} or more', high)}, or a "
        f"change below {marked(f'{change.value} %', change)} on {marked(lost, relapse)}."
    )
