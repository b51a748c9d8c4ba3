"""Who has signed in: only a token of this issuer, for this audience, by a key that it publishes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from codec_stand import WORDS, Browser, a_codec, sealed
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from console.codec_tokens import Issued, SignedIn
from local.ports import free_port
from records import decodes
from records.database import Records

ISSUER = "https://sign-in.clinic.example/"
AUDIENCE = "waymark-codec"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()


@dataclass
class Provider:
    """Publishes its keys on a loopback port, as an OIDC provider does."""

    port: int = 0
    keys: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    away: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/keys"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = json.dumps({"keys": list(self.keys.values())}).encode()
        status = b"503 Away" if self.away else b"200 OK"
        head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        writer.write(head % (status, len(body)) + body)
        await writer.drain()
        writer.close()


def _published(kid: str, key: Any) -> dict[str, Any]:
    kind: dict[type, tuple[Any, str]] = {
        rsa.RSAPrivateKey: (RSAAlgorithm, "RS256"),
        ec.EllipticCurvePrivateKey: (ECAlgorithm, "ES256"),
        ed25519.Ed25519PrivateKey: (OKPAlgorithm, "EdDSA"),
    }
    algorithm, name = next(value for cls, value in kind.items() if isinstance(key, cls))
    public: dict[str, Any] = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", "alg": name}


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider(keys={"now": _published("now", RSA)})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider.port = listening.getsockname()[1]
        server = await asyncio.start_server(provider.answer, sock=listening)
        yield provider
        server.close()


@asynccontextmanager
async def signed_in_at(
    records: Records, provider: Provider, again: float = 0.0
) -> AsyncIterator[Browser]:
    issued = Issued(provider.url, ISSUER, AUDIENCE, "roles")
    async with a_codec(records, SignedIn(issued, ask_again_seconds=again)) as page:
        yield page


@pytest.fixture
async def page(records: Records, provider: Provider) -> AsyncIterator[Browser]:
    async with signed_in_at(records, provider) as page:
        yield page


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    said = {
        "iss": ISSUER,
        "aud": [AUDIENCE, "another"],
        "sub": "auth0|5f7c",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "roles": ["ops", "reader"],
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def token(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "now", **changed: Any) -> str:
    headers = {"kid": kid} if kid else None
    return jwt.encode(claims(**changed), key, algorithm, headers)


def _without(name: str) -> str:
    changed: dict[str, Any] = {name: None}
    return token(**changed)


def bearer(written: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {written}"}


async def who(records: Records) -> list[tuple[str, str, str]]:
    span = (datetime.now(UTC) - timedelta(minutes=1), datetime.now(UTC))
    return [(n.who, n.role, n.outcome.value) for n in await decodes.between(records, *span)]


async def test_whoever_is_signed_in_as_ops_reads_in_her_own_name(
    page: Browser, records: Records, provider: Provider
) -> None:
    for _ in range(3):
        assert (await page.decode([await sealed()], **bearer(token()))).said == [WORDS]
    assert await who(records) == [("auth0|5f7c", "ops", "opened")] * 3
    assert provider.asked == 1, "the keys are fetched once"


@pytest.mark.parametrize(
    ("claimed", "role"),
    [("auditor", "auditor"), (["ops", "auditor"], "auditor"), ("ops", "ops")],
)
async def test_the_role_is_what_the_token_says(
    page: Browser, records: Records, claimed: object, role: str
) -> None:
    assert (await page.decode([await sealed()], **bearer(token(roles=claimed)))).status == 200
    assert await who(records) == [("auth0|5f7c", role, "opened")]


@pytest.mark.parametrize(
    "claimed", [None, [], "nurse", "opsy", ["privacy_officer"], {"ops": True}, 7, [["ops"]]]
)
async def test_another_role_is_refused(page: Browser, records: Records, claimed: object) -> None:
    answer = await page.decode([await sealed()], **bearer(token(roles=claimed)))
    assert (answer.status, "not as ops or auditor" in answer.body) == (403, True)
    assert await who(records) == [("auth0|5f7c", "", "not_in_this_role")]


PUBLIC = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
AGO = datetime.now(UTC) - timedelta(hours=1)


def _hs256_with_the_public_key() -> str:
    """By hand: the library would not sign so."""
    import base64
    import hmac

    def part(content: bytes) -> bytes:
        return base64.urlsafe_b64encode(content).rstrip(b"=")

    said = {k: v.timestamp() if isinstance(v, datetime) else v for k, v in claims().items()}
    head = json.dumps({"alg": "HS256", "typ": "JWT", "kid": "now"}).encode()
    signed = part(head) + b"." + part(json.dumps(said).encode())
    signature = hmac.new(PUBLIC, signed, "sha256").digest()
    return (signed + b"." + part(signature)).decode()


@pytest.mark.parametrize(
    "written",
    [
        token(None, "none"),
        _hs256_with_the_public_key(),
        token(ANOTHER),
        token(kid=None),
        token(kid="unknown"),
        token(CURVE, "ES256"),
        token(exp=AGO),
        token(nbf=datetime.now(UTC) + timedelta(hours=1)),
        token(iat=datetime.now(UTC) + timedelta(hours=1)),
        token(aud="another"),
        token(aud=[]),
        token(iss="https://sign-in.clinic.example.evil.example/"),
        *(_without(name) for name in ("exp", "iat", "aud", "iss", "sub")),
        token(sub=""),
        token(sub="x" * 200),
        token()[:-4],
        token().replace(".", ".e30", 1),
        "not.a.token",
        "x",
        "",
    ],
)
async def test_a_token_that_is_not_believed_opens_nothing(
    page: Browser, records: Records, written: str
) -> None:
    answer = await page.decode([await sealed()], **bearer(written))
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Sign in to the Temporal UI again." in answer.body
    assert WORDS not in answer.body
    assert len(written) < 5 or written not in answer.body
    assert await who(records) == [("", "", "not_signed_in")]


async def test_a_request_without_a_token_is_refused(page: Browser) -> None:
    for given in ({}, {"Authorization": "Basic b3BzOm9wcw=="}, {"Authorization": token()}):
        assert (await page.decode([await sealed()], **given)).status == 401


@pytest.mark.parametrize(("key", "algorithm"), [(CURVE, "ES256"), (EDWARDS, "EdDSA")])
async def test_other_keys_than_rsa_are_believed_too(
    page: Browser, provider: Provider, key: Any, algorithm: str
) -> None:
    provider.keys["other"] = _published("other", key)
    written = token(key, algorithm, "other")
    assert (await page.decode([await sealed()], **bearer(written))).said == [WORDS]


async def test_a_symmetric_key_that_is_published_by_mistake_is_not_believed(
    page: Browser, provider: Provider
) -> None:
    secret = b"published" * 8
    shared = jwt.utils.base64url_encode(secret).decode()
    provider.keys["shared"] = {"kty": "oct", "k": shared, "kid": "shared", "alg": "HS256"}
    written = token(secret, "HS256", "shared")
    assert (await page.decode([await sealed()], **bearer(written))).status == 401


async def test_keys_that_were_rotated_are_fetched_anew(page: Browser, provider: Provider) -> None:
    assert (await page.decode([await sealed()], **bearer(token()))).status == 200
    provider.keys = {"next": _published("next", ANOTHER)}
    written = token(ANOTHER, kid="next")
    assert (await page.decode([await sealed()], **bearer(written))).said == [WORDS]
    assert (await page.decode([await sealed()], **bearer(token()))).status == 401, "it is gone"


async def test_forged_ids_of_keys_do_not_keep_the_provider_busy(
    records: Records, provider: Provider
) -> None:
    async with signed_in_at(records, provider, again=60.0) as page:
        for n in range(5):
            answer = await page.decode([await sealed()], **bearer(token(kid=f"forged-{n}")))
            assert answer.status == 401
    assert provider.asked == 1


async def test_while_the_provider_is_away_nobody_is_believed(
    records: Records, provider: Provider
) -> None:
    provider.away = True
    async with signed_in_at(records, provider, again=60.0) as page:
        for _ in range(3):
            answer = await page.decode([await sealed()], **bearer(token()))
            assert (answer.status, "cannot be fetched" in answer.body) == (503, True)
    assert provider.asked == 1
    assert await who(records) == [("", "", "no_sign_in")] * 3


async def test_a_provider_that_nobody_answers_for_is_away(records: Records) -> None:
    async with signed_in_at(records, Provider(free_port())) as page:
        assert (await page.decode([await sealed()], **bearer(token()))).status == 503


async def test_no_token_is_logged(page: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    written = [token(), token(exp=AGO), token(roles="nurse"), token(kid="forged-kid")]
    for each in written:
        await page.decode([await sealed()], **bearer(each), Authorization_Extras=each)
    said = capsys.readouterr()
    for each in written:
        for part in each.split("."):
            assert part not in said.out + said.err
    assert "forged-kid" not in said.out + said.err
