"""The codec endpoint as an application of its own: its port is passed on by no public proxy."""

import ipaddress
from collections.abc import Sequence

from fastapi import FastAPI

from config.clinic import Clinic
from config.settings import Settings, SettingsError
from console.codec import Codec
from console.codec_book import Book
from console.codec_readers import OnThisMachine, Reader, ReaderRole, Readers
from console.codec_tokens import Issued, SignedIn
from records.database import Records
from workers.connection import connection_of


def codec_of(
    settings: Settings, clinic: Clinic, records: Records, hosts: Sequence[str]
) -> Codec | None:
    """The endpoint; None where nobody may read, and then its port stays closed.

    Args:
        settings: who may, and from where.
        clinic: whether it is real.
        records: where each decode is noted.
        hosts: what the console listens on.

    Raises:
        SettingsError: when it would open for whom it must not, or no origin is named.
    """
    readers = _readers(settings, clinic, hosts)
    if readers is None:
        return None
    if settings.ui_origin is None:
        raise SettingsError(
            "WAYMARK_UI_ORIGIN is not set: the codec endpoint opens payloads for pages of the "
            "Temporal UI alone. Set it to where the UI is opened, as in "
            "https://temporal.clinic.example."
        )
    namespace = connection_of(settings)["namespace"]
    return Codec(
        origins=frozenset(settings.ui_origin.lower().split(",")),
        namespace=namespace,
        readers=readers,
        ring=records.ring,
        records=records,
        book=Book(records, namespace),
    )


def create_codec_app(codec: Codec) -> FastAPI:
    """The application: decoding, its health, and nothing else."""
    app = FastAPI(
        title="Waymark codec",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )

    async def health() -> dict[str, str]:
        return {"status": "ok"}

    app.add_api_route("/healthz", health)
    codec.add_to(app)
    return app


def _readers(settings: Settings, clinic: Clinic, hosts: Sequence[str]) -> Readers | None:
    issued = _issued(settings)
    if settings.codec_without_sign_in is None:
        return SignedIn(issued) if issued else None
    _require_demonstration(clinic, hosts)
    if issued:
        raise SettingsError(
            "WAYMARK_CODEC_WITHOUT_SIGN_IN is set beside WAYMARK_CODEC_JWKS_URL: take it out, so "
            "that whoever reads payloads has signed in."
        )
    role, _, who = settings.codec_without_sign_in.partition(":")
    return OnThisMachine(Reader(who=who, role=ReaderRole(role)))


def _issued(settings: Settings) -> Issued | None:
    url, issuer = settings.codec_jwks_url, settings.codec_issuer
    if url is None or issuer is None or settings.codec_audience is None:
        return None
    return Issued(url, issuer, settings.codec_audience, settings.codec_role_claim)


def _require_demonstration(clinic: Clinic, hosts: Sequence[str]) -> None:
    if not clinic.demo:
        raise SettingsError(
            "WAYMARK_CODEC_WITHOUT_SIGN_IN is set, and this is a real clinic: payloads hold what "
            "patients said, and are opened for whoever has signed in. Take it out, and set "
            "WAYMARK_CODEC_JWKS_URL, WAYMARK_CODEC_ISSUER and WAYMARK_CODEC_AUDIENCE."
        )
    if not all(map(_is_loopback, hosts)):
        raise SettingsError(
            "WAYMARK_CODEC_WITHOUT_SIGN_IN is set, and the console listens beyond this machine: "
            "anybody on the network could read payloads. Take it out, or listen on 127.0.0.1."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
