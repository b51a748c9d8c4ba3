"""One reference journey, lived by whoever drives it: the product, or something built instead."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from bench.phones import Phones
from bench.plan import TEXTS

ACTS: Mapping[str, tuple[str, ...]] = {
    "preparation": ("record_preparation",),
    "infusion": (
        *("record_scores", "record_preflight", "start_infusion", "end_infusion"),
        *("record_vitals", "record_screen", "sign_discharge", "discharge"),
    ),
    "psychotherapy": ("record_psychotherapy", "record_decision"),
}
"""What staff record of each step once its texts have come."""

# Seconds. In life days go by; at once, the act would come while the last text is still under way
# and withdraw it.
SETTLES = 1.0


class Patient(Protocol):
    """What each system that is measured can be asked to do for one patient."""

    phone: str

    async def admit(self) -> None:
        """Start her journey, record the assessment and the consent."""

    async def book(self, treatment: int, step: str) -> None: ...

    async def act(self, treatment: int, kind: str) -> None:
        """Record one of ACTS."""

    async def close(self) -> None:
        """End the journey, and wait until it has ended."""


async def live(patient: Patient, phones: Phones, treatments: int, until: str | None = None) -> None:
    """The whole journey, or its first treatment up to the end of the step `until`.

    People act when the texts before have come, as they would days later.
    """
    await patient.admit()
    texts = len(phones.arrived[patient.phone])
    for treatment in range(1, treatments + 1):
        for step, count in TEXTS.items():
            await patient.book(treatment, step)
            texts += count
            await phones.until(patient.phone, texts)
            await asyncio.sleep(SETTLES)
            for kind in ACTS[step]:
                await patient.act(treatment, kind)
            if step == until:
                return
    await patient.close()
