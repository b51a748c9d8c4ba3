"""What waits in files is sealed there, and whoever lacks a key leaves it where it is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed import RING
from twilio_caller import inbound

from config.key_ring import KeyRing, a_new_key, keys_in
from console.notices import Kind, Notice
from console.spool import Spool
from records.errors import MissingKeyError
from records.seals import Seals

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
SEALS = Seals(RING)


def notice(body: str = "me siento fatal") -> Notice:
    fields = tuple(inbound(body).items())
    return Notice(kind=Kind.INBOUND, received_at=NOW, query="i=J-0123456789/e1", fields=fields)


def a_ring(*lines: str) -> KeyRing:
    return KeyRing(keys_in("".join(lines)))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, SEALS)


def test_no_file_holds_a_word_or_a_number(spool: Spool, tmp_path: Path) -> None:
    spool.add([notice(), notice("STOP")])
    (file,) = spool.waiting()
    assert [each.first("Body") for each in spool.read(file)] == ["me siento fatal", "STOP"]
    found = b"".join(each.name.encode() + each.read_bytes() for each in tmp_path.iterdir())
    for words in (b"fatal", b"STOP", b"4155550132", b"J-0123456789", b"Body"):
        assert words not in found


def test_a_key_that_is_missing_costs_nothing(spool: Spool, tmp_path: Path) -> None:
    spool.add([notice()])
    (file,) = spool.waiting()
    stranger = Spool(tmp_path, Seals(a_ring(a_new_key("another"))))
    with pytest.raises(MissingKeyError, match="tests-2"):
        stranger.read(file)
    assert (stranger.waiting(), stranger.unreadable()) == ((file,), ())
    assert spool.read(file) == (notice(),)


def test_a_key_that_was_added_meanwhile_is_asked_for(tmp_path: Path) -> None:
    old, new = a_new_key("old"), a_new_key("new")
    Spool(tmp_path, Seals(a_ring(new, old))).add([notice()])
    started_before = KeyRing(keys_in(old), again=lambda: keys_in(new + old))
    spool = Spool(tmp_path, Seals(started_before))
    assert spool.read(spool.waiting()[0]) == (notice(),)


def test_what_waited_during_the_upgrade_counts(spool: Spool, tmp_path: Path) -> None:
    file = tmp_path / "20260309T120000.000000-0.notice"
    file.write_text(f"{notice().model_dump_json()}\n")
    assert spool.read(file) == (notice(),)
    assert spool.unreadable() == ()


@given(data=st.data())
def test_a_line_that_was_changed_is_put_aside_and_the_others_count(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"), SEALS)
    spool.add([notice("first"), notice("second")])
    (file,) = spool.waiting()
    first, second = file.read_bytes().splitlines()
    # Behind the key's id, since another id would be a key that is missing; and before the last
    # four letters, of which base64 does not use every bit.
    at = data.draw(st.integers(first.rindex(b":") + 1, len(first) - 5))
    other = data.draw(st.integers(0x21, 0x7E).filter(lambda byte: byte not in (first[at], 0x3D)))
    file.write_bytes(first[:at] + bytes([other]) + first[at + 1 :] + b"\n" + second + b"\n")
    assert [each.first("Body") for each in spool.read(file)] == ["second"]
    assert len(spool.unreadable()) == 1
