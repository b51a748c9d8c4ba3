"""Whom the programme turns to: texts with their words, ladders, safety."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from cli.protocol_sheet.parts import Section, heading, lines, rows
from cli.protocol_sheet.phrases import listed, marked, of_group, plain, span
from pathway.lint.references import templates_named
from pathway.protocol import (
    FlagKind,
    Ladder,
    LadderName,
    Lateness,
    Protocol,
    Rung,
    Template,
    Texting,
)
from pathway.roles import Role

_KINDS = {
    FlagKind.SUICIDE_SCREEN: "a positive suicide screen",
    FlagKind.PHQ9_ITEM9: "item 9 of the PHQ-9",
    FlagKind.CRISIS_WORDS: "crisis words in a text",
    FlagKind.FEELS_WORSE: "the answer that it is worse",
    FlagKind.HIGH_BLOOD_PRESSURE: "high blood pressure with symptoms",
    FlagKind.RESPIRATORY_DEPRESSION: "respiratory depression",
    FlagKind.PERSISTENT_DISSOCIATION: "dissociation that persists",
    FlagKind.SERIOUS_ADVERSE_EVENT: "a serious adverse event",
    FlagKind.CLINICIAN: "a clinician",
}

Messages = Mapping[str, Mapping[str, str]]


def texts(protocol: Protocol, words: Messages, asking: Messages) -> Section:
    rules = protocol.texting
    yield heading("Texts")
    yield from lines(*_contact(rules))
    used = [template for _, template in templates_named(protocol)]
    yield from (_words(t, words, asking) for t in Template if t in used)


def _contact(rules: Texting) -> Iterator[str]:
    """The hours and limits of texts; all of them rest on one reason but the tries to reach her."""
    quiet, unreachable = rules.quiet_hours, rules.unreachable
    sentences = (
        (
            f"None from {quiet.begins:%H:%M} to {quiet.ends:%H:%M} by the patient's clock, but "
            "answers to the patient's messages. A zone that nobody knows: only when it is decent "
            "in the whole country"
        ),
        f"At most {rules.daily_cap} reminders a day; visits on one day: {plain(rules.coalesce)}",
        (
            f"None within {span(rules.never_within)} of an appointment; asked to call again after "
            f"{span(rules.ask_again_after)} at the earliest"
        ),
        f"Late: {'; '.join(_late(rules))}",
        f"The same answer again: not within {span(rules.answer_again_after)}",
        (
            f"Laid apart over {span(rules.spread)}. In doubt, the provider is asked after "
            f"{listed(map(span, rules.look_up_after))}; then a person decides"
        ),
        (
            f"What patients write is handled within {span(rules.inbox.handle_within_staffed)} of "
            f"staffed time, at once within {span(rules.inbox.before_visit)} of a visit; then "
            "ladder `inbox`"
        ),
    )
    yield from ((marked(s, rules.why) if rules.why else s) + "." for s in sentences)
    tries = f"{unreachable.attempts} attempts, {span(unreachable.apart)} apart at least"
    yield f"A patient counts as not reached after {marked(tries, unreachable)}; a person says so."
    yield "No phone, opted out or undeliverable: a call that staff make, at the same time."


def _late(rules: Texting) -> Iterator[str]:
    kinds = ("reminder", "please_call", "checkin", "answer", "notice")
    names = (
        "reminders",
        "please-call",
        "check-ins",
        "answers to the patient",
        "notices of a closed day",
    )
    for kind, name in zip(kinds, names, strict=True):
        late: Lateness = getattr(rules, f"late_{kind}")
        yield f"{name} within {span(late.within)}, else {late.otherwise}"


def _words(template: Template, words: Messages, asking: Messages) -> RenderableType:
    tells = [(language, texts.get(template, "MISSING")) for language, texts in words.items()]
    asks = [(f"{lang}, asking", t[template]) for lang, t in asking.items() if template in t]
    return rows(f"Text `{template}`", ("language", "words"), [*tells, *asks])


def ladders(protocol: Protocol) -> Section:
    yield heading("Ladders: who, after how long")
    for name in LadderName:
        yield _ladder(name, protocol.ladders.named(name))
    why, longest = protocol.ladders.why, span(protocol.ladders.acknowledged_but_open)
    looks = f"raised again at the owner's next look, after {longest} at most"
    yield from lines(
        "The last rung repeats until a person acknowledges. Where nobody is on shift the next "
        "rung follows at once and ops are alerted. Only a person closes an escalation.",
        "At the levels attention and follow up it repeats by day only: nobody is woken twice.",
        f"Taken on and still open: {marked(looks, why) if why else looks}.",
    )


def _ladder(name: LadderName, ladder: Ladder) -> RenderableType:
    cells = []
    for rung in ladder.rungs:
        how = f"text `{rung.text}`" if rung.text else "page"
        cells.append((plain(rung.to), how, _hours(rung), span(rung.wait), rung.expects))
    title = f"Ladder `{name}` (level {plain(ladder.level)})"
    title = marked(title, ladder.why) if ladder.why else title
    return rows(title, ("who", "how", "when", "waits for an answer", "expects"), cells)


def _hours(rung: Rung) -> str:
    if rung.hours == "staffed":
        return "staffed hours"
    return "outside the patient's quiet hours" if rung.to is Role.PATIENT else "any hour"


def safety(protocol: Protocol) -> Section:
    rules = protocol.safety
    high, urgent, review = rules.high, rules.urgent, rules.review
    alone = "; the patient is not left alone" if high.not_left_alone else ""
    yield heading("Safety")
    yield from lines(
        marked(
            "Review, for what is known or stable: a clinician assesses before the patient leaves; "
            f"ladder `{review.ladder}` if not done in {span(review.page_if_not_done_in)}",
            review,
        ),
        marked(
            "Urgent, for what is new or worse, item 9 of the PHQ-9 at "
            f"{marked(urgent.phq9_item9_at_least.value, urgent.phq9_item9_at_least)} or more, or "
            f"any answer from afar: ladder `{urgent.ladder}`",
            urgent,
        ),
        marked(
            "High, for the acuity answer, intent, or behaviour within "
            f"{span(high.behaviour_within)}: ladder `{high.ladder}`{alone}",
            high,
        ),
        f"A flag is raised by: {', '.join(_KINDS[kind] for kind in FlagKind)}.",
        f"An open flag blocks: {listed(rules.blocks)}; never a transfer or leaving against advice.",
        "A clinician's assessment with level, plan and good-until lifts it for the visit; a later "
        "negative screen does not.",
        "Hold the next dose until reviewed: "
        + of_group(listed(rules.hold_next_dose.items), rules.hold_next_dose, "items")
        + "; within "
        + of_group(
            f"{rules.hold_next_dose.review_within_business_days} business day(s)",
            rules.hold_next_dose,
            "review_within_business_days",
        )
        + ".",
        "988 and 911 are texted only as the answer to the patient's own message.",
    )
