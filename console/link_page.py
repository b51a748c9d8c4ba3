"""A page behind a link: small, without scripts, kept nowhere, and told to nobody."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from config.wordings import wording
from console.link_words import LANGUAGES, choice_words
from pathway import civil
from pathway.protocol import Choice

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;padding:1rem;color:#111;background:#fff}"
    "main{max-width:32rem;margin:0 auto}h1{font-size:1.2rem}form{margin:1.2rem 0;padding-top:"
    "1.2rem;border-top:1px solid #ccc}label{display:block;margin-bottom:.6rem}input,select{"
    "display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;margin-top:.2rem}"
    "button{width:100%;font:inherit;font-weight:600;padding:.9rem;border:0;border-radius:.4rem;"
    "color:#fff;background:#1d4e89}h2{font-size:1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

_templates = Environment(
    loader=PackageLoader("console", "web"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Voice:
    """A language, and what every sentence may name."""

    language: str
    phone: str
    zone: str

    def say(self, key: str, **values: str) -> str:
        return LANGUAGES[self.language][key].format(phone=self.phone, **values)

    def choice(self, choice: str) -> str:
        return choice_words(Choice(choice), self.language)

    def since(self, at: datetime) -> str:
        """A weekday and a time on the clinic's clock."""
        local = civil.local(at, self.zone)
        return f"{wording(self.language).weekdays[local.weekday()]} {local:%H:%M}"

    def day(self, at: datetime) -> str:
        local = civil.local(at, self.zone)
        weekday = wording(self.language).weekdays[local.weekday()]
        return f"{weekday} {local.date().isoformat()} {local:%H:%M}"


@dataclass(frozen=True)
class Listed:
    """One of several things that a page lists."""

    heading: str
    sentences: Sequence[str]
    token: str | None
    """Of the link by which it is taken; None where there is nothing to take."""


def page(
    voice: Voice,
    status: int,
    heading: str,
    sentences: Sequence[str],
    *,
    asks: str | None = None,
    choices: Sequence[Choice] = (),
    onward: str | None = None,
    listed: Sequence[Listed] = (),
    back: str | None = None,
) -> HTMLResponse:
    """A page. `asks` is the kind of the question whose buttons it shows.

    Args:
        listed: several things, each with a button of its own.
        back: the token of the list that she came from, or that this is.
    """
    body = _templates.get_template("link.html").render(
        language=voice.language,
        style=_STYLE,
        heading=heading,
        sentences=sentences,
        asks=asks,
        words=LANGUAGES[voice.language],
        zone=voice.zone,
        choices=[(choice.value, voice.choice(choice)) for choice in choices],
        onward=onward,
        listed=listed,
        back=back,
    )
    return HTMLResponse(body, status_code=status, headers=HEADERS)
