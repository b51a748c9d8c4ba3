"""For whom the codec endpoint opens at all: settings, its port, and what is refused at start."""

from pathlib import Path
from typing import Any

import pytest
from console_stand import console_settings
from pydantic import SecretStr
from real_clinic import real_clinic
from sealed import KEYS

from config.clinic import load_clinic
from config.settings import Settings, SettingsError, load_settings
from console.app import create_app
from console.codec import Codec
from console.codec_app import codec_of
from console.codec_readers import OnThisMachine
from console.codec_tokens import SignedIn
from console.desk import Desk
from console.spool import Spool
from records.database import Records

ORIGIN = "https://temporal.clinic.example"
SIGN_IN: dict[str, Any] = {
    "codec_jwks_url": "https://sign-in.clinic.example/keys",
    "codec_issuer": "https://sign-in.clinic.example/",
    "codec_audience": "waymark",
}
ALONE: dict[str, Any] = {"codec_without_sign_in": "ops:pat.ops"}
LOOPBACK = ("127.0.0.1", "127.0.0.1")


def _codec(
    records: Records, folder: Path, hosts: tuple[str, str] = LOOPBACK, **given: Any
) -> Codec | None:
    settings = Settings(state_dir=folder, keys=SecretStr(KEYS), **given)
    return codec_of(settings, load_clinic(settings.clinic_file), records, hosts)


async def test_without_an_identity_there_is_no_endpoint(records: Records, tmp_path: Path) -> None:
    assert _codec(records, tmp_path, ui_origin=ORIGIN) is None


async def test_whoever_signs_in_reads_wherever_it_listens(records: Records, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"ui_origin": f"{ORIGIN},http://localhost:8233", **SIGN_IN}
    codec = _codec(records, tmp_path, ("10.0.0.7", "10.0.0.7"), **settings)
    assert codec is not None
    assert isinstance(codec.readers, SignedIn)
    assert codec.origins == {ORIGIN, "http://localhost:8233"}
    real = _codec(records, tmp_path, clinic_file=real_clinic(tmp_path), **settings)
    assert real is not None


async def test_the_demonstration_may_read_without_signing_in(
    records: Records, tmp_path: Path
) -> None:
    for hosts in (LOOPBACK, ("localhost", "::1")):
        codec = _codec(records, tmp_path, hosts, ui_origin=ORIGIN, **ALONE)
        assert codec is not None
        assert isinstance(codec.readers, OnThisMachine)


@pytest.mark.parametrize(
    ("given", "hosts", "sentence"),
    [
        (ALONE, ("10.0.0.7", "127.0.0.1"), "listens beyond this machine"),
        (ALONE, ("127.0.0.1", "10.0.0.7"), "listens beyond this machine"),
        (ALONE, ("127.0.0.1", "console"), "listens beyond this machine"),
        (ALONE | SIGN_IN, LOOPBACK, "take it out"),
        (ALONE | {"ui_origin": None}, LOOPBACK, "WAYMARK_UI_ORIGIN is not set"),
        (SIGN_IN | {"ui_origin": None}, LOOPBACK, "WAYMARK_UI_ORIGIN is not set"),
    ],
)
async def test_what_would_open_it_to_others_is_refused_at_start(
    records: Records, tmp_path: Path, given: Any, hosts: Any, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        _codec(records, tmp_path, hosts, **{"ui_origin": ORIGIN, **given})


async def test_a_real_clinic_reads_nothing_without_signing_in(
    records: Records, tmp_path: Path
) -> None:
    given = {"ui_origin": ORIGIN, "clinic_file": real_clinic(tmp_path), **ALONE}
    with pytest.raises(SettingsError, match="this is a real clinic"):
        _codec(records, tmp_path, LOOPBACK, **given)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("UI_ORIGIN", "*", "expected origins"),
        ("UI_ORIGIN", "https://temporal.clinic.example/", "expected origins"),
        ("UI_ORIGIN", "http://temporal.clinic.example", "begin with https://"),
        ("UI_ORIGIN", f"{ORIGIN},http://10.0.0.7:8233", "begin with https://"),
        ("CODEC_JWKS_URL", "http://sign-in.clinic.example/keys", "begin with https://"),
        ("CODEC_JWKS_URL", "file:///keys", "begin with https://"),
        ("CODEC_JWKS_URL", "https://sign-in.clinic.example/keys", "WAYMARK_CODEC_ISSUER and"),
        ("CODEC_WITHOUT_SIGN_IN", "nurse:nia.crow", "expected ops or auditor"),
        ("CODEC_WITHOUT_SIGN_IN", "ops", "expected ops or auditor"),
        ("PORT_CODEC", "8000", "both 8000"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"WAYMARK_{name}", value)
    with pytest.raises(SettingsError, match=sentence) as said:
        load_settings()
    assert f"WAYMARK_{name}" in str(said.value)


async def test_the_port_of_webhooks_knows_nothing_of_it(records: Records, tmp_path: Path) -> None:
    """Whatever a public proxy passes on, it ends at the other port."""
    settings = console_settings(tmp_path, ui_origin=ORIGIN, **ALONE)
    app = create_app(settings, Desk(records, Spool(tmp_path / "spool", records.seals)))
    assert not [route for route in app.routes if "codec" in getattr(route, "path", "")]
