"""A therapist outside is asked once, by a link, when her session has ended (rule 4)."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from a_snapshot import a_journal_row, a_snapshot
from enrolled import enrolled
from link_phone import SIGNED
from spoilt import spoil

from activities.provider import Provider
from config.clinic import Clinic, load_clinic
from config.gsm7 import segments
from config.rota import Staff
from pathway.roles import Role
from records import changing, links
from records.changing import Wanted
from records.database import Records
from records.patient_model import Details
from records.tables import Owed
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workers.asking_therapists import ASKED_FOR, Asking

BEGINS = datetime(2026, 3, 9, 17, tzinfo=UTC)
ENDS = BEGINS + timedelta(hours=1)
OUTSIDE = Staff(
    id="ext.roe", name="Ada Roe", roles=(Role.THERAPIST,), phone="+14155550177", external=True
)


def a_clinic(therapist: Staff = OUTSIDE) -> Clinic:
    clinic = load_clinic()
    return clinic.model_copy(update={"people": (*clinic.people, therapist)})


def asking(records: Records, provider: Provider, clinic: Clinic, late: timedelta) -> Asking:
    return Asking(records, provider, clinic, SIGNED, lambda: ENDS + late)


async def asked_about(
    records: Records,
    therapist: str | None = "ext.roe",
    opened: datetime = ENDS,
    name: str = "Ada",
) -> str:
    """A patient of whose session nobody has said whether it was held."""
    reference = await enrolled(records, name)
    new = Wanted(details=Details(treating_therapist=therapist))
    await changing.change(records, reference, new, by="mara.voss", role="coordinator", at=BEGINS)
    appointment = {
        "step": "psychotherapy",
        "revision": 2,
        "at": BEGINS.isoformat(),
        "minutes": 60,
    }
    async with records.begin() as session:
        session.add(a_snapshot(reference, opened, stage="psychotherapy", waits_for="therapist"))
        await session.flush()
        session.add(
            a_journal_row(
                reference,
                1,
                "appointment_booked",
                BEGINS,
                json.dumps({"treatment": 1, "appointment": appointment}),
            )
        )
        session.add(
            Owed(
                reference=reference,
                key="t1/psychotherapy/a2/held-or-not",
                section="today",
                role="therapist",
                since=opened,
                line="Was the psychotherapy session held or not?",
            )
        )
    return reference


async def test_rule_4_she_is_asked_once_by_a_link_of_hers(
    records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    reference = await asked_about(records, opened=ENDS + timedelta(hours=2))
    ask = asking(records, provider, a_clinic(), timedelta(hours=2))
    assert [await ask.ask() for _ in range(3)] == [1, 0, 0]
    (text,) = network.control.ledger(OUTSIDE.phone)
    found = re.search(r"https://\S+/l/(\S+)$", text.body)
    assert found is not None
    link = await links.get(records, SIGNED.id_of(found[1]) or "")
    assert link is not None
    assert (link.reference, link.about, link.whom) == (reference, "t1/a2", "ext.roe")
    # The line may come late after an outage; the session ended when it was booked to.
    assert link.since == ENDS
    assert text.body.startswith(f"Northgate Clinic {reference}: was a follow-up that ended Mon 11:")
    assert "Quill" not in text.body
    assert segments(text.body) == 1


@pytest.mark.parametrize("therapist", [None, "jon.pell", "Dr. Vale of Alder Row"])
async def test_who_is_not_marked_as_outside_is_not_texted(
    records: Records, provider: Provider, network: BackgroundNetwork, therapist: str | None
) -> None:
    await asked_about(records, therapist)
    assert await asking(records, provider, a_clinic(), timedelta(0)).ask() == 0
    assert network.control.ledger() == ()


async def test_an_old_question_is_left_to_people(
    records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    await asked_about(records)
    assert await asking(records, provider, a_clinic(), ASKED_FOR).ask() == 0
    assert network.control.ledger() == ()


async def test_a_text_that_has_certainly_not_left_is_tried_again(
    records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    await asked_about(records)
    network.control.fault(FaultKind.RATE_LIMIT)
    ask = asking(records, provider, a_clinic(), timedelta(0))
    assert [await ask.ask() for _ in range(3)] == [0, 1, 0]
    assert [fault.fired for fault in network.control.faults()] == [1]
    assert len(network.control.ledger(OUTSIDE.phone)) == 1


async def test_a_text_in_doubt_is_not_sent_again(
    records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    await asked_about(records)
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    ask = asking(records, provider, a_clinic(), timedelta(0))
    assert [await ask.ask() for _ in range(3)] == [1, 0, 0]
    assert [fault.fired for fault in network.control.faults()] == [1]
    assert len(network.control.ledger(OUTSIDE.phone)) == 1


async def test_one_whose_details_do_not_open_keeps_no_other_question_back(
    records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    first = await asked_about(records)
    await asked_about(records, name="Otto", opened=ENDS + timedelta(minutes=5))
    cell = f"treating_therapist = 'x' WHERE reference = '{first}'"
    await spoil(records, f"UPDATE patient_details SET {cell}")  # noqa: S608
    assert await asking(records, provider, a_clinic(), timedelta(hours=1)).ask() == 1
    (text,) = network.control.ledger(OUTSIDE.phone)
    assert first not in text.body
