"""The codec endpoint as it is really served, and a browser's requests to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from google.protobuf import json_format
from sealed import RING
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import WorkflowSerializationContext

from config.key_ring import KeyRing
from config.settings import Settings
from console.codec import Codec
from console.codec_book import Book
from console.codec_readers import OnThisMachine, Reader, ReaderRole, Readers
from console.service import codec_server_of
from records.database import Records
from workers.payload_codec import ENCODING, SealedPayloads

ORIGIN = "https://temporal.clinic.example"
NAMESPACE = "waymark"
REFERENCE = "J-0123456789"
OPS = Reader(who="pat.ops", role=ReaderRole.OPS)
AUDITOR = Reader(who="lena.roth", role=ReaderRole.AUDITOR)
WORDS = "she heard her late brother speak"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def payloads(self) -> list[Payload]:
        assert self.status == 200, self.body
        return list(json_format.Parse(self.body, Payloads()).payloads)

    @property
    def said(self) -> list[Any]:
        return [json.loads(payload.data) for payload in self.payloads]


@dataclass(frozen=True)
class Browser:
    """A page of the UI; headers that are None are left out."""

    port: int
    headers: Mapping[str, str | None] = field(default_factory=dict)

    async def decode(self, payloads: Sequence[Payload], **headers: str | None) -> Answer:
        body = json_format.MessageToJson(Payloads(payloads=payloads))
        return await self.ask("POST", "/codec/decode?preserveStorageRefs=true", body, **headers)

    async def ask(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str | None
    ) -> Answer:
        given = {
            "Origin": ORIGIN,
            "Content-Type": "application/json",
            "X-Namespace": NAMESPACE,
            **self.headers,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = {name: value for name, value in given.items() if value is not None}
        return await asyncio.to_thread(self._ask, method, path, body, sent)

    def _ask(
        self, method: str, path: str, body: str | bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            said = answer.read().decode()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, said)
        finally:
            connection.close()


@asynccontextmanager
async def a_codec(
    records: Records,
    readers: Readers | None = None,
    *,
    ring: KeyRing = RING,
    origins: Sequence[str] = (ORIGIN,),
    namespace: str = NAMESPACE,
) -> AsyncIterator[Browser]:
    book = Book(records, namespace)
    codec = Codec(
        origins=frozenset(origins),
        namespace=namespace,
        readers=readers or OnThisMachine(OPS),
        ring=ring,
        records=records,
        book=book,
    )
    server = codec_server_of(Settings(), codec, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield Browser(listening.getsockname()[1])
        server.should_exit = True
        await serving
    await book.close()


async def sealed(words: str = WORDS, reference: str = REFERENCE, ring: KeyRing = RING) -> Payload:
    codec = SealedPayloads(ring, plain_allowed=False)
    bound = codec.with_context(WorkflowSerializationContext(NAMESPACE, reference))
    (payload,) = await bound.encode([in_clear(words)])
    return payload


def in_clear(words: str = WORDS) -> Payload:
    return Payload(metadata={ENCODING: b"json/plain"}, data=json.dumps(words).encode())
