"""The values that the simulated network keeps and answers with."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"


class Model(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PhoneKind(StrEnum):
    """What stands behind a number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    LANDLINE_ABROAD = "landline_abroad"
    INVALID = "invalid"
    UNROUTABLE = "unroutable"
    NOT_PERMITTED = "not_permitted"
    UNVERIFIED = "unverified"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    UNKNOWN_HANDSET = "unknown_handset"
    CARRIER_UNREACHABLE = "carrier_unreachable"
    FILTERED = "filtered"
    CARRIER_ERROR = "carrier_error"
    SILENT = "silent"
    """Receives the text; no delivery receipt ever comes back."""
    REFUSED = "refused"
    """Every create to it is refused with the declared code."""
    UNDELIVERED = "undelivered"
    """Every text to it is accepted, then fails with the declared code."""


class PhoneDeclaration(Model):
    """How a number behaves; `code` belongs to the kinds refused and undelivered only."""

    kind: PhoneKind = PhoneKind.MOBILE
    opted_out: bool = False
    """The patient texted STOP: creates are refused with 21610."""
    code: int | None = Field(default=None, ge=10000, le=99999)


class Phone(PhoneDeclaration):
    number: str = Field(pattern=E164_PATTERN)


class Fate(StrEnum):
    """What becomes of an accepted text, settled when it is accepted."""

    DELIVERED = "delivered"
    SILENT = "silent"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"
    """Written on a phone, for the clinic."""


class Origin(StrEnum):
    """Who wrote a text."""

    API = "api"
    PHONE = "phone"
    CARRIER = "carrier"
    """The network's own answer to STOP, START or HELP; lists do not show it."""


class Draft(Model):
    """A create as it came in, before anything was checked."""

    to: str = ""
    from_number: str = ""
    messaging_service_sid: str = ""
    body: str = ""
    status_callback: str = ""


class Message(Model):
    """One text on the network."""

    origin: Origin = Origin.API
    sid: str
    account_sid: str
    to: str
    from_number: str
    messaging_service_sid: str | None = None
    body: str
    status_callback: str | None = None
    created_at: datetime
    listed_at: datetime
    """From when lists show it: later than created_at under the fault list_lag."""
    leaves_at: datetime | None = None
    """When its sender's queue lets it go; None where senders have no queue."""
    fate: Fate
    error_code: int | None = None
    """Appears in the resource once the fate has come about."""
    opt_out_type: str | None = None
    """STOP, START or HELP, if a phone wrote it and carriers take it for one."""


class Received(Model):
    """One text as a phone really received it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    sid: str
    to: str
    from_number: str = Field(alias="from")
    body: str
    received_at: datetime
    status_callback: str | None
    """With its query, in which the sender put the text's intent."""
    from_carrier: bool = False
    """The network's own answer to STOP, START or HELP: no create asked for it."""


class Written(Model):
    """One text that somebody wrote on a phone."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    sid: str
    from_number: str = Field(alias="from")
    to: str
    body: str
    written_at: datetime
    opt_out_type: str | None
    """STOP, START or HELP where carriers take it for one."""


class Reply(Model):
    """What somebody writes on a phone; it may be empty."""

    body: str = Field(max_length=1600)
    to: str | None = Field(default=None, pattern=E164_PATTERN)
    """None answers whoever texted this phone last."""
    copies: int = Field(default=1, ge=1, le=1000)
    """How many texts of this body leave at once, each with its own sid."""


class Inbound(Model):
    """Where texts from phones go."""

    url: str | None = None
    """The clinic's webhook, as Twilio would be told it; None: nobody is told."""
    advanced_opt_out: bool = False
    """The webhook of STOP, START and HELP carries OptOutType."""


class Pace(Model):
    """Seconds after its creation at which a text reaches each status."""

    sending: float = Field(default=0.3, ge=0)
    sent: float = Field(default=0.6, ge=0)
    done: float = Field(default=1.0, ge=0)
    accepted: float = Field(default=0.2, ge=0)
    """How long a Messaging Service keeps a text before a sender is assigned."""
