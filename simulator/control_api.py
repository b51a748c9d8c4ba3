"""The hand on the network: declare phones, script faults, read the ledger, begin anew."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from simulator.faults import Fault, FaultReport
from simulator.messages_api import network_of
from simulator.model import E164_PATTERN, Phone, PhoneDeclaration, Received

router = APIRouter(prefix="/_sim")
Number = Annotated[str, Path(pattern=E164_PATTERN)]


@router.get("/phones")
async def phones(request: Request) -> tuple[Phone, ...]:
    """Declared phones and those that received or wrote a text."""
    return network_of(request).phones()


@router.get("/phones/{number}")
async def phone(request: Request, number: Number) -> Phone:
    """How a number behaves, declared or by the rules for reserved numbers."""
    return network_of(request).directory.phone(number)


@router.put("/phones/{number}")
async def declare(request: Request, number: Number, declaration: PhoneDeclaration) -> Phone:
    """Declare how a number behaves from now on, its opt-out included."""
    return network_of(request).directory.declare(number, declaration)


@router.get("/faults")
async def faults(request: Request) -> tuple[FaultReport, ...]:
    """The script, each fault with how often it really fired."""
    return network_of(request).faults.reports()


@router.post("/faults", status_code=201)
async def add_fault(request: Request, fault: Fault) -> FaultReport:
    """Put a fault at the end of the script."""
    return network_of(request).faults.add(fault)


@router.delete("/faults", status_code=204)
async def clear_faults(request: Request) -> None:
    """Tear up the script, and end the random mode."""
    network_of(request).faults.clear()


@router.get("/ledger")
async def ledger(request: Request, number: str | None = None) -> tuple[Received, ...]:
    """Every text that phones really received, oldest first; of one phone if named."""
    return network_of(request).ledger(number)


@router.delete("/ledger", status_code=204)
async def forget_texts(request: Request) -> None:
    """Wipe all phones; declarations and faults stay."""
    network_of(request).forget_texts()


@router.get("/requests")
async def requests(request: Request) -> dict[str, int]:
    """How many creates, fetches and lists came in, answered or not."""
    counted = network_of(request).requests
    return {kind: counted[kind] for kind in ("creates", "fetches", "lists")}


@router.post("/reset", status_code=204)
async def reset(request: Request) -> None:
    """As if started on an empty folder."""
    network_of(request).reset()
