"""Phones that write, webhooks and random faults, from Python."""

import time
from urllib.parse import quote

from pydantic import TypeAdapter

from simulator.control_connection import ControlConnection, of_number
from simulator.faults import RandomFaults, RandomReport
from simulator.model import Inbound, Reply, Written
from simulator.webhooks import Webhook

_WRITTEN = TypeAdapter(tuple[Written, ...])
_WEBHOOKS = TypeAdapter(tuple[Webhook, ...])
_RANDOM = TypeAdapter(RandomReport | None)


class WebhookControl(ControlConnection):
    """The part of the control API about what the network posts."""

    def direct_inbound(self, url: str | None, *, advanced_opt_out: bool = False) -> None:
        """Send texts from phones to a webhook from now on, or to nobody."""
        inbound = Inbound(url=url, advanced_opt_out=advanced_opt_out)
        self._ask("PUT", "/inbound", inbound.model_dump(mode="json"))

    def write(
        self, number: str, body: str, *, to: str | None = None, copies: int = 1
    ) -> tuple[Written, ...]:
        """Write on a phone, to whoever texted it last unless `to` says otherwise."""
        reply = Reply(body=body, to=to, copies=copies)
        path = f"/phones/{quote(number)}/replies"
        return _WRITTEN.validate_json(self._ask("POST", path, reply.model_dump(mode="json")))

    def written(self, number: str | None = None) -> tuple[Written, ...]:
        """What was written on phones, oldest first."""
        return _WRITTEN.validate_json(self._ask("GET", of_number("/written", number)))

    def webhooks(self, number: str | None = None) -> tuple[Webhook, ...]:
        """What is or was to be posted, with every attempt."""
        return _WEBHOOKS.validate_json(self._ask("GET", of_number("/webhooks", number)))

    def settled(self, count: int, within_seconds: float = 10) -> tuple[Webhook, ...]:
        """All webhooks, once there are that many and nothing more is posted about any.

        Raises TimeoutError.
        """
        give_up = time.monotonic() + within_seconds
        while time.monotonic() < give_up:
            known = self.webhooks()
            if len(known) >= count and all(webhook.settled for webhook in known):
                return known
            time.sleep(0.02)
        raise TimeoutError(f"there are not {count} settled webhooks")

    def hurry(self) -> int:
        """Make every waiting webhook due now; how many that were."""
        return int(self._ask("POST", "/webhooks/hurry"))

    def randomise(self, mode: RandomFaults) -> None:
        """Begin random faults, anew from their seed."""
        self._ask("PUT", "/random", mode.model_dump(mode="json"))

    def random_faults(self) -> RandomReport | None:
        """The random mode and how often each kind really fired; None when there is none."""
        return _RANDOM.validate_json(self._ask("GET", "/random"))
