"""Lists: filters, pages, and what they do not show."""

from datetime import UTC, datetime, timedelta

from twilio.rest import Client

from simulator.background import BackgroundNetwork

SENDER = "+15005550006"
PHONE = "+12025550123"
OTHER = "+12025550124"


def test_lists_show_newest_first_over_all_pages(client: Client) -> None:
    for number in range(7):
        client.messages.create(to=PHONE, from_=SENDER, body=f"text {number}")

    listed = client.messages.list(page_size=3)

    assert [message.body for message in listed] == [f"text {n}" for n in range(6, -1, -1)]


def test_a_new_text_does_not_shift_the_next_page(client: Client) -> None:
    for number in range(4):
        client.messages.create(to=PHONE, from_=SENDER, body=f"text {number}")
    page = client.messages.page(to=PHONE, page_size=2)
    client.messages.create(to=PHONE, from_=SENDER, body="late")

    following = page.next_page()

    assert following is not None
    assert [message.body for message in following] == ["text 1", "text 0"]
    assert following.next_page_url is None


def test_filters_by_number(client: Client) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="one")
    client.messages.create(to=OTHER, from_="+15005550010", body="two")

    assert [m.body for m in client.messages.list(to=PHONE)] == ["one"]
    assert [m.body for m in client.messages.list(from_="+15005550010")] == ["two"]


def test_filters_by_date_of_sending(client: Client) -> None:
    sent = client.messages.create(to=PHONE, from_=SENDER, body="one").date_sent
    assert isinstance(sent, datetime)
    day = timedelta(days=1)

    assert len(client.messages.list(date_sent=sent)) == 1
    assert len(client.messages.list(date_sent_after=sent - day, date_sent_before=sent + day)) == 1
    assert client.messages.list(date_sent_after=sent + day) == []
    assert client.messages.list(date_sent_before=sent - day) == []


def test_a_date_names_its_whole_day(network: BackgroundNetwork, client: Client) -> None:
    sent = client.messages.create(to=PHONE, from_=SENDER, body="one").date_sent
    assert isinstance(sent, datetime)

    def listed(query: dict[str, object]) -> int:
        response = client.request(
            "GET", f"{network.url}/2010-04-01/Accounts/{client.username}/Messages.json", query
        )
        return response.text.count('"sid"')

    today = f"{sent.astimezone(UTC):%Y-%m-%d}"
    assert listed({"DateSent": today}) == 1
    assert listed({"DateSent<": today, "DateSent>": today}) == 1


def test_a_queued_text_has_no_date_to_filter_by(slow_client: Client) -> None:
    slow_client.messages.create(to=PHONE, from_=SENDER, body="one")

    assert len(slow_client.messages.list(to=PHONE)) == 1
    assert slow_client.messages.list(date_sent_after=datetime(2020, 1, 1, tzinfo=UTC)) == []
