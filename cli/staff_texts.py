"""What goes to staff by text, as long as it can really become, with its segments."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cli.text_documents import TextLength
from config.clinic import Clinic
from config.gsm7 import segments
from config.links import PATH, TOKEN_LETTERS
from pathway.protocol import Level
from pathway.roles import Role
from records.link_making import about_session
from records.page_model import Listed, Post
from workflows.messages import SendPage

MOST_SEGMENTS = 2
"""Of a page: what is due, since when and how to take it must arrive together."""
WHAT_LETTERS = 48
"""Of the longest thing that a page names as due."""
URL_LETTERS = 40
"""A shorter public URL is filled up to this: there must be room for a longer one."""
MANY = 100
_REFERENCE = "J-0000000000"
_LATE = datetime(2026, 12, 30, 22, tzinfo=UTC)


def staff_texts(clinic: Clinic, public_url: str | None) -> Iterator[TextLength]:
    """A page with a link and with a line to type, several in one, and what a therapist is asked."""
    from activities.page_words import page_words, together
    from workers.asking_therapists import asking_words

    url = (public_url or "").ljust(URL_LETTERS, "x") + PATH + "x" * TOKEN_LETTERS
    page = SendPage(
        reference=_REFERENCE,
        escalation="e10",
        key="e10",
        role=max(Role, key=len),
        level=max(Level, key=len),
        what="x" * WHAT_LETTERS,
        since=_LATE,
        as_of=_LATE,
    )
    yield _counted("page with a link", page_words(page, clinic.zone, url))
    yield _counted("page", page_words(page, clinic.zone))
    yield _counted("pages in one text", together(_many(), clinic.zone, url))
    link = about_session(_REFERENCE, 10, 10, ends=_LATE, whom="x", now=_LATE)
    yield _counted("question to a therapist", asking_words(link, url, clinic))


def _many() -> Post:
    """As many pages as one text ever counts, all of them grave."""
    listed = Listed(
        intent="",
        reference=_REFERENCE,
        escalation="e10",
        key="e10",
        role=Role.PRESCRIBER,
        level=Level.SAFETY,
        what="x",
        since=_LATE,
    )
    each = (listed.model_copy(update={"escalation": f"e{n}"}) for n in range(MANY))
    return Post(intent="", number=MANY, listed=tuple(each))


def _counted(name: str, words: str) -> TextLength:
    return TextLength(
        language="en", text=name, asks=False, letters=len(words), segments=segments(words)
    )


def too_long(found: tuple[TextLength, ...]) -> Iterator[str]:
    """A sentence for each that is longer than it may be."""
    for each in found:
        if each.segments > MOST_SEGMENTS:
            yield (
                f"too_many_segments: the {each.text} has {each.segments} segments of at most "
                f"{MOST_SEGMENTS}. Shorten WAYMARK_PUBLIC_URL or the clinic's alias."
            )
