"""Words that no text says: found with any accent and capital, and whole."""

import pytest
from pydantic import TypeAdapter, ValidationError

from config.listed_words import ListedWords, says
from config.wordings import wording

NEVER_SAY = (*wording("en").never_say, *wording("es").never_say)


@pytest.mark.parametrize(
    "written",
    [
        *("Ketamine", "esketamina", "your dose", "La dosis", "psychotherapy", "f\u00e1rmaco"),
        *(
            "PHQ-9",
            "your scores",
            "you missed it",
            "too late",
            "No-show",
            "3 of 6",
            "depresi\u00f3n",
        ),
        *(
            "psiquiatra",
            "el tratamiento",
            "su \u00e1nimo",
            "lo olvid\u00f3",
            "infusion",
            "infusi\u00f3n",
        ),
    ],
)
def test_what_gives_away_is_on_the_lists(written: str) -> None:
    assert any(says(written, listed) for listed in NEVER_SAY)


@pytest.mark.parametrize("written", ["later", "the plate", "of 16", "adios", "show", "por favor"])
def test_the_lists_take_words_whole(written: str) -> None:
    assert not any(says(written, listed) for listed in NEVER_SAY)


@pytest.mark.parametrize("listed", ["", "*", "treat-ment", "no *"])
def test_a_list_that_names_no_word_is_refused(listed: str) -> None:
    with pytest.raises(ValidationError, match="expected words of letters"):
        TypeAdapter(ListedWords).validate_python((listed,))
