"""The tables. Names, birth dates and phone numbers stand here and nowhere else, each sealed.

A column is `Sealed`, or holds what tells of nobody: ids, kinds, instants, counts, who of staff.
What is looked up by a sealed value has that value's keyed hash beside it, which follows by itself
where a row is inserted or a unit of work changes it; an UPDATE of the column names its hash too.

`patients` and `referral_notes` are apart because a coordinator's page reads the one and has no
need of the other. The journal and its kin have no foreign key to `patients`: they copy a
history that is true whether or not somebody restored the patients from an older backup.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    ForeignKey,
    Index,
    MetaData,
    UniqueConstraint,
    event,
    false,
    inspect,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Mapper, mapped_column

from records.columns import Lookup, Sealed, SealedDate, UtcDateTime, written_now

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


def looked_up(what: str, *of: str, index: bool = False, unique: bool = False) -> MappedColumn[Any]:
    """A column with the keyed hash of others, filled in as each row is inserted."""
    hashed = Lookup(what, of)

    def value(context: DefaultExecutionContext) -> str | None:
        row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return hashed.value_of(row)

    return mapped_column(hashed, default=value, index=index or None, unique=unique or None)


class Patient(Base):
    """Who she is and how she may be reached; the only place of consent, hold and opt-out."""

    __tablename__ = "patients"

    reference: Mapped[str] = mapped_column(primary_key=True)
    record_number: Mapped[str | None] = mapped_column(Sealed("patients.record_number"))
    record_number_lookup: Mapped[str | None] = looked_up(
        "record number", "record_number", unique=True
    )
    identity: Mapped[str] = mapped_column(Sealed("patients.identity"))
    """A digest of name, birth date and phone: who she is when there is no record number."""
    identity_lookup: Mapped[str | None] = looked_up("identity", "identity", index=True)
    given_name: Mapped[str] = mapped_column(Sealed("patients.given_name"))
    family_name: Mapped[str] = mapped_column(Sealed("patients.family_name"))
    born: Mapped[date] = mapped_column(SealedDate("patients.born"))
    phone_e164: Mapped[str | None] = mapped_column(Sealed("patients.phone_e164"))
    phone_lookup: Mapped[str | None] = looked_up("phone", "phone_e164", index=True)
    phone_kind: Mapped[str]
    phone_shared: Mapped[bool] = mapped_column(default=False)
    """With another patient, or with whoever else reads it: then nobody is texted there."""
    phone_with_others: Mapped[bool] = mapped_column(default=False, server_default=false())
    """She has said that others read this phone too."""
    zone: Mapped[str | None]
    language: Mapped[str]
    text_consent: Mapped[bool]
    texts_held: Mapped[bool] = mapped_column(default=False)
    opted_out: Mapped[bool] = mapped_column(default=False)
    opted_out_by_text: Mapped[bool] = mapped_column(default=False, server_default=false())
    """By her own STOP: then her own START takes it back, and nobody else's opt-out."""
    deceased: Mapped[bool] = mapped_column(default=False)
    in_hospital: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Every text is paused; her journey says since when and why."""
    phone_doubted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """This number may not be hers: no text goes to it until a person confirms it."""
    referred_by: Mapped[str | None] = mapped_column(Sealed("patients.referred_by"))
    note: Mapped[str | None] = mapped_column(Sealed("patients.note"))
    """For coordinators: an interpreter, when to call. Nothing clinical."""
    restricted_at: Mapped[datetime | None]
    """Since when only the privacy officer sees her, once no journey of hers is open."""
    enrolled_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)

    __table_args__ = (
        Index(
            "uq_patients_unnumbered",
            "identity_lookup",
            unique=True,
            sqlite_where=UNNUMBERED,
            postgresql_where=UNNUMBERED,
        ),
    )


class ReferralNote(Base):
    """What the referral said that only clinicians read, in the referrer's words."""

    __tablename__ = "referral_notes"

    reference: Mapped[str] = mapped_column(ForeignKey(Patient.reference), primary_key=True)
    antidepressant_trials: Mapped[str | None] = mapped_column(
        Sealed("referral_notes.antidepressant_trials")
    )
    substance_use: Mapped[str | None] = mapped_column(Sealed("referral_notes.substance_use"))
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class PatientDetail(Base):
    """What staff must know to reach and receive her; apart, since no list needs it."""

    __tablename__ = "patient_details"

    reference: Mapped[str] = mapped_column(ForeignKey(Patient.reference), primary_key=True)
    address: Mapped[str | None] = mapped_column(Sealed("patient_details.address"))
    whereabouts: Mapped[str | None] = mapped_column(Sealed("patient_details.whereabouts"))
    """Where she is on `whereabouts_on`, for a remote session; out of date on any other day."""
    whereabouts_on: Mapped[date | None]
    treating_therapist: Mapped[str | None] = mapped_column(
        Sealed("patient_details.treating_therapist")
    )
    safe_times: Mapped[str | None] = mapped_column(Sealed("patient_details.safe_times"))
    safe_ways: Mapped[str | None] = mapped_column(Sealed("patient_details.safe_ways"))
    interpreter: Mapped[str | None] = mapped_column(Sealed("patient_details.interpreter"))
    """The language to interpret; None when none is needed."""
    phone_confirmed_on: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Companion(Base):
    """The emergency contact or the escort, and what she may be told."""

    __tablename__ = "companions"

    reference: Mapped[str] = mapped_column(ForeignKey(Patient.reference), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("companions.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("companions.phone"))
    relation: Mapped[str | None] = mapped_column(Sealed("companions.relation"))
    may_be_told: Mapped[str | None] = mapped_column(Sealed("companions.may_be_told"))
    """None: nothing."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class PatientChange(Base):
    """Who changed which field of a patient, and never what stood there. Never deleted.

    It outlives her row: that somebody wrote to it stays when she is erased.
    """

    __tablename__ = "patient_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    field: Mapped[str]
    by: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class Disclosure(Base):
    """What somebody was told about a patient; her journey has nothing but the id."""

    __tablename__ = "disclosures"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    told: Mapped[str]
    """Whom, as a kind: escort, police and so on."""
    person: Mapped[str | None] = mapped_column(Sealed("disclosures.person"))
    what: Mapped[str] = mapped_column(Sealed("disclosures.what"))
    why: Mapped[str] = mapped_column(Sealed("disclosures.why"))
    by: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class Amendment(Base):
    """A patient's request to amend her record, and what was decided. It changes no entry."""

    __tablename__ = "amendments"

    reference: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[str] = mapped_column(Sealed("amendments.request"))
    """What she says is wrong, in her words."""
    asked_at: Mapped[datetime]
    taken_by: Mapped[str]
    taken_as: Mapped[str]
    due: Mapped[datetime]
    """By when somebody decides."""
    decision: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Sealed("amendments.reason"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_as: Mapped[str | None]
    corrected_by: Mapped[int | None]
    """The number of the journal's row that corrected the entry."""
    disagreement: Mapped[str | None] = mapped_column(Sealed("amendments.disagreement"))
    """Her statement, where it was refused."""
    disagreed_at: Mapped[datetime | None]
    disagreement_taken_by: Mapped[str | None]
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Erasure(Base):
    """That a person was erased: when, by whom, how much; nothing of who she was."""

    __tablename__ = "erasures"

    reference: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    role: Mapped[str]
    entries: Mapped[int]
    """Rows of her journal whose words were taken out."""
    texts: Mapped[int]
    """Texts to her and from her, likewise."""
    history_deleted_at: Mapped[datetime | None]
    """None while Temporal may still hold a history of hers: a sweep deletes it."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Sent:
    """What a text has, whoever it goes to, from the provider's taking it to its end."""

    intent: Mapped[str] = mapped_column(primary_key=True)
    sid: Mapped[str | None] = mapped_column(unique=True)
    provider_code: Mapped[int | None]
    posted_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When the provider was last asked what became of it, because it had not said so itself."""
    followed_up_at: Mapped[datetime | None]
    """When its journeys, and of a page ops, were told that it did not arrive."""


class Text(Sent, Base):
    """One intent to text one patient, from its reservation to its end."""

    __tablename__ = "texts"

    reference: Mapped[str] = mapped_column(index=True)
    template: Mapped[str]
    recipient: Mapped[str | None] = mapped_column(Sealed("texts.recipient"))
    recipient_lookup: Mapped[str | None] = looked_up("phone", "recipient")
    body: Mapped[str] = mapped_column(Sealed("texts.body"))
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was handed to the provider."""
    as_of: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class TextStatus(Base):
    """One thing that the provider said of a message. It may come before our own row knows it."""

    __tablename__ = "text_status"

    sid: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    """When the provider said it first."""
    provider_code: Mapped[int | None]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class ParkedStatus(Base):
    """What the provider said of a message that no text of ours is known for. Not trusted."""

    __tablename__ = "parked_status"

    sid: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    provider_code: Mapped[int | None]
    intent: Mapped[str | None]
    """What its callback named: a page to staff, or a text that has another message already."""
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class PageText(Sent, Base):
    """One text to somebody of the staff: a page, or several in one."""

    __tablename__ = "page_texts"

    person: Mapped[str]
    recipient: Mapped[str] = mapped_column(Sealed("page_texts.recipient"))
    recipient_lookup: Mapped[str | None] = looked_up("phone", "recipient", index=True)
    number: Mapped[int]
    """What she replies to take all that it lists."""
    lists: Mapped[str] = mapped_column(Sealed("page_texts.lists"))
    """The pages in it, as JSON: what was said is not changed by what becomes of them."""
    link: Mapped[str | None] = mapped_column(index=True)
    """The id of the link that opens what it lists, where that is several."""
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    as_of: Mapped[datetime]
    """By the clock of the journeys, by which texts to one person are kept apart."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Page(Base):
    """One turn of one escalation for one person, until a text has carried it."""

    __tablename__ = "pages"

    intent: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str]
    escalation: Mapped[str]
    key: Mapped[str]
    """The agenda key; who else is paged under it has the same rung."""
    person: Mapped[str]
    recipient: Mapped[str] = mapped_column(Sealed("pages.recipient"))
    recipient_lookup: Mapped[str | None] = looked_up("phone", "recipient", index=True)
    role: Mapped[str]
    """The role in which she takes it."""
    level: Mapped[str]
    what: Mapped[str] = mapped_column(Sealed("pages.what"))
    since: Mapped[datetime]
    state: Mapped[str]
    text: Mapped[str | None]
    """The intent of the text that carries it."""
    as_of: Mapped[datetime]
    """When it was tried last, by the clock of the journeys."""
    all_clear: Mapped[str | None]
    """What became of telling her that nothing is needed; None while that may still come."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)

    __table_args__ = (Index(None, "state", "all_clear"),)


class InboundText(Base):
    """A text that somebody wrote to us, stored before anything else is done about it."""

    __tablename__ = "inbound_texts"

    sid: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(Sealed("inbound_texts.sender"))
    sender_lookup: Mapped[str | None] = looked_up("phone", "sender", index=True)
    recipient: Mapped[str] = mapped_column(Sealed("inbound_texts.recipient"))
    body: Mapped[str] = mapped_column(Sealed("inbound_texts.body"))
    opt_out_type: Mapped[str | None]
    """STOP, START or HELP, as the provider took it; None when it did not say."""
    keyword: Mapped[str | None]
    """What it counts as, by the provider's word or by its own."""
    num_media: Mapped[int]
    received_at: Mapped[datetime]
    arrival: Mapped[int] = mapped_column(default=0, server_default=text("0"), index=True)
    """A later one is greater: the order of what came in at the same moment."""
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was tried in vain to route it."""
    last_error: Mapped[str | None]
    """The type of the last failure, never its words."""
    handled_by: Mapped[str | None]
    """Who dealt with it; None while nobody has, or where a rule has done it all."""
    from_staff: Mapped[str | None]
    """Whose phone of the staff it came from."""
    written_at: Mapped[datetime] = mapped_column(default=written_now)
    """When it was first kept. That it was tried in vain since makes it no younger."""
    claimed_until: Mapped[datetime | None]
    """Until when the worker that routes it has it for itself."""
    danger_not_before: Mapped[datetime | None]
    """Before this no page about it goes: one is under way, or may have arrived."""
    danger_paged_at: Mapped[datetime | None]
    """When somebody had a page that it speaks of danger; None where none was needed from here."""

    __table_args__ = (Index(None, "state", "received_at"),)


class InboundTextPatient(Base):
    """Whose phone it came from when it came. None for a stranger, two for a shared phone."""

    __tablename__ = "inbound_text_patients"

    sid: Mapped[str] = mapped_column(ForeignKey(InboundText.sid), primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True, index=True)


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
    next_at: Mapped[datetime | None]
    next_act: Mapped[str | None]
    """What its next item does; None where no batch has said so yet."""
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
    payload: Mapped[str] = mapped_column(Sealed("journal.payload"))
    content_hash: Mapped[str] = mapped_column(Sealed("journal.content_hash"))
    provisional: Mapped[bool]
    as_of: Mapped[datetime]
    """The time of the last batch that vouched for this content."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)

    __table_args__ = (Index(None, "kind", "at"),)


class JournalReplaced(Base):
    """Content that lost its number to other content, whichever came first. Never deleted."""

    __tablename__ = "journal_replaced"
    __table_args__ = (UniqueConstraint("reference", "number", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    payload: Mapped[str] = mapped_column(Sealed("journal_replaced.payload"))
    set_aside_hash: Mapped[str] = mapped_column(Sealed("journal_replaced.set_aside_hash"))
    kept_hash: Mapped[str] = mapped_column(Sealed("journal_replaced.kept_hash"))
    once: Mapped[str | None] = looked_up("set aside", "set_aside_hash", "kept_hash")
    """Of the two hashes, so that the same content is set aside once for the same number."""
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
    line: Mapped[str] = mapped_column(Sealed("owed.line"))
    treatment: Mapped[int | None]
    escalation: Mapped[str | None]
    shows: Mapped[str] = mapped_column(Sealed("owed.shows"), default="{}")
    """What stands beside the line on the Today page, as JSON."""


class StaffAnswer(Base):
    """What a member of staff wrote back to a patient; its journey knows only the id."""

    __tablename__ = "staff_answers"

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey(Patient.reference), index=True)
    body: Mapped[str] = mapped_column(Sealed("staff_answers.body"))
    by: Mapped[str]
    at: Mapped[datetime]


class ContactAttempt(Base):
    """An attempt to reach a patient; a projection of the journal, row by row."""

    __tablename__ = "contact_attempts"

    reference: Mapped[str] = mapped_column(ForeignKey(Journey.reference), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The number of the journal's row."""
    task: Mapped[str]
    at: Mapped[datetime]
    how: Mapped[str]
    whom: Mapped[str]
    outcome: Mapped[str]
    next_try: Mapped[datetime | None]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(Sealed("contact_attempts.note"))


class Sign(Base):
    """When a part of the system last gave a sign of life, and what it said."""

    __tablename__ = "signs"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    note: Mapped[str]


class WatchFinding(Base):
    """What the watch found wrong: one row for each kind and journey, opened anew when it recurs."""

    __tablename__ = "watch_findings"

    kind: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    """A journey's; empty where it is about the whole."""
    state: Mapped[str]
    says: Mapped[str] = mapped_column(Sealed("watch_findings.says"))
    danger: Mapped[bool]
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was last there."""
    closed_at: Mapped[datetime | None]
    """When it was gone; None while it is open."""
    told_state: Mapped[str | None]
    """In which state ops were told of it."""
    telling_at: Mapped[datetime | None]
    """When somebody began to tell them."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)


class Refusal(Base):
    """A command that was refused: it leaves no trace in the journey's own history."""

    __tablename__ = "refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    command: Mapped[str]
    code: Mapped[str]
    sentence: Mapped[str] = mapped_column(Sealed("refusals.sentence"))
    by: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class Link(Base):
    """A link that a person was given, and the one answer that it took. No name, no number."""

    __tablename__ = "links"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    reference: Mapped[str] = mapped_column(index=True)
    about: Mapped[str]
    """What its answer is about: an escalation, or a treatment with its session's revision."""
    what: Mapped[str] = mapped_column(Sealed("links.what"))
    """What is due, in the neutral words of a page."""
    since: Mapped[datetime]
    """Since when it is open; of a session, when it ends."""
    whom: Mapped[str]
    """The member of staff it was made for; "treating_therapist" where she is none."""
    role: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When a text with it was handed to the provider by a sweep, which never sends it twice."""
    answer: Mapped[str | None] = mapped_column(Sealed("links.answer"))
    said: Mapped[str] = mapped_column(Sealed("links.said"), default="")
    """What the answer needs beside itself: a moment, a reason, whose wish it was."""
    used_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What the journey said to it; None while it has not been told."""
    sentence: Mapped[str | None] = mapped_column(Sealed("links.sentence"))
    """Of a refusal, as the journey wrote it."""
    written_at: Mapped[datetime] = mapped_column(default=written_now, onupdate=written_now)

    __table_args__ = (Index(None, "outcome", "used_at"),)


class LinkHandedOut(Base):
    """That a link was printed for somebody of the staff to hand on, as often as it was."""

    __tablename__ = "links_handed_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[str]
    reference: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    about: Mapped[str]
    whom: Mapped[str]
    """For whom: a staff id, or "treating_therapist" where she is nobody's staff."""
    by: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    written_at: Mapped[datetime] = mapped_column(default=written_now)


class JournalLink(Base):
    """One link of a journey's chain over its confirmed rows; see `records/chain.py`.

    Never changed and never deleted, but that an erasure empties the salt.
    """

    __tablename__ = "journal_links"

    reference: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 1, without gaps."""
    act: Mapped[str]
    number: Mapped[int]
    """The row it is about; of an erasure, the last one sealed before."""
    kind: Mapped[str]
    at: Mapped[datetime]
    """Kind and time of the row; of an erasure, by whom in which role, and when."""
    words: Mapped[str]
    """A keyed hash of payload and content hash with the salt; empty where there are none."""
    salt: Mapped[str]
    """Without it nobody, not even with the key, can guess the words from their hash."""
    round: Mapped[int]
    """The anchor that covers it."""
    key_id: Mapped[str]
    sealed_at: Mapped[datetime]
    link: Mapped[str]
    """A keyed hash of the link before and of all of this one but the salt."""

    __table_args__ = (Index(None, "reference", "number"), Index(None, "round"))


class JournalHead(Base):
    """Where a journey's chain ends."""

    __tablename__ = "journal_heads"

    reference: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    number: Mapped[int]
    """Rows up to this one are sealed."""
    link: Mapped[str]


class JournalAnchor(Base):
    """One round of sealing: it covers the anchor before and the heads that moved. Never deleted."""

    __tablename__ = "journal_anchors"

    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    heads: Mapped[str]
    """Reference, position, number and link of each, as JSON."""
    key_id: Mapped[str]
    key_check: Mapped[str]
    """A keyed hash of nothing: tells a wrong key from a wrong row."""
    anchor: Mapped[str]


@event.listens_for(Base, "before_update", propagate=True)
def _look_up_anew(mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
    """A unit of work that changes what is looked up changes its hash."""
    state = inspect(row)
    for column in mapper.columns:
        if isinstance(column.type, Lookup):
            values = {name: getattr(row, name) for name in column.type.of}
            if any(state.attrs[name].history.has_changes() for name in column.type.of):
                setattr(row, column.key, column.type.value_of(values))


class Decode(Base):
    """That payloads of one journey were opened for somebody, or were not."""

    __tablename__ = "decodes"

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str]
    """Empty where a request was refused before anybody knew whose it was."""
    role: Mapped[str]
    namespace: Mapped[str]
    reference: Mapped[str] = mapped_column(index=True)
    """The workflow that they are sealed for; empty where that cannot be told."""
    outcome: Mapped[str]
    payloads: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    written_at: Mapped[datetime] = mapped_column(default=written_now)
