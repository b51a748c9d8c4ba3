"""Every model of the core is frozen, refuses unknown fields and never prints its input."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

import pathway
from pathway.calendar import OpenHours
from pathway.journey import Contact
from pathway.model import Model


def _models(parent: type[Model]) -> Iterator[type[Model]]:
    for child in parent.__subclasses__():
        if child.__module__.startswith("pathway"):
            yield child
            yield from _models(child)


for _room in pkgutil.walk_packages(pathway.__path__, "pathway."):
    importlib.import_module(_room.name)
MODELS = sorted(set(_models(Model)), key=lambda model: (model.__module__, model.__qualname__))


def test_the_models_were_found() -> None:
    assert len(MODELS) > 90


@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.__module__}.{m.__name__}")
def test_it_is_frozen_and_closed(model: type[Model]) -> None:
    assert model.model_config.get("frozen") is True
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("hide_input_in_errors") is True


def test_a_value_does_not_change() -> None:
    contact = Contact()
    with pytest.raises(ValidationError):
        contact.zone = "America/New_York"  # type: ignore[misc]


def test_an_unknown_field_is_refused_without_printing_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Contact.model_validate({"phone": "+12025550123"})
    assert "+12025550123" not in str(refused.value)


def test_a_naive_time_is_refused() -> None:
    from pathway.facts import Appointment

    with pytest.raises(ValidationError):
        Appointment.model_validate(
            {
                "step": "infusion",
                "at": "2026-06-01T09:00:00",
                "minutes": 60,
                "revision": 1,
                "booked_at": "2026-06-01T09:00:00",
            }
        )


def test_a_weekday_is_one_of_seven() -> None:
    with pytest.raises(ValidationError):
        OpenHours.model_validate({"weekday": 7, "opens": "08:00", "closes": "18:00"})
