"""The HTTP service of the clinic: Twilio's webhooks, pages behind links, and its own health."""

from urllib.parse import urlsplit

from fastapi import FastAPI

from config.settings import Settings
from console.desk import Desk
from console.links import LinkPages
from console.signature import Signatures
from console.unusable import say_nothing_of_inputs
from console.webhooks import Ours, Webhooks


def create_app(settings: Settings, desk: Desk, pages: LinkPages | None = None) -> FastAPI:
    """The application. Without an account and a public URL there are no webhooks in it.

    Args:
        pages: those behind links; None where nobody is given a link.
    """
    app = FastAPI(
        title="Waymark",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Another path is another signature: a redirect could only end in a refusal.
        redirect_slashes=False,
    )
    say_nothing_of_inputs(app)

    async def health() -> dict[str, object]:
        """It can take webhooks, whatever is behind it; how many the records do not have yet."""
        return {"status": "ok", "waiting": await desk.waiting()}

    app.add_api_route("/healthz", health)
    parts = [part for part in (_webhooks(settings, desk), pages) if part is not None]
    # A proxy may take the public path off, or leave it on.
    for prefix in dict.fromkeys(("", urlsplit(settings.public_url or "").path)):
        for part in parts:
            part.add_to(app, prefix)
    return app


def _webhooks(settings: Settings, desk: Desk) -> Webhooks | None:
    if settings.public_url is None or settings.twilio_auth_token is None:
        return None
    tokens = [settings.twilio_auth_token, settings.twilio_auth_token_previous]
    signatures = Signatures(settings.public_url, [token for token in tokens if token is not None])
    return Webhooks(Ours.of(settings), signatures, desk)
