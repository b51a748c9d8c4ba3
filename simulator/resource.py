"""A message as Twilio's API shows it, computed from its age whenever it is read."""

from datetime import datetime, timedelta
from email.utils import format_datetime

from simulator.model import Fate, Message, Origin, Pace
from simulator.segments import count

API_VERSION = "2010-04-01"
_LATE_MESSAGES = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
}
_DIRECTIONS = {
    Origin.API: "outbound-api",
    Origin.PHONE: "inbound",
    Origin.CARRIER: "outbound-reply",
}


def moments(message: Message, pace: Pace) -> list[tuple[str, datetime]]:
    """Each status with the moment it is reached, in order; the first is the initial one."""
    created = message.created_at
    if message.fate is Fate.RECEIVED:
        return [("received", created)]
    service = message.messaging_service_sid is not None
    queued = created + timedelta(seconds=pace.accepted if service else 0)
    steps = [("accepted", created)] if service else []
    steps.append(("queued", queued))
    leaves = message.leaves_at or created
    done = leaves + timedelta(seconds=pace.done)
    if message.fate is Fate.FAILED:
        return [*steps, ("failed", done)]
    steps.append(("sending", leaves + timedelta(seconds=pace.sending)))
    steps.append(("sent", leaves + timedelta(seconds=pace.sent)))
    if message.fate is Fate.SILENT:
        return steps
    return [*steps, (message.fate.value, done)]


def progress(message: Message, pace: Pace, now: datetime) -> tuple[str, datetime]:
    """The status at `now` and the moment it was reached."""
    steps = moments(message, pace)
    return [step for step in steps if step[1] <= now][-1] if steps[0][1] <= now else steps[0]


def date_sent(message: Message, pace: Pace, now: datetime) -> datetime | None:
    """When it left for the network; None while it has not. What a phone wrote left at once."""
    if message.fate is Fate.RECEIVED:
        return message.created_at
    sent = dict(moments(message, pace)).get("sent")
    return sent if sent is not None and sent <= now else None


def _rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment is not None else None


def resource(message: Message, pace: Pace, now: datetime) -> dict[str, object]:
    """The JSON of the API, with Twilio's types: counts are strings, dates RFC 2822."""
    status, updated = progress(message, pace, now)
    ended_badly = status in {Fate.UNDELIVERED.value, Fate.FAILED.value}
    code = message.error_code if ended_badly else None
    unassigned = status == "accepted"
    uri = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    return {
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(date_sent(message, pace, now)),
        "date_updated": _rfc2822(updated),
        "direction": _DIRECTIONS[message.origin],
        "error_code": code,
        "error_message": _LATE_MESSAGES.get(code, "Undelivered") if code else None,
        "from": None if unassigned else message.from_number,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": "0",
        "num_segments": "0" if unassigned else str(count(message.body)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }
