"""The REST side, and what our client sends, against Twilio's published OpenAPI description.

The description is Twilio's own file of the Messages API, in its repository of OpenAPI
descriptions; WAYMARK_TWILIO_OPENAPI names it. It requires no field and describes neither errors
nor webhooks, so what goes beyond it stands in the other tests, each with its source.
"""

import json
import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from pydantic import SecretStr
from twilio.rest import Client

from activities.provider import Provider
from activities.provider_answers import Posted, Refused
from simulator.background import BackgroundNetwork
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN

VARIABLE = "WAYMARK_TWILIO_OPENAPI"
SENDER = "+15005550006"
SERVICE = "MG" + "a" * 32
PHONE = "+12025550123"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
RESOURCE = "api.v2010.account.message"

formats = deepcopy(oas30_format_checker)
formats.checks("date-time-rfc-2822", ValueError)(lambda given: parsedate_to_datetime(given) and 1)


@dataclass(frozen=True)
class Description:
    """Twilio's file."""

    content: Mapping[str, Any]

    def wrong(self, value: object, schema: Mapping[str, Any]) -> list[str]:
        """What does not fit the schema, a sentence each."""
        whole = {"allOf": [schema], "components": self.content["components"]}
        errors = OAS30Validator(whole, format_checker=formats).iter_errors(value)
        return [error.message for error in errors]

    def validate(self, value: object, schema: Mapping[str, Any]) -> None:
        assert self.wrong(value, schema) == []

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content["paths"][path][method.lower()]
        return found

    def resource(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content["components"]["schemas"][RESOURCE]
        return found

    def check_response(self, response: requests.Response, method: str, path: str) -> None:
        documented = self.operation(method, path)["responses"][str(response.status_code)]
        self.validate(response.json(), documented["content"]["application/json"]["schema"])

    def check_form(self, form: Mapping[str, str], method: str, path: str) -> None:
        body = self.operation(method, path)["requestBody"]["content"]
        schema = body["application/x-www-form-urlencoded"]["schema"]
        assert set(form) <= set(schema["properties"]), "a field that Twilio does not know"
        self.validate(dict(form), schema)

    def check_query(self, query: Mapping[str, str], method: str, path: str) -> None:
        known = {
            parameter["name"]: parameter["schema"]
            for parameter in self.operation(method, path)["parameters"]
            if parameter["in"] == "query"
        }
        assert set(query) <= set(known), "a parameter that Twilio does not know"
        for name, given in query.items():
            whole = known[name].get("type") == "integer"
            self.validate(int(given) if whole else given, known[name])


@pytest.fixture(scope="module")
def twilio() -> Description:
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"{VARIABLE} names no file, so nothing is checked against Twilio's description")
    return Description(json.loads(Path(named).read_text(encoding="utf-8")))


@pytest.fixture
def wire(
    monkeypatch: pytest.MonkeyPatch,
) -> list[tuple[requests.PreparedRequest, requests.Response]]:
    """Every request that leaves, with its answer."""
    seen: list[tuple[requests.PreparedRequest, requests.Response]] = []
    send = requests.Session.send

    def recorded(
        session: requests.Session, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        response = send(session, request, **options)
        seen.append((request, response))
        return response

    monkeypatch.setattr(requests.Session, "send", recorded)
    return seen


def provider(network: BackgroundNetwork, sender: str) -> Provider:
    return Provider(
        DEMONSTRATION_ACCOUNT,
        SecretStr(DEMONSTRATION_TOKEN),
        sender,
        network.url,
        "http://127.0.0.1:9/webhooks/status?v=1#rc=0",
        5,
    )


@pytest.fixture(params=[SENDER, SERVICE], ids=["number", "service"])
def our_client(network: BackgroundNetwork, request: pytest.FixtureRequest) -> Iterator[Provider]:
    ours = provider(network, request.param)
    yield ours
    ours.close()


def form_of(request: requests.PreparedRequest) -> dict[str, str]:
    body = request.body
    assert isinstance(body, str)
    return dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))


@pytest.mark.parametrize(
    "wrong",
    [{"status": "deliverd"}, {"sid": "SM1"}, {"num_segments": 1}, {"date_created": "2026-03-02"}],
)
def test_the_validator_refuses_what_is_wrong(
    twilio: Description, client: Client, wire: list[Any], wrong: dict[str, object]
) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="hello")
    right = wire[0][1].json()
    assert twilio.wrong(right, twilio.resource()) == []

    assert len(twilio.wrong({**right, **wrong}, twilio.resource())) > 0


def test_twilios_own_examples_pass(twilio: Description) -> None:
    documented = twilio.operation("post", MESSAGES)["responses"]["201"]["content"]
    examples = documented["application/json"]["examples"]

    assert len(examples) > 3
    for example in examples.values():
        twilio.validate(example["value"], twilio.resource())


@pytest.mark.parametrize("number", [PHONE, "+12025550190", "+12025550196"])
def test_resources_are_as_described(
    twilio: Description, client: Client, wire: list[Any], number: str
) -> None:
    sid = client.messages.create(to=number, messaging_service_sid=SERVICE, body="Sí, ✓").sid
    client.messages(sid or "").fetch()

    twilio.check_response(wire[0][1], "post", MESSAGES)
    twilio.check_response(wire[1][1], "get", MESSAGE)
    for _, response in wire:
        assert set(response.json()) == set(twilio.resource()["properties"])


def test_waiting_resources_are_as_described(
    twilio: Description, slow_client: Client, wire: list[Any]
) -> None:
    slow_client.messages.create(to=PHONE, messaging_service_sid=SERVICE, body="hello")
    slow_client.messages.create(to=PHONE, from_=SENDER, body="hello")

    assert [response.json()["status"] for _, response in wire] == ["accepted", "queued"]
    for _, response in wire:
        twilio.check_response(response, "post", MESSAGES)


def test_pages_of_lists_are_as_described(
    twilio: Description, client: Client, network: BackgroundNetwork, wire: list[Any]
) -> None:
    for _ in range(3):
        client.messages.create(to=PHONE, from_=SENDER, body="hello")
    network.control.write(PHONE, "thank you")
    wire.clear()

    assert len(client.messages.list(page_size=2)) == 4

    described = twilio.operation("get", MESSAGES)["responses"]["200"]["content"]
    properties = described["application/json"]["schema"]["properties"]
    assert len(wire) == 2
    for _, response in wire:
        twilio.check_response(response, "get", MESSAGES)
        assert set(response.json()) == set(properties)


def test_what_our_client_sends_is_as_described(
    twilio: Description, our_client: Provider, wire: list[Any]
) -> None:
    assert isinstance(our_client.create(PHONE, "Hello, it's ✓", "J-1/visit:2"), Posted)
    request, response = wire[0]

    assert urlsplit(request.url).query == ""
    twilio.check_form(form_of(request), request.method, MESSAGES)
    twilio.check_response(response, "post", MESSAGES)
    assert form_of(request)["Body"] == "Hello, it's ✓"


def test_what_our_client_asks_is_as_described(
    twilio: Description, our_client: Provider, wire: list[Any]
) -> None:
    our_client.find(PHONE, "hello", datetime.now(UTC))
    request, response = wire[0]

    query = dict(parse_qsl(urlsplit(request.url).query, strict_parsing=True))
    assert query["To"] == PHONE
    twilio.check_query(query, request.method, MESSAGES)
    twilio.check_response(response, "get", MESSAGES)


def test_an_unknown_field_or_parameter_would_be_noticed(twilio: Description) -> None:
    with pytest.raises(AssertionError, match="does not know"):
        twilio.check_form({"To": PHONE, "IdempotencyKey": "1"}, "post", MESSAGES)
    with pytest.raises(AssertionError, match="does not know"):
        twilio.check_query({"Status": "sent"}, "get", MESSAGES)


def test_errors_have_the_four_fields_of_every_error_of_twilios(
    network: BackgroundNetwork, wire: list[Any]
) -> None:
    """code, message, more_info, status: Twilio, "REST API: error responses"; in no OpenAPI file."""
    ours = provider(network, SENDER)
    assert isinstance(ours.create("+12025550197", "hello", "J-1/visit"), Refused)
    ours.close()
    (_, response) = wire[0]

    assert response.json() == {
        "code": 21610,
        "message": response.json()["message"],
        "more_info": "https://www.twilio.com/docs/errors/21610",
        "status": 400,
    }
    assert response.status_code == 400
