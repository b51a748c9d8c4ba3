"""A provider that hangs holds threads; what a patient wrote is read all the same."""

import asyncio
import threading

from workers.worker import make_room_for_hung_calls

HUNG = 32


def test_a_text_is_read_while_many_calls_hang() -> None:
    released = threading.Event()

    async def reads_while_others_hang() -> str:
        make_room_for_hung_calls()
        hung = [asyncio.create_task(asyncio.to_thread(released.wait)) for _ in range(HUNG)]
        try:
            async with asyncio.timeout(5):
                return await asyncio.to_thread(lambda: "read")
        finally:
            released.set()
            await asyncio.gather(*hung)

    assert asyncio.run(reads_while_others_hang()) == "read"
