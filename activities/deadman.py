"""A sign to somebody outside that the watch looks: who hears none for a while wakes a person."""

import asyncio
from dataclasses import dataclass

import requests
import structlog
from pydantic import SecretStr

TIMEOUT_SECONDS = 5.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Deadman:
    """An address that expects a request after every round; None where there is none."""

    url: SecretStr | None

    async def beat(self) -> bool:
        """Whether the sign arrived. It never raises: its silence is what it is for."""
        if self.url is None:
            return False
        return await asyncio.to_thread(_posted, self.url.get_secret_value())


def _posted(url: str) -> bool:
    try:
        answer = requests.post(url, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        # Not its message: the address lets whoever has it keep the alarm silent.
        log.warning("deadman_not_reached", reason=type(error).__name__)
        return False
    if not answer.ok:
        log.warning("deadman_not_reached", code=answer.status_code)
    return bool(answer.ok)
