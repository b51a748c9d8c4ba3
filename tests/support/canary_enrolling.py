"""Patients who are needles all over: names, numbers, birth dates, addresses, whom to call."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canary_stand import CanaryStand
from needles import Needles

from records import patients
from records.referral_columns import REQUIRED


@dataclass(frozen=True)
class Row:
    record_number: str
    phone: str
    cells: dict[str, str]


def referral(needles: Needles, flow: str, *, zone: str = "America/Los_Angeles") -> Row:
    """A row with something in each column that takes words."""
    phone = needles.number(flow)
    number = needles.word(flow)
    name = needles.name(flow)
    cells = {
        "record_number": number,
        "given_name": name,
        "family_name": needles.name(flow),
        "born": needles.born(flow).isoformat(),
        "phone": phone,
        "phone_kind": "mobile",
        "zone": zone,
        "language": "es",
        "text_consent": "yes",
        **{
            column: f"{column.replace('_', ' ')} {needles.word(flow)}"
            for column in (
                *("referred_by", "note", "antidepressant_trials", "substance_use"),
                *("address", "safe_times", "safe_ways", "treating_therapist", "interpreter"),
                *("emergency_contact_relation", "emergency_contact_may_be_told"),
                *("escort_relation", "escort_may_be_told"),
            )
        },
        "emergency_contact_name": needles.name(flow),
        "emergency_contact_phone": needles.number(flow),
        "escort_name": needles.name(flow),
        "escort_phone": needles.number(flow),
    }
    return Row(number, phone, cells)


def spoilt(needles: Needles) -> list[dict[str, str]]:
    """Rows that are reported and not in, each for another cell."""
    wrong: dict[str, Any] = {
        "born": ("born in {}", "2024-08-03"),
        "phone": ("call {}", "555"),
        "zone": ("Mars/{}",),
        "language": ("{}ish",),
        "text_consent": ("ask {}",),
        "given_name": ("",),
        "emergency_contact_phone": ("{}'s",),
        "phone_kind": ("{} phone",),
    }
    return [
        {**referral(needles, f"bad {column}").cells, column: way.format(needles.word("bad cell"))}
        for column, ways in wrong.items()
        for way in ways
    ]


async def enrol_file(stand: CanaryStand, folder: Path, rows: list[Row]) -> dict[str, str]:
    """Good and bad rows by `waymark enroll --csv`; the references by record number."""
    file = folder / "referrals.csv"
    bad = spoilt(stand.needles)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*REQUIRED, *(c for c in bad[0] if c not in REQUIRED)])
        writer.writeheader()
        writer.writerows([*(row.cells for row in rows), *bad])
    result = await stand.waymark("enroll", "--csv", str(file), "--json")
    assert result.exit_code == 3, result.output
    await stand.waymark("enroll", "--start")
    junk = folder / "junk.csv"
    junk.write_text(f"{stand.needles.word('a file without columns')}\n", encoding="utf-8")
    await stand.waymark("enroll", "--csv", str(junk))
    return await _references(stand)


async def enrol_one(stand: CanaryStand) -> None:
    """By options, once well and with each value unreadable."""
    row = referral(stand.needles, "enroll").cells
    of_cell = {f"{kind}_name": kind for kind in ("emergency_contact", "escort")}
    options = {
        f"--{of_cell.get(name, name).replace('_', '-')}": value
        for name, value in row.items()
        if name not in {"phone_shared", "text_consent"}
    }
    await stand.waymark("enroll", *_words(options), "--text-consent")
    for option in options:
        spoilt_one = {**options, option: f"not {stand.needles.word('enroll ' + option)}, not"}
        await stand.waymark("enroll", *_words(spoilt_one), "--text-consent")


def _words(options: dict[str, str]) -> list[str]:
    return [word for option in options.items() for word in option]


async def _references(stand: CanaryStand) -> dict[str, str]:
    records = stand.session.records
    found = {}
    for reference in await patients.started(records):
        stored = await patients.get(records, reference)
        if stored is not None and stored.record_number:
            found[stored.record_number] = reference
    return found
