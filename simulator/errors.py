"""Twilio's error answers: a code, the HTTP status it comes with, and a message for people.

The messages name phone numbers, as Twilio's do: whoever logs one has leaked a number.
"""

from fastapi.responses import JSONResponse

from simulator.model import Draft

MORE_INFO = "https://www.twilio.com/docs/errors/"

_MESSAGES = {
    20003: "Authenticate",
    20404: "The requested resource {path} was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "The 'To' number {to} is not a valid phone number.",
    21212: "The 'From' number {from_number} is not a valid phone number.",
    21408: "Permission to send an SMS has not been enabled for the region of {to}.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' number {from_number} is not an SMS-capable number of your account.",
    21608: "The number {to} is unverified. Trial accounts cannot send to unverified numbers.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient {to}",
    21611: "The 'From' number {from_number} has exceeded its queue of messages.",
    21612: "The 'To' number {to} is not reachable from this sender.",
    21614: "'To' number {to} is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21635: "'To' number {to} cannot be a landline",
    21703: "The Messaging Service {messaging_service_sid} has no phone numbers.",
    63038: "Account exceeded the daily messages limit",
}
_STATUSES = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 63038: 429}


def error(
    code: int, draft: Draft | None = None, *, path: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """The answer for one of Twilio's codes; a code without words here still answers as 400."""
    message = _MESSAGES.get(code, f"The message to {{to}} was refused ({code}).")
    status = _STATUSES.get(code, 400)
    words = message.format(path=path, **(draft or Draft()).model_dump())
    body = {"code": code, "message": words, "more_info": f"{MORE_INFO}{code}", "status": status}
    return JSONResponse(body, status_code=status, headers=headers)
