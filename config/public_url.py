"""Where phones, and the pages behind links, reach the console."""

from config.settings import Settings, Texting


def public_url(settings: Settings) -> str | None:
    """Simulated phones call this machine; Twilio itself could not, and would refuse the URL."""
    if settings.public_url is not None or settings.texting is Texting.TWILIO:
        return settings.public_url
    return f"http://127.0.0.1:{settings.port_console}"
