"""The tables. Names, birth dates and phone numbers stand here and nowhere else.

`patients` and `referral_notes` are apart because a coordinator's page reads the one and has no
need of the other. The journal and its kin have no foreign key to `patients`: they copy a
history that is true whether or not somebody restored the patients from an older backup.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records.columns import UtcDateTime, written_now

UNNUMBERED = text("record_number IS NULL")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, date: Date}  # noqa: RUF012 - SQLAlchemy's API


class Patient(Base):
    """Who she is and how she may be reached; the only place of consent, hold and opt-out."""

    __tablename__ = "patients"

    reference: Mapped[str] = mapped_column(primary_key=True)
    record_number: Mapped[str | None] = mapped_column(unique=True)
    identity: Mapped[str] = mapped_column(index=True)
    """A digest of name, birth date and phone: who she is when there is no record number."""
    given_name: Mapped[str]
    family_name: Mapped[str]
    born: Mapped[date]
    phone_e164: Mapped[str | None] = mapped_column(index=True)
    phone_kind: Mapped[str]
    phone_shared: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str | None]
    language: Mapped[str]
    text_consent: Mapped[bool]
    texts_held: Mapped[bool] = mapped_column(default=False)
    opted_out: Mapped[bool] = mapped_column(default=False)
    deceased: Mapped[bool] = mapped_column(default=False)
    referred_by: Mapped[str | None]
    note: Mapped[str | None]
    """For coordinators: an interpreter, when to call. Nothing clinical."""
    enrolled_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)

    __table_args__ = (
        Index(
            "uq_patients_unnumbered",
            "identity",
            unique=True,
            sqlite_where=UNNUMBERED,
            postgresql_where=UNNUMBERED,
        ),
    )


class ReferralNote(Base):
    """What the referral said that only clinicians read, in the referrer's words."""

    __tablename__ = "referral_notes"

    reference: Mapped[str] = mapped_column(ForeignKey(Patient.reference), primary_key=True)
    antidepressant_trials: Mapped[str | None]
    substance_use: Mapped[str | None]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class Text(Base):
    """One intent to text one patient, from its reservation to its end."""

    __tablename__ = "texts"

    intent: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    template: Mapped[str]
    recipient: Mapped[str | None]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    sid: Mapped[str | None] = mapped_column(unique=True)
    provider_code: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was handed to the provider."""
    as_of: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Journey(Base):
    """The newest snapshot of a journey, for lists."""

    __tablename__ = "journeys"

    reference: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str]
    treatment: Mapped[int | None]
    escalation: Mapped[str | None]
    waits_for: Mapped[str]
    due: Mapped[datetime | None]
    texts_held: Mapped[bool]
    opted_out: Mapped[bool]
    deceased: Mapped[bool]
    ended: Mapped[bool]
    through: Mapped[int]
    """The highest journal number known to the batch that carried this snapshot."""
    as_of: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class JournalEntry(Base):
    """One event of a journey; a copy, the history in Temporal being the truth."""

    __tablename__ = "journal"

    reference: Mapped[str] = mapped_column(ForeignKey(Journey.reference), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    payload: Mapped[str]
    content_hash: Mapped[str]
    provisional: Mapped[bool]
    as_of: Mapped[datetime]
    """The time of the last batch that vouched for this content."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class JournalReplaced(Base):
    """Content that lost its number to other content, whichever came first. Never deleted."""

    __tablename__ = "journal_replaced"
    __table_args__ = (UniqueConstraint("reference", "number", "set_aside_hash", "kept_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    payload: Mapped[str]
    set_aside_hash: Mapped[str]
    kept_hash: Mapped[str]
    provisional: Mapped[bool]
    """False: a row that history had vouched for. Somebody should look at the history."""
    as_of: Mapped[datetime]
    """The time of the batch that brought the two together."""
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class Owed(Base):
    """One line of the work list; replaced with the snapshot it came with."""

    __tablename__ = "owed"

    reference: Mapped[str] = mapped_column(ForeignKey(Journey.reference), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str]
    """The group on the Today page; `group` is a word of SQL."""
    role: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(index=True)
    since: Mapped[datetime]
    due: Mapped[datetime | None]
    line: Mapped[str]
    treatment: Mapped[int | None]
    escalation: Mapped[str | None]


class Refusal(Base):
    """A command that was refused: it leaves no trace in the journey's own history."""

    __tablename__ = "refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    command: Mapped[str]
    code: Mapped[str]
    sentence: Mapped[str]
    by: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now)
