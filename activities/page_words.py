"""What stands in a page, and in the one text for many pages."""

from collections.abc import Iterator, Sequence

from pathway import civil
from pathway.protocol import Level
from records.page_model import Listed, Post
from workflows.messages import SendPage

LONGEST = 1500
"""Letters; a text may have 1,600."""


def page_words(page: SendPage, zone: str, link: str | None = None) -> str:
    """What stands in a page: a reference, what is due, since when, how to take it.

    Args:
        link: hers, by which she takes it on her phone; without one she is told what to type.
    """
    since = civil.local(page.since, zone)
    if page.all_clear:
        about = f"{page.what}, since {since:%a %H:%M}"
        return f"Waymark {page.reference}: done since, nothing is needed ({about})."
    # Whoever holds several roles takes it in the one she was paged in.
    acting = "" if page.person else f" --role {page.role}"
    how = link or f"waymark ack {page.reference} {page.escalation}{acting}"
    return (
        f"Waymark {page.reference} ({page.level}): {page.what}, since {since:%a %H:%M}. "
        f"Take it: {how}"
    )


def ending_with_reply(words: str, number: int) -> str:
    """A page that its person can take from her own phone."""
    return f"{words} Reply {number} to take it."


def together(post: Post, zone: str, link: str | None = None) -> str:
    """One text for several pages: how many, since when, and how to take them.

    Args:
        link: hers, which opens the list of them; with it the words are kept to one segment.
    """
    oldest = civil.local(min(each.since for each in post.items), zone)
    grave = sum(each.level == Level.SAFETY for each in post.items)
    marked = f" ({grave} safety)" if grave else ""
    need = f"Waymark: {len(post.items)} items need you{marked}"
    if link:
        return f"{need} since {oldest:%a %H:%M}. Reply {post.number} for all, L to list, or {link}"
    return (
        f"{need}, oldest since {oldest:%a %H:%M}. "
        f"Reply {post.number} to take all {len(post.items)}, L for the list with a number for each."
    )


def the_list(listed: Sequence[Listed], zone: str) -> str:
    """What is open for somebody, each with the number that takes it."""
    if not listed:
        return "Waymark: nothing is open for you."
    return clipped("Waymark, reply a number: ", (_line(each, zone) for each in listed))


def clipped(beginning: str, parts: Iterator[str]) -> str:
    """As many parts as a text holds, and how many more there are."""
    waiting = list(parts)
    words = beginning
    for n, part in enumerate(waiting):
        if len(words) + len(part) > LONGEST:
            return f"{words}and {len(waiting) - n} more: waymark escalations"
        words += part + ("; " if n + 1 < len(waiting) else ".")
    return words


def _line(each: Listed, zone: str) -> str:
    since = civil.local(each.since, zone)
    return f"{each.number}: {each.reference} ({each.level}) {each.what}, since {since:%a %H:%M}"
