"""A demonstration says so on every page and in every document (rule 30)."""

import pytest
from cli_runner import Desk

from cli import documents
from cli.output import DEMONSTRATION
from config.clinic import load_clinic
from config.loader import load_protocol, shipped_protocol
from pathway import demonstration
from pathway.demonstration import is_demonstration
from pathway.model import Model
from pathway.protocol.places import sourced_values

PAGES = (
    ("show", "REF"),
    ("decision", "REF"),
    ("explain", "REF"),
    ("patient", "show", "REF"),
    ("escalations",),
    ("worklist",),
    ("close-day", "2099-01-05", "--reason", "snow", "--preview"),
    ("do", "hold-texts", "REF", "--reason", "asked to"),
)


async def test_every_page_says_so_and_every_document_rule_30(desk: Desk) -> None:
    reference = await desk.admitted()
    for words in PAGES:
        given = [reference if word == "REF" else word for word in words]
        shown = await desk.cli(*given)
        assert shown.stdout.count(DEMONSTRATION) == 1, words
        assert (await desk.cli.json(*given))["demonstration"] is True, words


def test_every_document_about_a_journey_has_the_field() -> None:
    about = [
        each
        for each in vars(documents).values()
        if isinstance(each, type)
        and issubclass(each, Model)
        and each.__module__ == documents.__name__
        and {"reference", "falls", "groups"} & each.model_fields.keys()
    ]
    # These are rows of documents.
    rows = {"NewPatient", "EscalationLine", "FallsThatDay", "OnPaper", "OwnedLine"}
    pages = [each for each in about if each.__name__ not in rows]
    assert len(pages) > 5
    assert [p.__name__ for p in pages if "demonstration" not in p.model_fields] == []


@pytest.mark.parametrize("name", ["ketamine-iv", "esketamine"])
def test_the_shipped_protocols_are_demonstrations(name: str) -> None:
    assert is_demonstration(load_protocol(shipped_protocol(name)))
    assert load_clinic().demo


def test_one_whose_values_are_all_set_by_the_site_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = load_protocol()
    every = list(sourced_values(protocol))
    own = [(p, v) for p, v in every if not v.demo and getattr(v, "value", 0) is not None]
    monkeypatch.setattr(demonstration, "sourced_values", lambda _: own)
    assert not is_demonstration(protocol)
    for place, value in every:
        monkeypatch.setattr(demonstration, "sourced_values", lambda _, v=value: [*own, ((), v)])
        assert is_demonstration(protocol) is ((place, value) not in own), place
