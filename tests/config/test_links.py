"""Links: the same for the same things, refused when a single character is another."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr
from real_clinic import real_clinic

from config.clinic import load_clinic
from config.link_keys import FILE, links_of
from config.links import PATH, TOKEN_LETTERS, Links, link_id
from config.settings import Settings, SettingsError

NOW, BEFORE = b"k" * 32, b"b" * 32
LINKS = Links("https://texts.clinic.example", [NOW])
ID = link_id("take", "J-0123456789", "e1/r1/0/0", "dr.hale")
TOKEN = LINKS.token(ID)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_the_same_things_give_the_same_short_link() -> None:
    again = link_id("take", "J-0123456789", "e1/r1/0/0", "dr.hale")
    assert LINKS.url(again) == LINKS.url(ID) == f"https://texts.clinic.example{PATH}{TOKEN}"
    assert len(TOKEN) == TOKEN_LETTERS == 34
    others = {link_id("take", "J-0123456789", "e1/r1/0/1", "dr.hale"), link_id("take", ID)}
    assert ID not in others
    assert LINKS.id_of(TOKEN) == ID


@given(st.integers(0, 33), st.characters(codec="utf-8"))
@example(33, "A")
def test_any_changed_character_is_refused(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert LINKS.id_of(changed) == (ID if changed == TOKEN else None)


@pytest.mark.parametrize("place", range(34))
def test_no_letter_of_the_alphabet_stands_for_another(place: int) -> None:
    """The last letter of a signature has bits to spare, which must not be forgiven."""
    for letter in LETTERS.replace(TOKEN[place], ""):
        assert LINKS.id_of(TOKEN[:place] + letter + TOKEN[place + 1 :]) is None


@given(st.text(max_size=60))
def test_whatever_is_opened_is_refused_in_peace(token: str) -> None:
    assert LINKS.id_of(token) is None or token == TOKEN


@given(
    st.lists(st.tuples(st.sampled_from(["drop", "twice", "swap"]), st.integers(0, 32)), min_size=1)
)
def test_cut_doubled_and_swapped_letters_are_refused(edits: list[tuple[str, int]]) -> None:
    letters = list(TOKEN)
    for how, place in edits:
        at = min(place, len(letters) - 2)
        if at < 0:
            break
        match how:
            case "drop":
                del letters[at]
            case "twice":
                letters.insert(at, letters[at])
            case _:
                letters[at : at + 2] = reversed(letters[at : at + 2])
    changed = "".join(letters)
    assert LINKS.id_of(changed) == (ID if changed == TOKEN else None)


def test_two_keys_are_believed_while_one_is_being_changed() -> None:
    old = Links(LINKS.public_url, [BEFORE]).token(ID)
    both = Links(LINKS.public_url, [NOW, BEFORE])
    assert both.id_of(old) == both.id_of(TOKEN) == ID
    assert both.token(ID) == TOKEN
    assert LINKS.id_of(old) is None


# Where the key comes from


def settings(folder: Path, **more: object) -> Settings:
    return Settings.model_validate(
        {"state_dir": folder, "public_url": "https://texts.clinic.example", **more}
    )


def test_a_demonstration_makes_its_key_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    clinic = load_clinic()
    first, second = (links_of(settings(tmp_path / "state"), clinic) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.token(ID) == second.token(ID)
    (file,) = (tmp_path / "state").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == (FILE, 0o600)
    assert file.read_text(encoding="utf-8").strip() not in repr(first)


def test_without_a_public_url_a_demonstration_gives_no_links(tmp_path: Path) -> None:
    assert links_of(settings(tmp_path, public_url=None), load_clinic()) is None


def test_a_key_file_holds_the_key_and_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{NOW.decode()}\n{BEFORE.decode()}\n", encoding="utf-8")
    links = links_of(settings(tmp_path, link_key_file=file), load_clinic())
    assert links is not None
    assert links.keys == (NOW, BEFORE)


def test_a_key_of_the_settings_wins(tmp_path: Path) -> None:
    given = {"link_key": SecretStr(NOW.decode()), "link_key_previous": SecretStr(BEFORE.decode())}
    links = links_of(settings(tmp_path, **given), load_clinic())
    assert links is not None
    assert links.keys == (NOW, BEFORE)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"public_url": None}, r"^WAYMARK_PUBLIC_URL is not set, and this is a real clinic"),
        ({}, r"^WAYMARK_LINK_KEY is not set, and this is a real clinic"),
    ],
)
def test_a_real_clinic_starts_with_url_and_key_or_not_at_all(
    tmp_path: Path, more: dict[str, object], sentence: str
) -> None:
    clinic = load_clinic(real_clinic(tmp_path))
    with pytest.raises(SettingsError, match=sentence):
        links_of(settings(tmp_path, **more), clinic)
    key = {"link_key": SecretStr(NOW.decode())}
    assert links_of(settings(tmp_path, **key), clinic) is not None


@pytest.mark.parametrize("content", ["", "short\n", f"{'k' * 32}\nshort\n"])
def test_a_file_without_a_good_key_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no key"):
        links_of(settings(tmp_path, link_key_file=file), load_clinic())
    with pytest.raises(SettingsError, match="cannot be read"):
        links_of(settings(tmp_path, link_key_file=tmp_path / "none"), load_clinic())
