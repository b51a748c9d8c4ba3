"""Settings: sensible without a word, and one sentence when a variable is wrong."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, Texting, load_settings

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a-token-nobody-should-read",
    "TWILIO_FROM": "+15005550006",
}


def _environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_nothing_needs_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/.waymark/waymark.db"
    assert settings.texting is Texting.NOWHERE
    assert settings.clinic_file.name == "clinic.yaml"


def test_the_state_folder_takes_the_database_along(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch, WAYMARK_STATE_DIR="/srv/clinic")
    assert load_settings().database_url == "sqlite+aiosqlite:////srv/clinic/waymark.db"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch, TWILIO_ACCOUNT_SID="", WAYMARK_PORT_UI="")
    assert load_settings().port_ui == 8233


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"WAYMARK_PORT_UI": "http"}, r"^WAYMARK_PORT_UI cannot be used: .*integer"),
        ({"WAYMARK_PORT_UI": "70000"}, r"^WAYMARK_PORT_UI cannot be used: .*65535"),
        ({"WAYMARK_PORT_UI": "7233"}, r"^WAYMARK_PORT_TEMPORAL and WAYMARK_PORT_UI are both 7233"),
        ({"WAYMARK_LOG_LEVEL": "loud"}, r"^WAYMARK_LOG_LEVEL cannot be used: .*'DEBUG'"),
        ({"WAYMARK_TWILIO_API_BASE": "localhost"}, r"^WAYMARK_TWILIO_API_BASE .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "texts.clinic.example"}, r"^WAYMARK_PUBLIC_URL .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "https://w:pw@clinic.example"}, r"^WAYMARK_PUBLIC_URL .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "https://my_clinic.example"}, r"^WAYMARK_PUBLIC_URL .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "https://clinic.example/?q"}, r"^WAYMARK_PUBLIC_URL .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "https://[::1]:8000"}, r"^WAYMARK_PUBLIC_URL .* a scheme"),
        ({"WAYMARK_PUBLIC_URL": "https://clinic.example:70000"}, r"^WAYMARK_PUBLIC_URL .*ort"),
        ({**TWILIO, "WAYMARK_PUBLIC_URL": "http://clinic.example"}, r"over https://\.$"),
        ({"TWILIO_FROM": "5005550006"}, r"^TWILIO_FROM .* country code"),
        ({"TWILIO_FROM": "+15005550006"}, r"^TWILIO_FROM .*without TWILIO_ACCOUNT_SID and TWILIO_"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    _environment(monkeypatch, **variables)
    with pytest.raises(SettingsError, match=sentence):
        load_settings()


def test_a_sentence_does_not_repeat_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch, TWILIO_ACCOUNT_SID="a-secret-in-the-wrong-place")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "a-secret" not in str(raised.value)


def test_texting_says_whether_people_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch, **TWILIO)
    assert load_settings().texting is Texting.TWILIO
    _environment(monkeypatch, WAYMARK_TWILIO_API_BASE="http://127.0.0.1:9010")
    assert load_settings().texting is Texting.SIMULATED


@pytest.mark.parametrize(
    ("url", "callback"),
    [
        ("https://clinic.example", "https://clinic.example/twilio/status#rc=5&rp=all"),
        ("https://clinic.example/", "https://clinic.example/twilio/status#rc=5&rp=all"),
        ("https://c.example:8443/a/b/", "https://c.example:8443/a/b/twilio/status#rc=5&rp=all"),
    ],
)
def test_twilio_is_told_where_to_call_and_to_try_again(
    monkeypatch: pytest.MonkeyPatch, url: str, callback: str
) -> None:
    assert load_settings().status_callback is None
    _environment(monkeypatch, WAYMARK_PUBLIC_URL=url)
    assert load_settings().status_callback == callback


def test_secrets_stay_out_of_the_printed_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(
        monkeypatch,
        **TWILIO,
        TWILIO_AUTH_TOKEN_PREVIOUS="a-token-nobody-should-read-any-more",
        WAYMARK_DATABASE_URL="postgresql://w:pw-in-url@db/w",
    )
    printed = repr(load_settings())
    assert "a-token-nobody" not in printed
    assert "pw-in-url" not in printed


def test_code_can_give_settings_by_name(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, port_temporal=20001)
    assert settings.temporal_address == "127.0.0.1:20001"
