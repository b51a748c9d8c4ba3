"""The downtime pack as plain text: one page for the day, one for each patient, to write on."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from cli.documents import DowntimePack, OnPaper, Planned
from cli.times import clock
from pathway.facts import Step
from pathway.model import PathwayReference
from records.readable import CANNOT_BE_READ

NEW_PAGE = "\f"
LINES = 16
"""Readings that fit below one patient: two hours at the closest interval, and some."""
_WIDE = 78
_COLUMNS = (
    *(("time", 7), ("pressure", 10), ("pulse", 7), ("SpO2", 6), ("rr", 5), ("moaas", 7)),
    *(("dissociation", 14), ("symptoms", 10), ("by", 8)),
)
_NOT_READ = (
    "NOT READ: these journeys did not answer, and what is booked in them on this day",
    "is not on this pack. Print it again; until then look them up where it can be seen:",
)
_NOT_OPENED = (
    "NOT OPENED: in the records something of these patients does not open, for a key",
    f"that is missing or a spoilt value. What says {CANNOT_BE_READ} is to be looked up in",
    "the chart. Tell ops: the command has said beside this pack which key to put back,",
    "or which value from a backup. Then print it again:",
)


def pages(pack: DowntimePack) -> str:
    """The whole pack; a form feed before each patient begins a new sheet."""
    sheets = ["\n".join(_front(pack))]
    sheets += ["\n".join(_sheet(each, pack)) for each in pack.patients]
    return f"\n{NEW_PAGE}".join(sheets)


def _front(pack: DowntimePack) -> Iterator[str]:
    yield f"DOWNTIME PACK for {pack.day:%a %Y-%m-%d}, times in {pack.clinic_zone}"
    printed = clock(pack.printed_at, pack.clinic_zone)
    yield f"Printed {printed} for {pack.role}: throw it away safely."
    yield f"The clinic's own number: {pack.callback_phone}"
    for who in pack.on_call:
        yield f"On call when printed: {who.name} {who.phone}"
    if not pack.on_call:
        yield "On call when printed: NOBODY"
    yield "The bedside monitor's alarms stay on: this sheet is not a patient monitor."
    yield ""
    yield from _not_read(pack)
    yield from _not_opened(pack)
    if not pack.patients:
        yield f"Nobody {'else ' if pack.not_read else ''}is booked on this day."
    for each in pack.patients:
        first = each.planned[0]
        at = clock(first.at, pack.clinic_zone)[-5:]
        born, phone = _or(each.reach["born"]), _or(each.reach["phone_e164"])
        yield f"{at}  {_name(each)}, born {born}, {phone}"
    yield ""
    yield from _afterwards(pack)


def _not_read(pack: DowntimePack) -> Iterator[str]:
    if pack.not_read:
        yield from _NOT_READ
        yield from _listed(pack.not_read)
        yield ""


def _not_opened(pack: DowntimePack) -> Iterator[str]:
    if pack.not_opened:
        yield from _NOT_OPENED
        yield from _listed(pack.not_opened)
        yield ""


def _listed(references: Sequence[PathwayReference]) -> list[str]:
    return wrap(", ".join(references), _WIDE, break_on_hyphens=False)


def _afterwards(pack: DowntimePack) -> Iterator[str]:
    yield "AFTERWARDS: enter what is written here with the time at which it happened, not"
    yield "the time of typing: --happened-at with every command, and the reading's own time"
    yield "in front of each."
    yield f'  waymark do record-preparation REF --happened-at "{pack.day} 09:30"'
    yield (
        f'  waymark do record-vitals REF --happened-at "{pack.day} 14:30" '
        '--reading "14:05 128/80 72 98 moaas=5"'
    )


def _sheet(each: OnPaper, pack: DowntimePack) -> Iterator[str]:
    yield f"{_name(each)}    born {_or(each.reach['born'])}    {each.reference}"
    yield "=" * _WIDE
    for planned in each.planned:
        yield f"{clock(planned.at, pack.clinic_zone)}  {_what(planned)}"
    yield ""
    for field, value in each.reach.items():
        if field not in {"given_name", "family_name", "born"}:
            yield f"{field.replace('_e164', '').replace('_', ' '):18} {_or(value)}"
    yield ""
    if any(planned.step is Step.INFUSION for planned in each.planned):
        yield from _monitoring()
    else:
        yield "held / not held: ________   from ________ to ________   by ____________________"
        yield ""
        yield "what was agreed: " + "_" * (_WIDE - 17)


def _what(planned: Planned) -> str:
    number, minutes, dose = planned.treatment, planned.minutes, planned.dose
    words = [
        str(planned.step),
        f"treatment {number}" if number is not None else "",
        f"{minutes} min" if minutes is not None else "has begun",
        f"ordered dose {dose:g}" if dose is not None else "",
    ]
    return ", ".join(filter(None, words))


def _monitoring() -> Iterator[str]:
    yield "MONITORING   arrived ________  chair ________  nurse ____________________"
    yield "escort reached ________  weight today ________ kg"
    yield "milligrams ________ checked by ____________ and ____________   started ________"
    yield "paused ________ to ________   ended ________   complete / stopped for ____________"
    yield ""
    yield "|".join(f" {name:{width - 1}}" for name, width in _COLUMNS)
    rule = "+".join("-" * width for _, width in _COLUMNS)
    for _ in range(LINES):
        yield rule
        yield "|".join(" " * width for _, width in _COLUMNS)
    yield rule
    yield ""
    yield "screen before leaving ________  score (padss) ____  printed sheet given ____"
    yield "left ________ with ____________________  signed ______________ ______________"


def _name(each: OnPaper) -> str:
    names = (each.reach["given_name"], each.reach["family_name"])
    if CANNOT_BE_READ in names:
        return f"{each.reference} {CANNOT_BE_READ}"
    return " ".join(str(name) for name in names if name) or "(name not shown)"


def _or(value: Any) -> str:
    if isinstance(value, Mapping):
        known = [str(v) for k, v in value.items() if v and k != "may_be_told"]
        return f"{', '.join(known)}; may be told: {value.get('may_be_told') or 'nothing'}"
    return "not recorded" if value is None else str(value)
