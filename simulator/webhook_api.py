"""The hand on what the network posts, and on what people write on their phones."""

from fastapi import APIRouter, HTTPException, Request

from simulator.checks import acceptable_url
from simulator.control_api import Number
from simulator.faults import RandomFaults, RandomReport
from simulator.messages_api import network_of
from simulator.model import Inbound, Reply, Written
from simulator.webhooks import Webhook

router = APIRouter(prefix="/_sim")


@router.get("/inbound")
async def inbound(request: Request) -> Inbound:
    """Where texts from phones go."""
    return network_of(request).inbound


@router.put("/inbound")
async def direct_inbound(request: Request, inbound: Inbound) -> Inbound:
    """Send them elsewhere from now on."""
    if inbound.url is not None and not acceptable_url(inbound.url):
        raise HTTPException(422, "no URL that Twilio would take")
    network_of(request).direct_inbound(inbound)
    return inbound


@router.post("/phones/{number}/replies", status_code=201)
async def write(request: Request, number: Number, reply: Reply) -> tuple[Written, ...]:
    """Somebody writes on this phone."""
    return network_of(request).write(number, reply)


@router.get("/written")
async def written(request: Request, number: str | None = None) -> tuple[Written, ...]:
    """What was written on phones, oldest first; on one if named."""
    return network_of(request).inbox.written(number)


@router.get("/webhooks")
async def webhooks(request: Request, number: str | None = None) -> tuple[Webhook, ...]:
    """What is or was to be posted, with every attempt; about one phone if named."""
    return network_of(request).webhooks.all(number)


@router.post("/webhooks/hurry")
async def hurry(request: Request) -> int:
    """Make everything that waits due now, in its order; how many that were."""
    return network_of(request).courier.hurry()


@router.get("/random")
async def random_faults(request: Request) -> RandomReport | None:
    """The random mode with its seed and what it did; null when there is none."""
    return network_of(request).faults.random_report()


@router.put("/random")
async def randomise(request: Request, mode: RandomFaults) -> RandomReport | None:
    """Begin the random mode, anew from its seed."""
    faults = network_of(request).faults
    faults.randomise(mode)
    return faults.random_report()


@router.delete("/random", status_code=204)
async def end_random(request: Request) -> None:
    """End the random mode; the script stays."""
    network_of(request).faults.randomise(None)
