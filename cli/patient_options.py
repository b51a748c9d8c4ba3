"""What a patient's row and details are called at the command line, in one table."""

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import typer

from records.patient_model import PhoneKind

_ONE = "One patient"
_REACH = "How staff reach and receive a patient"


def _option(kind: Any, panel: str, *flags: str, **more: Any) -> Any:
    return Annotated[kind | None, typer.Option(*flags, rich_help_panel=panel, **more)]


def _companion(kind: str, who: str) -> dict[str, Any]:
    flag = f"--{kind.replace('_', '-')}"
    told = "What they may be told; nothing unless given."
    return {
        f"{kind}_name": _option(str, _REACH, flag, metavar="NAME", help=who),
        f"{kind}_phone": _option(str, _REACH, metavar="PHONE"),
        f"{kind}_relation": _option(str, _REACH, help="As husband, neighbour."),
        f"{kind}_may_be_told": _option(str, _REACH, help=told),
    }


IDENTITY = {
    "given_name": _option(str, _ONE),
    "family_name": _option(str, _ONE),
    "born": _option(str, _ONE, metavar="DATE", help="As 1985-03-03."),
    "record_number": _option(str, _ONE),
    "referred_by": _option(str, _ONE),
    "note": _option(str, _ONE, help="For coordinators; nothing clinical."),
}
CONTACT = {
    "phone": _option(str, _ONE, help="Left out when there is none."),
    "phone_kind": _option(PhoneKind, _ONE),
    "zone": _option(str, _ONE, help="IANA time zone, as America/New_York."),
    "language": _option(str, _ONE, help="en or es."),
    "text_consent": _option(
        bool,
        _ONE,
        "--text-consent/--no-text-consent",
        help="Whether the patient agrees to texts; no unless given.",
    ),
}
SHARED = {
    "phone_shared": _option(
        bool,
        _REACH,
        "--phone-shared/--phone-not-shared",
        help="Whether others read the phone: then staff call, and no text goes.",
    ),
}
CLINICAL = {
    "antidepressant_trials": _option(str, _ONE, help="For clinicians, as referred."),
    "substance_use": _option(str, _ONE, help="For clinicians, as referred."),
}
DETAILS = {
    "address": _option(str, _REACH),
    "treating_therapist": _option(str, _REACH, help="A staff id, or the name of somebody else."),
    "safe_times": _option(str, _REACH, help="When staff may call."),
    "safe_ways": _option(str, _REACH, help="How staff may reach the patient."),
    "interpreter": _option(str, _REACH, metavar="LANGUAGE", help="Left out when none is needed."),
    "phone_confirmed_on": _option(
        str, _REACH, metavar="DATE", help="When the patient last confirmed the phone; or today."
    ),
    **_companion("emergency_contact", "Whom to call in an emergency."),
    **_companion("escort", "Who takes the patient home."),
}
WHEREABOUTS = {
    "whereabouts": _option(str, _REACH, help="Where the patient is today, when not at home."),
}


def takes(*tables: Mapping[str, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command, whose function ends in `**given`, the options of these tables too."""
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for options in tables
        for name, kind in options.items()
    ]

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        own = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        signature = inspect.Signature([*own, *more])
        function.__signature__ = signature  # type: ignore[attr-defined]
        function.__annotations__ = {n: p.annotation for n, p in signature.parameters.items()}
        return function

    return decorated


def cells_of(given: Mapping[str, Any], today: str) -> dict[str, str]:
    """The options that were given, written like the cells of a referral file."""
    cells = {name: _cell(value) for name, value in given.items() if value is not None}
    if cells.get("phone_confirmed_on") == "today":
        cells["phone_confirmed_on"] = today
    return cells


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value if isinstance(value, Enum) else value).strip()


def unreadable(column: str, reason: str) -> typer.BadParameter:
    """What is wrong with an option, by its name."""
    name = column.removesuffix("_name") if column not in IDENTITY else column
    return typer.BadParameter(reason, param_hint=f"--{name.replace('_', '-')}")
