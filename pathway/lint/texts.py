"""Texts that can be sent, read and answered."""

import re
from collections.abc import Iterator, Mapping

from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import reminders, step_rules, templates_named
from pathway.moments import Anchor, DayBefore, Offset
from pathway.protocol import LadderName, Protocol, Reminder
from pathway.protocol.places import Place
from pathway.roles import Role

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def missing_text(protocol: Protocol, around: Around) -> Iterator[Finding]:
    told = []
    for place, template in templates_named(protocol):
        for language, texts in around.texts.items():
            if not texts.get(template, "").strip() and (language, template) not in told:
                told.append((language, template))
                expected = f"words for `{template}` in {language}"
                do = f"Write it in the messages of {language}, or send another text."
                yield error("missing_text", place, expected, "none", do)


def question_without_words(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """Where digits confirm a visit, its reminders must be able to ask for them."""
    for name, rules in step_rules(protocol):
        for n, reminder in enumerate(rules.reminders if rules.confirm_by_reply else ()):
            for language, texts in around.asking.items():
                if not texts.get(reminder.text, "").strip() and reminder.when == "booked":
                    expected = f"words in {language} with which `{reminder.text}` asks for a digit"
                    do = f"Write it under `asking` in the messages of {language}."
                    place = ("steps", name, "reminders", n, "text")
                    yield error("question_without_words", place, expected, "none", do)


def _confirmations(protocol: Protocol) -> Iterator[tuple[Place, Mapping[str, str]]]:
    for name, rules in step_rules(protocol):
        if rules.confirm_by_reply:
            yield ("steps", name, "confirm_by_reply"), rules.confirm_by_reply


def digit_of_two_questions(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Two questions that can be open at once share no digit; two check-ins may, if it is one
    answer: only one of them is ever open."""
    moods = [
        (("steps", name, "answers"), getattr(protocol.steps, name).answers)
        for name in ("checkin", "follow_up")
    ]
    asked: list[tuple[Place, Mapping[str, str]]] = [*_confirmations(protocol), *moods]
    for n, (place, answers) in enumerate(asked):
        for before, others in asked[:n]:
            both_moods = before[-1] == place[-1] == "answers"
            for digit, means in answers.items():
                if digit in others and not (both_moods and others[digit] == means):
                    expected = f"a digit that {'.'.join(map(str, before))} does not use"
                    do = "Give each question its own digits."
                    yield error("digit_of_two_questions", (*place, digit), expected, digit, do)


def answer_that_no_text_offers(protocol: Protocol, around: Around) -> Iterator[Finding]:
    for name in ("checkin", "follow_up"):
        rules = getattr(protocol.steps, name)
        for language, words in around.words(rules.text):
            for digit in rules.answers:
                if not re.search(rf"\b{digit}\b", words):
                    expected = f"{digit} in the words of `{rules.text}` in {language}"
                    do = "Say in the text what the digit means, or take the answer away."
                    place = ("steps", name, "answers", digit)
                    yield error("answer_that_no_text_offers", place, expected, words, do)


def mood_without_a_digit(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for name in ("checkin", "follow_up"):
        answers = getattr(protocol.steps, name).answers
        given = sorted(answers.values())
        if given != ["better", "same", "worse"]:
            expected = "one digit each for better, same and worse"
            do = "Offer all three answers, each once."
            place = ("steps", name, "answers")
            yield error("mood_without_a_digit", place, expected, ", ".join(given), do)


def _never_leaves(protocol: Protocol, reminder: Reminder) -> str | None:
    on_visit = isinstance(reminder.at, DayBefore) or (
        isinstance(reminder.at, Offset) and reminder.at.anchor is Anchor.APPOINTMENT
    )
    if reminder.when == "not_booked" and on_visit:
        return "nothing is booked, so its moment never comes"
    too_near = isinstance(reminder.at, Offset) and reminder.at.by > -protocol.texting.never_within
    if on_visit and too_near:
        return "it falls into `texting.never_within`, where no reminder leaves"
    return None


def text_that_never_leaves(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, reminder in reminders(protocol):
        if why := _never_leaves(protocol, reminder):
            expected = f"a moment at which it can leave: {why}"
            do = "Move the reminder, or take it away."
            found = f"{reminder.at}, {reminder.when}"
            yield error("text_that_never_leaves", (*place, "at"), expected, found, do)


def rung_and_its_text(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """The patient is reached by a text, staff by a page."""
    for name in LadderName:
        for n, rung in enumerate(protocol.ladders.named(name).rungs):
            if (rung.to is Role.PATIENT) is (rung.text is None):
                patient = rung.to is Role.PATIENT
                expected = "a text for the patient" if patient else "no text for staff"
                do = "Name the text." if patient else "Take the text away: staff are paged."
                place = ("ladders", name.value, "rungs", n)
                found = rung.text or "none"
                yield error("rung_and_its_text", place, expected, found, do)


def late_before_it_leaves(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A text that is late at once is never sent."""
    for key in ("late_reminder", "late_please_call", "late_checkin", "late_answer", "late_notice"):
        lateness = getattr(protocol.texting, key)
        if lateness.within <= protocol.texting.spread:
            expected = "more than `texting.spread`, over which texts are laid apart"
            do = "Lengthen it: texts would be late before they leave."
            place = ("texting", key, "within")
            yield error("late_before_it_leaves", place, expected, lateness.within, do)


def unknown_placeholder(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """`{due}` in the line of a no-show is the one word that is filled in."""
    for name, rules in step_rules(protocol):
        lines = [(("nudges", n, "say"), nudge.say, "") for n, nudge in enumerate(rules.nudges)]
        known = [(("no_show", "say"), rules.no_show.say, "{due}")] if rules.no_show else []
        for place, say, allowed in (*lines, *known):
            for found in _PLACEHOLDER.findall(say):
                if found != allowed:
                    expected = "no placeholder but `{due}` in the line of a no-show"
                    do = "Write the words out."
                    at: Place = ("steps", name, *place)
                    yield error("unknown_placeholder", at, expected, found, do)


RULES = (
    missing_text,
    question_without_words,
    digit_of_two_questions,
    answer_that_no_text_offers,
    mood_without_a_digit,
    text_that_never_leaves,
    rung_and_its_text,
    late_before_it_leaves,
    unknown_placeholder,
)
