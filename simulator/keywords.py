"""The words that carriers act on themselves, and what they answer.

Twilio's documentation of advanced opt-out lists the default keywords; its article on opt-out
keywords says that only messages of a single word count, and that they reach the webhook as well.
"""

STOP, START, HELP = "STOP", "START", "HELP"
_MEANINGS = {
    STOP: ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"),
    START: ("START", "YES", "UNSTOP"),
    HELP: ("HELP", "INFO"),
}
_BY_WORD = {word: meaning for meaning, words in _MEANINGS.items() for word in words}

ANSWERS = {
    STOP: "This number will not text you any more. Send START to hear from it again.",
    START: "This number may text you again. Send STOP to end its texts, HELP for help.",
    HELP: "Send STOP to end texts from this number. Your carrier may charge for texts.",
}


def meaning(body: str) -> str | None:
    """STOP, START or HELP; None for everything that people have to read."""
    return _BY_WORD.get(body.strip().upper())
