"""What was still to be posted is posted after a restart, and opt-outs and settings stay."""

from pathlib import Path

from simulated_client import closing, twilio_client
from webhook_receiver import Receiver

from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import Inbound, Pace
from simulator.network import NetworkSettings

SENDER = "+15005550006"
PHONE = "+12025550123"
LATER = Pace(accepted=0, sending=0, sent=0, done=3600)


def test_waiting_webhooks_and_opt_outs_outlive_a_restart(
    tmp_path: Path, receiver: Receiver
) -> None:
    settings = NetworkSettings(state_dir=tmp_path, pace=LATER)
    with BackgroundNetwork(settings) as network:
        network.control.direct_inbound(receiver.hook, advanced_opt_out=True)
        for client in closing(twilio_client(network.url)):
            client.messages.create(
                to=PHONE, from_=SENDER, body="hello", status_callback=receiver.hook
            )
        network.control.fault(FaultKind.INBOUND_DELAYED, seconds=3600)
        network.control.write(PHONE, "STOP")

    with BackgroundNetwork(settings) as network:
        assert [w.settled for w in network.control.webhooks()].count(False) == 2
        network.control.hurry()
        network.control.settled(4)
        phone = network.control.phone(PHONE)

    assert receiver.statuses[:2] == ["sending", "sent"]
    assert sorted(receiver.statuses[2:]) == ["", "delivered"]
    assert [p.fields["OptOutType"] for p in receiver.posts if not p.status] == ["STOP"]
    assert phone.opted_out


def test_what_the_start_says_wins_over_what_was_kept(tmp_path: Path, receiver: Receiver) -> None:
    with BackgroundNetwork(NetworkSettings(state_dir=tmp_path)) as network:
        network.control.direct_inbound("http://127.0.0.1:9/old")

    inbound = Inbound(url=receiver.hook)
    with BackgroundNetwork(NetworkSettings(state_dir=tmp_path, inbound=inbound)) as network:
        network.control.reset()
        network.control.write(PHONE, "hello")
        network.control.settled(1)

    assert len(receiver.posts) == 1


def test_a_reset_forgets_what_waits(network: BackgroundNetwork, receiver: Receiver) -> None:
    network.control.direct_inbound(receiver.hook)
    network.control.fault(FaultKind.INBOUND_DELAYED, seconds=0.3)
    network.control.write(PHONE, "hello")

    network.control.reset()

    assert network.control.webhooks() == ()
    assert network.control.hurry() == 0
    network.control.write(PHONE, "to nobody")
    assert network.control.webhooks() == ()
    assert receiver.posts == []
