"""The words that carriers act on before we see them, and what a text counts as by them.

What patients mean in free words is read elsewhere; here stands only what has already taken
effect at the provider, so that the records say the same.
"""

from pathway.reading import Keyword

_WORDS = {
    **dict.fromkeys(
        ("stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Keyword.START),
    **dict.fromkeys(("help", "info"), Keyword.HELP),
}


def said_type(opt_out_type: str) -> Keyword | None:
    """The provider's own word, where it is one that is known."""
    word = opt_out_type.strip().upper()
    return Keyword(word) if word in set(Keyword) else None


def keyword_of(body: str, opt_out_type: Keyword | None) -> Keyword | None:
    """What a text counts as; None for all that is no keyword.

    A STOP is taken generously, as in `Stop all.`, since one word of hers undoes a stop too many.
    A START is taken as the carriers take it, and no further.
    """
    generous = "".join(body.casefold().split()).strip(".!\"'")
    if Keyword.STOP in {opt_out_type, _WORDS.get(generous)}:
        return Keyword.STOP
    return opt_out_type or _WORDS.get(body.strip().casefold())
