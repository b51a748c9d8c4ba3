"""Every flow there is, in an order in which each finds what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from by_day import where_it_is_day
from canary_calling import console_routes, junk_to_each_route, open_links, signed_webhooks
from canary_desk import (
    changes_a_patient,
    is_erased,
    looks,
    mends_the_records,
    reads_the_inbox,
    rights_of_a_patient,
    shift,
)
from canary_enrolling import enrol_file, enrol_one, referral
from canary_faults import junk_starts, junk_to_a_journey, outages, records_are_away
from canary_lives import live
from canary_phones import (
    faults_of_webhooks,
    nobody_is_reachable,
    says_wrong_number,
    texts_in,
    texts_out,
    time_passes,
)
from canary_stand import CanaryStand
from canary_typing import NEVER_TYPED, all_commands, any_of_each, names_everywhere

from local.demo.stories import Chosen
from workflows.messages import ALERT_OPS, LOOK_UP_TEXT, SEND_PAGE, SEND_TEXT, WRITE_JOURNAL

ACTIVITIES = (WRITE_JOURNAL, SEND_TEXT, LOOK_UP_TEXT, SEND_PAGE, ALERT_OPS)
OTHERS = ("typed", "texting", "erased")
"""Patients beside those of the stories, by what is done with them."""


@dataclass(frozen=True)
class Patients:
    """Those who were enrolled: references by story or by use, and whose phone texts."""

    by_name: Mapping[str, str]
    phone: str

    def __getitem__(self, name: str) -> str:
        return self.by_name[name]


async def enrolled(stand: CanaryStand, folder: Path, stories: Chosen) -> Patients:
    rows = {name: referral(stand.needles, f"enrolled: {name}") for name in stories}
    # No quiet hours hold up what is texted, whenever the test runs.
    zone = where_it_is_day()
    rows |= {name: referral(stand.needles, f"enrolled: {name}", zone=zone) for name in OTHERS}
    references = await enrol_file(stand, folder, list(rows.values()))
    await enrol_one(stand)
    return Patients(
        {name: references[row.record_number] for name, row in rows.items()}, rows["texting"].phone
    )


async def every_flow(
    stand: CanaryStand, folder: Path, stories: Chosen, patch: pytest.MonkeyPatch, *, cut: bool
) -> None:
    """Drive them all; `cut` leaves out what takes minutes and shows little that is new."""
    her = await enrolled(stand, folder, stories)
    texting, typed = her["texting"], her["typed"]
    await changes_a_patient(stand, typed)
    await texts_in(stand, her.phone)
    if not cut:
        await faults_of_webhooks(stand, her.phone)
    await texts_out(stand, texting, her.phone, cut=cut)
    await time_passes(stand, texting, 40)
    await says_wrong_number(stand, her.phone)
    await nobody_is_reachable(stand, texting)
    # Later: pages of a journey whose clock runs ahead hold up those of today to the same person.
    told = {name: (story, her[name]) for name, story in stories.items()}
    await live(stand, told, folder, patch)
    await any_of_each(stand, typed)
    await junk_to_a_journey(stand, texting)
    await junk_starts(stand)
    await shift(stand, texting)
    for name in ("texting", *list(stories)[: 1 if cut else 3]):
        await looks(stand, her[name])
    await rights_of_a_patient(stand, typed, folder)
    await junk_to_each_route(stand, cut=cut)
    await signed_webhooks(stand, her.phone)
    assert await open_links(stand) > 0, "nobody was given a link"
    await records_are_away(stand, texting, her.phone)
    if not cut:
        await outages(stand, texting, her.phone)
    await reads_the_inbox(stand)
    await mends_the_records(stand, texting)
    await names_everywhere(stand, cut=cut)
    await is_erased(stand, her["erased"])


def never_driven(stand: CanaryStand) -> list[str]:
    """Flows that there are, and that nothing was put through."""
    wanted = [
        *(f"cli: {name}" for name in all_commands() if name not in NEVER_TYPED),
        *(f"route: {name}" for name in console_routes(stand)),
        *(f"activity: {name}" for name in ACTIVITIES),
    ]
    return [flow for flow in wanted if not stand.driven[flow]]
