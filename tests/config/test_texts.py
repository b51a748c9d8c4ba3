"""What patients read: right words, right moment, one segment."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.gsm7 import SINGLE_SEGMENT, septets, simplify
from config.listed_words import says
from config.texts import render
from config.wordings import read_wording, wording
from config.yaml_source import ConfigError
from pathway.protocol import Template

# Tue Nov 24 2026, 2:30 PM in Chicago.
VISIT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
CLINIC = "America/Chicago"
ALIAS = "Northside Clinic"
PHONE = "(312) 555-0100"
ASKING = {"confirmed": "1", "call_me": "2"}

NEVER_SAY = (*wording("en").never_say, *wording("es").never_say)


def text(
    template: Template,
    language: str = "en",
    *,
    at: datetime | None = VISIT,
    zone: str | None = CLINIC,
    before: timedelta = timedelta(days=3),
    alias: str = ALIAS,
    digits: dict[str, str] | None = None,
) -> str:
    said = "Yes, bring your sister." if template is Template.STAFF_ANSWER else None
    return render(
        template,
        language,
        clinic_alias=alias,
        callback_phone=PHONE,
        as_of=VISIT - before,
        appointment_at=at,
        zone=zone,
        clinic_zone=CLINIC,
        digits=digits,
        words=said,
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", list(Template))
@pytest.mark.parametrize("zone", [CLINIC, "America/Los_Angeles", None])
@pytest.mark.parametrize("before", [timedelta(hours=3), timedelta(days=1), timedelta(days=3)])
@pytest.mark.parametrize("digits", [None, ASKING])
def test_rule_25_every_text_is_short_plain_and_gives_nothing_away(
    language: str,
    template: Template,
    zone: str | None,
    before: timedelta,
    digits: dict[str, str] | None,
) -> None:
    written = text(template, language, zone=zone, before=before, digits=digits)

    length = septets(written)
    assert length is not None, "outside the short alphabet"
    if template is not Template.WELCOME:
        assert length <= SINGLE_SEGMENT - 10, "no room for a longer alias"
    assert [listed for listed in NEVER_SAY if says(written, listed)] == []
    assert written.startswith(f"{ALIAS}: ")
    assert PHONE in written
    assert "  " not in written
    assert ".." not in written
    assert "\n" not in written
    assert written.endswith(".")


def test_the_words_of_a_whole_year_stay_in_the_alphabet() -> None:
    for language in ("en", "es"):
        for days in range(366):
            written = text(Template.APPOINTMENT, language, at=VISIT + timedelta(days=days))
            assert septets(written) is not None


def test_english_moments() -> None:
    assert text(Template.APPOINTMENT) == (
        "Northside Clinic: Your appointment is Tue Nov 24 at 2:30 PM."
        " To change it, call (312) 555-0100."
    )


@pytest.mark.parametrize(
    ("hour", "said"),
    [(6, "a las 12:00 am"), (18, "a las 12:00 pm"), (19, "a la 1:00 pm")],
)
def test_spanish_moments(hour: int, said: str) -> None:
    at = VISIT.replace(hour=hour, minute=0)

    assert f"Su cita es el mar 24 nov {said}. Para" in text(Template.APPOINTMENT, "es", at=at)


def test_letters_outside_the_alphabet_are_simplified() -> None:
    saturday = VISIT + timedelta(days=4)

    assert "sab 28 nov" in text(Template.APPOINTMENT, "es", at=saturday)
    assert "Clinica" in text(Template.APPOINTMENT, "es", alias="Clínica")
    assert simplify("“Ça va” \u2014 mañana…") == '"Ça va" - mañana...'
    assert simplify("e\u0301") == "é"
    assert simplify("Ł 🙂") == "Ł 🙂"


@pytest.mark.parametrize(
    ("zone", "named"),
    [
        (CLINIC, False),
        ("America/Menominee", False),
        ("America/New_York", True),
        (None, True),
    ],
)
def test_the_clock_is_named_when_it_is_not_the_readers(zone: str | None, named: bool) -> None:
    assert ("at 2:30 PM Central time." in text(Template.APPOINTMENT, zone=zone)) is named
    assert ("(hora del Centro)." in text(Template.APPOINTMENT, "es", zone=zone)) is named


def test_a_zone_that_agrees_only_in_winter_is_named_in_summer() -> None:
    summer = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)

    assert "Central time" in text(Template.APPOINTMENT, at=summer, zone="America/Regina")
    assert "Central time" not in text(Template.APPOINTMENT, zone="America/Regina")


def test_a_clock_without_a_name_is_named_by_its_city() -> None:
    def said(language: str) -> str:
        return render(
            Template.APPOINTMENT,
            language,
            clinic_alias=ALIAS,
            callback_phone=PHONE,
            as_of=VISIT,
            appointment_at=VISIT,
            zone=CLINIC,
            clinic_zone="America/Puerto_Rico",
        )

    assert "at 4:30 PM Puerto Rico time" in said("en")
    assert "(hora de Puerto Rico)" in said("es")


@pytest.mark.parametrize(
    "template",
    [Template.APPOINTMENT, Template.APPOINTMENT_TODAY, Template.APPOINTMENT_TOMORROW],
)
@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=3), "today at 2:30 PM"),
        # Late in the evening before, and just after midnight.
        (timedelta(hours=15), "tomorrow, Tue Nov 24"),
        (timedelta(hours=14), "today at 2:30 PM"),
        (timedelta(days=2), "is Tue Nov 24"),
    ],
)
def test_today_and_tomorrow_are_true_when_written(
    template: Template, before: timedelta, said: str
) -> None:
    assert said in text(template, before=before)


def test_a_call_needs_no_appointment_and_the_others_do() -> None:
    assert "We would like to hear from you" in text(Template.PLEASE_CALL, at=None)
    with pytest.raises(ValueError, match="appointment"):
        text(Template.BEFORE_VISIT, at=None)


@pytest.mark.parametrize(
    ("language", "spanish"),
    [("es-US", True), ("es_MX", True), ("ES", True), ("fr", False), ("", False), ("../es", False)],
)
def test_languages_fall_back(language: str, spanish: bool) -> None:
    assert (wording(language) == wording("es")) is spanish
    assert (wording(language) == wording("en")) is not spanish


def test_nothing_in_an_alias_is_read_as_a_template() -> None:
    assert text(Template.PLEASE_CALL, alias="{{ 7 * 7 }} & Co").startswith("{{ 7 * 7 }} & Co: ")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("{{ callback_phone }} when", "{{ callback_fone }} when", "callback_fone is unknown"),
        ("{{ callback_phone }} when", "{{ callback_phone when", "no template"),
        ("  please_call:", "  please_cal:", "please_cal"),
        ("[Mon, ", "[", "weekdays"),
    ],
)
def test_a_wrong_wording_file_is_refused_when_read(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    shipped = Path(__file__).parents[2] / "config" / "messages" / "en.yaml"
    changed = tmp_path / "en.yaml"
    changed.write_text(shipped.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(ConfigError, match=complaint):
        read_wording(changed)


def test_rule_20_a_reminder_asks_with_the_protocols_digits() -> None:
    asks = text(Template.APPOINTMENT, digits={"confirmed": "7", "call_me": "8"})
    assert "Reply 7 if you will come, 8 if we should call you" in asks
    assert "Reply" not in text(Template.APPOINTMENT, digits={})


def test_rule_27_out_of_hours_she_is_told_when_people_read() -> None:
    assert "We read messages again Tue Nov 24 at 2:30 PM" in text(Template.WHEN_WE_READ)


def test_story_10_a_closed_day_is_named() -> None:
    assert "We have to close on Tue Nov 24" in text(Template.DAY_CLOSED)


def test_a_wording_file_asks_in_every_reminder(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "config" / "messages" / "en.yaml"
    words = shipped.read_text(encoding="utf-8")
    changed = tmp_path / "en.yaml"
    at = words.index("asking:")
    changed.write_text(
        words[:at] + words[at:].replace("appointment_today:", "please_call:"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="asking lacks appointment_today"):
        read_wording(changed)


@pytest.mark.parametrize("language", ["en", "es"])
def test_rule_25_agreeing_to_texts_says_what_they_are_not(language: str) -> None:
    written = text(Template.WELCOME, language, at=None)
    assert says(written, "not private") or says(written, "no son privados")
    assert says(written, "emergenc*")
    assert "STOP" in written
    assert "HELP" in written


@pytest.mark.parametrize("digits", [None, ASKING])
@pytest.mark.parametrize(("language", "named"), [("en", "Central time"), ("es", "hora del Centro")])
@pytest.mark.parametrize("template", sorted(set(Template) - {Template.DAY_CLOSED}))
def test_every_text_with_a_time_names_the_clock_that_is_not_hers(
    template: Template, language: str, named: str, digits: dict[str, str] | None
) -> None:
    elsewhere = text(template, language, zone="America/New_York", digits=digits)
    here = text(template, language, digits=digits)
    assert (named in elsewhere) is bool(re.search(r"\b2:30\b", elsewhere))
    assert named not in here
