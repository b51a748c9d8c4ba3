"""Wait for what the product does by itself, in its own time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(holds: Callable[[], Awaitable[T]], seconds: float = 40) -> T:
    """What `holds` says, once it says anything but no. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (found := await holds()):
            await asyncio.sleep(0.05)
    return found
