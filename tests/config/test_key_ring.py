"""The ring of keys: one seals, all open, and what does not fit is refused without a word of it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.key_ring import (
    Key,
    KeyId,
    KeyRing,
    KeyRingError,
    TamperedError,
    UnknownKeyError,
    a_new_key,
    keys_in,
)

OLD, NEW = (Key(KeyId(name), name[:1].encode() * 32) for name in ("old", "new"))
RING = KeyRing([NEW, OLD])


@given(st.binary(max_size=2000), st.binary(max_size=40))
def test_what_was_sealed_opens_again(plain: bytes, bound: bytes) -> None:
    assert RING.open(RING.seal(plain, "use", bound).content, "new", "use", bound) == plain


@given(st.binary(max_size=40), st.data())
def test_a_changed_byte_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(plain, "use", b"J-1").content)
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TamperedError):
        RING.open(bytes(sealed), "new", "use", b"J-1")


@pytest.mark.parametrize(
    ("key_id", "use", "bound"), [("old", "use", b"J-1"), ("new", "x", b"J-1"), ("new", "use", b"J")]
)
def test_another_key_use_or_journey_does_not_open_it(key_id: str, use: str, bound: bytes) -> None:
    with pytest.raises(TamperedError):
        RING.open(RING.seal(b"plain", "use", b"J-1").content, key_id, use, bound)


@pytest.mark.parametrize("sealed", [b"", b"short", b"n" * 12])
def test_what_is_too_short_is_refused(sealed: bytes) -> None:
    with pytest.raises(TamperedError):
        RING.open(sealed, "new", "use", b"")


def test_the_new_key_seals_and_the_old_one_still_opens() -> None:
    before = KeyRing([OLD])
    sealed = before.seal(b"plain", "use", b"").content
    assert RING.writes == "new"
    assert RING.open(sealed, "old", "use", b"") == b"plain"


def test_the_same_twice_is_sealed_differently() -> None:
    assert RING.seal(b"plain", "use", b"").content != RING.seal(b"plain", "use", b"").content


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(UnknownKeyError, match="the key '2019'"):
        RING.open(b"", "2019", "use", b"")


def test_a_key_that_is_added_while_it_runs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    source = [OLD]
    ring = KeyRing([OLD], again=lambda: source)
    sealed = KeyRing([NEW]).seal(b"plain", "use", b"").content
    with pytest.raises(UnknownKeyError):
        ring.open(sealed, "new", "use", b"")
    source.insert(0, NEW)
    with pytest.raises(UnknownKeyError):
        ring.open(sealed, "new", "use", b"")  # asked only a moment ago
    monkeypatch.setattr("config.key_ring._ASK_AGAIN_SECONDS", 0)
    assert ring.open(sealed, "new", "use", b"") == b"plain"
    assert ring.writes == "new"


def test_all_who_meet_a_new_key_at_once_find_it() -> None:
    source = [OLD]
    asked: list[int] = []

    def slowly() -> list[Key]:
        asked.append(1)
        time.sleep(0.1)
        return source

    ring = KeyRing([OLD], again=slowly)
    source.insert(0, NEW)
    sealed = KeyRing([NEW]).seal(b"plain", "use", b"").content
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: ring.open(sealed, "new", "use", b""), range(8)))
    assert opened == [b"plain"] * 8
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no key"),
        ("# none\n\n", "There is no key"),
        ("only-an-id", "^Line 1 of the keys is not"),
        ("a " + "A" * 43 + "!", "^Line 1 of the keys is not"),
        ("a AAAA", "'a' is not 32 bytes"),
        ("UPPER " + "A" * 43 + "=", "^A key's id is"),
        ("a " + "A" * 43 + "=\na " + "B" * 43 + "=", "^Two keys have the same id"),
    ],
)
def test_keys_that_cannot_be_used_are_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(KeyRingError, match=sentence):
        KeyRing(keys_in(text))


def test_no_sentence_and_no_description_holds_a_key() -> None:
    line = a_new_key("2026-11")
    secret = line.split()[1]
    (key,) = keys_in(line)
    assert secret not in repr(key)
    with pytest.raises(KeyRingError) as refused:
        keys_in(f"{secret} and more\n")
    assert secret not in str(refused.value)
