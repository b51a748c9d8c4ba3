"""What patients read: right words, right moment, one segment."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.gsm7 import SINGLE_SEGMENT, septets, simplify
from config.texts import render
from config.wordings import read_wording, wording
from config.yaml_source import ConfigError
from pathway.protocol import Template

# Tue Nov 24 2026, 2:30 PM in Chicago.
VISIT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
CLINIC = "America/Chicago"
ALIAS = "Northside Clinic"
PHONE = "(312) 555-0100"

FORBIDDEN = re.compile(
    r"""ketamin|esketamin|spravato|\bdos[ei]|\bdosis|medic|drug|f[aá]rmaco
    |depress|depres|\btrd\b|suicid|mood|[aá]nimo|\bphq|\bgad|score|puntua|cuestionario
    |infusi|therap|terap|treat|tratamiento|psych|psiq|psico|mental
    |miss|forgot|late\b|no.?show|perdi[oó]|falt|olvid
    |\b(cancel|cancelar|end|quit|stop|stopall|unsubscribe|revoke|optout|yes|start)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def text(
    template: Template,
    language: str = "en",
    *,
    at: datetime | None = VISIT,
    zone: str | None = CLINIC,
    before: timedelta = timedelta(days=3),
    alias: str = ALIAS,
) -> str:
    return render(
        template,
        language,
        clinic_alias=alias,
        callback_phone=PHONE,
        as_of=VISIT - before,
        appointment_at=at,
        zone=zone,
        clinic_zone=CLINIC,
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("template", list(Template))
@pytest.mark.parametrize("zone", [CLINIC, "America/Los_Angeles", None])
@pytest.mark.parametrize("before", [timedelta(hours=3), timedelta(days=1), timedelta(days=3)])
def test_every_text_is_short_plain_and_gives_nothing_away(
    language: str, template: Template, zone: str | None, before: timedelta
) -> None:
    written = text(template, language, zone=zone, before=before)

    length = septets(written)
    assert length is not None, "outside the short alphabet"
    assert length <= SINGLE_SEGMENT - 10, "no room for a longer alias"
    assert not FORBIDDEN.search(written)
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
