"""One patient, as her referral is typed at the command line."""

from datetime import date
from typing import Annotated

import typer
from pydantic import Field

from cli.contact_options import read_option
from pathway.model import Model
from records import referral_values as values
from records.patient_model import EnrolmentRow, PhoneKind

AGE_MIN = 18

_PANEL = "One patient"


class GivenPatient(Model):
    """What was typed; nothing of it is checked yet."""

    given_name: str | None = Field(default=None, repr=False)
    family_name: str | None = Field(default=None, repr=False)
    born: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)
    phone_kind: PhoneKind | None = None
    record_number: str | None = Field(default=None, repr=False)
    zone: str | None = None
    language: str | None = None
    text_consent: bool | None = None
    antidepressant_trials: str | None = Field(default=None, repr=False)
    substance_use: str | None = Field(default=None, repr=False)
    referred_by: str | None = Field(default=None, repr=False)
    note: str | None = Field(default=None, repr=False)

    @property
    def empty(self) -> bool:
        return all(value is None for _, value in self)


GivenName = Annotated[str | None, typer.Option(rich_help_panel=_PANEL)]
FamilyName = Annotated[str | None, typer.Option(rich_help_panel=_PANEL)]
Born = Annotated[
    str | None, typer.Option(metavar="DATE", help="As 1985-03-03.", rich_help_panel=_PANEL)
]
Phone = Annotated[
    str | None, typer.Option(help="Left out when she has none.", rich_help_panel=_PANEL)
]
Kind = Annotated[PhoneKind | None, typer.Option(rich_help_panel=_PANEL)]
RecordNumber = Annotated[str | None, typer.Option(rich_help_panel=_PANEL)]
Zone = Annotated[
    str | None,
    typer.Option(help="IANA time zone, as America/New_York.", rich_help_panel=_PANEL),
]
Language = Annotated[str | None, typer.Option(help="en or es.", rich_help_panel=_PANEL)]
TextConsent = Annotated[
    bool | None,
    typer.Option(
        "--text-consent/--no-text-consent",
        help="Whether she agrees to texts; no unless given.",
        rich_help_panel=_PANEL,
    ),
]
Trials = Annotated[
    str | None, typer.Option(help="For clinicians, as referred.", rich_help_panel=_PANEL)
]
SubstanceUse = Annotated[
    str | None, typer.Option(help="For clinicians, as referred.", rich_help_panel=_PANEL)
]
ReferredBy = Annotated[str | None, typer.Option(rich_help_panel=_PANEL)]
Note = Annotated[
    str | None,
    typer.Option(help="For coordinators; nothing clinical.", rich_help_panel=_PANEL),
]


def enrolment_row(given: GivenPatient, today: date, region: str) -> EnrolmentRow:
    """The referral, checked like a row of a file.

    Raises:
        typer.BadParameter: naming the option that is missing or cannot be read.
    """
    kind = given.phone_kind.value if given.phone_kind else ""
    number, found = read_option("--phone", values.phone, given.phone or "", kind, region)
    return EnrolmentRow(
        record_number=read_option("--record-number", values.words, given.record_number or "", 60),
        given_name=read_option("--given-name", values.person_name, given.given_name or ""),
        family_name=read_option("--family-name", values.person_name, given.family_name or ""),
        born=read_option("--born", values.birth_date, given.born or "", today, AGE_MIN),
        phone_e164=number,
        phone_kind=found,
        zone=read_option("--zone", values.zone, given.zone or ""),
        language=read_option("--language", values.language, given.language or ""),
        text_consent=bool(given.text_consent),
        antidepressant_trials=read_option(
            "--antidepressant-trials", values.words, given.antidepressant_trials or "", 500
        ),
        substance_use=read_option("--substance-use", values.words, given.substance_use or "", 500),
        referred_by=read_option("--referred-by", values.words, given.referred_by or "", 200),
        note=read_option("--note", values.words, given.note or "", 500),
    )
