"""What a process is told from outside: environment variables, checked once at its start."""

from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

_PREFIX = "WAYMARK_"

Port = Annotated[int, Field(ge=1, le=65535)]


LinkKey = Annotated[SecretStr, Field(min_length=32)]


class SettingsError(Exception):
    """The settings cannot be used. The text names each variable and what is wrong with it."""


class Texting(StrEnum):
    """Where texts go."""

    NOWHERE = "nowhere"
    SIMULATED = "simulated"
    TWILIO = "twilio"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


AbsolutePath = Annotated[Path, AfterValidator(_absolute)]


def _public(url: str | None) -> str | None:
    """A public URL without the slash at its end."""
    if url is None:
        return None
    if urlsplit(url).port == 0:  # raises ValueError itself beyond 65535
        raise ValueError("port 0 cannot be reached")
    return url.rstrip("/")


_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
# No sign-in before the host and no address in brackets: Twilio's validator cuts both to pieces.
# No underscore in the host: Twilio refuses to call one.
_PUBLIC_URL = rf"^https?://{_HOST}(:\d{{1,5}})?(/[A-Za-z0-9._~-]+)*/?$"


_ORIGIN = rf"https?://{_HOST}(:\d{{1,5}})?"
_LOOPBACK = ("127.0.0.1", "localhost")


def _private_url(url: str | None) -> str | None:
    """A URL that nobody on the way can read or change."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
        raise ValueError("it must begin with https://, unless it is on this machine")
    return url


def _private_origins(origins: str | None) -> str | None:
    for origin in origins.split(",") if origins else ():
        _private_url(origin)
    return origins


def _packaged(*parts: str) -> Path:
    return Path(str(files("config").joinpath(*parts)))


def _sqlite_in_state_dir(validated: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{validated['state_dir'] / 'waymark.db'}"


class Settings(BaseSettings):
    """Settings of one process. Each field is WAYMARK_<FIELD> unless it says otherwise.

    TEMPORAL_* variables are read by Temporal's own loader where a connection is made.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        validate_default=True,
    )

    state_dir: AbsolutePath = Path(".waymark")
    """Everything the local stand keeps: databases, logs, the phones' messages."""
    database_url: str = Field(default_factory=_sqlite_in_state_dir, repr=False)
    """The records; by default a SQLite file in the state folder."""

    port_temporal: Port = 7233
    port_ui: Port = 8233
    port_simulator: Port = 9010
    port_console: Port = 8000
    port_codec: Port = 8001

    port_metrics: Port | None = None
    """Where a worker says how it is and what it counts; None: nowhere."""
    port_metrics_console: Port | None = None
    """The same of the console, beside the port that a proxy leads to."""
    port_metrics_sdk: Port | None = None
    """Where the SDK of a worker serves its own figures, and those that journeys measure."""
    metrics_host: str = "127.0.0.1"
    """The interface of these three; another than loopback only in a network of one's own."""

    clinic_file: AbsolutePath = _packaged("clinic.yaml")
    """Hours, rota and contacts of the clinic."""
    protocol_file: AbsolutePath = _packaged("protocols", "ketamine-iv.yaml")
    """The protocol that new journeys carry."""

    temporal_namespace: str = Field(
        default="waymark",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="letters, digits, dots and hyphens",
    )
    """TEMPORAL_NAMESPACE, where it is set, wins."""

    task_queue: str = "waymark"
    """Where journeys are worked on; texts have a queue of their own beside it."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = True

    journeys_in_memory: int = Field(default=1000, ge=1)
    """How many journeys a worker keeps; another one is replayed from its history when it wakes."""

    texts_per_second: float = Field(default=1.0, gt=0, le=100)
    """What the sending number may send; one a second is the rate of a long code."""

    pages_apart_seconds: float = Field(default=60, ge=0, le=300)
    """Pages to one person that are due within this after a text to her go together in one."""
    texts_a_day: int = Field(default=20, ge=1, le=1000)
    """The fuse: so many texts to one patient in a day at most, far above what protocols allow."""
    same_text_hours: float = Field(default=24, ge=0, le=168)
    """The fuse: the same words go to one patient once in this time; 0 lets them go again."""

    twilio_account_sid: str | None = Field(
        default=None,
        validation_alias="TWILIO_ACCOUNT_SID",
        pattern=r"^AC[0-9a-fA-F]{32}$",
        description="AC and 32 hexadecimal digits",
    )
    twilio_auth_token: SecretStr | None = Field(default=None, validation_alias="TWILIO_AUTH_TOKEN")
    twilio_auth_token_previous: SecretStr | None = Field(
        default=None, validation_alias="TWILIO_AUTH_TOKEN_PREVIOUS"
    )
    """Still believed on webhooks while the token is being changed; never sent with."""
    twilio_from: str | None = Field(
        default=None,
        validation_alias="TWILIO_FROM",
        pattern=r"^\+[1-9][0-9]{4,14}$",
        description="a number with its country code, like +15005550006",
    )
    twilio_messaging_service_sid: str | None = Field(
        default=None,
        validation_alias="TWILIO_MESSAGING_SERVICE_SID",
        pattern=r"^MG[0-9a-fA-F]{32}$",
        description="MG and 32 hexadecimal digits",
    )
    twilio_api_base: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+$",
        description="a scheme, a host and a port, like http://127.0.0.1:9010",
    )
    """Scheme, host and port of a stand-in for Twilio's API; None is Twilio itself."""

    watch_minutes: int = Field(default=5, ge=1, le=60)
    """How often the watch looks at every open journey."""
    deadman_url: SecretStr | None = None
    """Gets a request after each round of the watch, and wakes somebody when none comes."""

    public_url: Annotated[str | None, AfterValidator(_public)] = Field(
        default=None,
        pattern=_PUBLIC_URL,
        description="a scheme, a host and perhaps a port and a path, like https://texts.clinic.example",
    )
    """Where Twilio reaches the console, and what it signs; None: it is told of no webhook."""

    link_key: LinkKey | None = None
    """Signs the links in texts to staff; the same for every worker and console."""
    link_key_previous: LinkKey | None = None
    """Links signed with it are still believed while the key is being changed."""
    link_key_file: AbsolutePath | None = None
    """Holds the key, on a second line the one before; counts where `link_key` is not set."""

    keys: SecretStr | None = None
    """What seals Temporal's payloads and the records: `ID BASE64`, with commas between several.
    The first one seals, all of them open."""
    keys_file: AbsolutePath | None = None
    """Holds a key in each line; counts where `keys` is not set."""
    keys_command: str | None = None
    """Prints the same lines, as a key manager's client does; counts where neither is set."""

    anchor_file: AbsolutePath | None = None
    """Where a worker writes down what it has sealed, on a disk that the database's keepers cannot
    change; None: nowhere but in the records."""
    ui_origin: Annotated[str | None, AfterValidator(_private_origins)] = Field(
        default=None,
        pattern=rf"^{_ORIGIN}(,{_ORIGIN})*$",
        description="origins with commas between them, like https://temporal.clinic.example",
    )
    """Where the Temporal UI is opened: payloads are opened for pages of these origins alone."""
    codec_jwks_url: Annotated[str | None, AfterValidator(_private_url)] = None
    """Where the sign-in of the Temporal UI publishes its keys."""
    codec_issuer: str | None = None
    codec_audience: str | None = None
    codec_role_claim: str = Field(default="roles", min_length=1)
    """The claim of a token that says ops or auditor."""
    codec_without_sign_in: str | None = Field(
        default=None,
        pattern=r"^(ops|auditor):[a-z0-9][a-z0-9._-]{0,39}$",
        description="ops or auditor and a staff id, like ops:pat.ops",
    )
    """For the demonstration: whoever asks on this machine is taken for this person."""

    @property
    def temporal_address(self) -> str:
        """The local stand's own server, for processes that no TEMPORAL_* variable directs."""
        return f"127.0.0.1:{self.port_temporal}"

    @property
    def texting(self) -> Texting:
        """Where texts go with these settings."""
        if self.twilio_account_sid is None:
            return Texting.NOWHERE
        return Texting.TWILIO if self.twilio_api_base is None else Texting.SIMULATED

    @property
    def status_callback(self) -> str | None:
        """Where Twilio tells of a text's delivery.

        The fragment asks it to try up to five times again, after whatever failure: by itself
        it tries once, and only when it could not connect.
        """
        return f"{self.public_url}/twilio/status#rc=5&rp=all" if self.public_url else None

    @model_validator(mode="after")
    def _real_texts_are_private(self) -> "Settings":
        if self.texting is Texting.TWILIO and (self.public_url or "").startswith("http://"):
            raise ValueError(
                "WAYMARK_PUBLIC_URL begins with http:// while texts are real; what patients "
                "write must travel over https://"
            )
        return self

    @model_validator(mode="after")
    def _twilio_is_whole(self) -> "Settings":
        """Half a set of credentials would only be noticed when the first text fails."""
        parts: Mapping[str, object] = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID": self.twilio_from
            or self.twilio_messaging_service_sid,
        }
        _require_whole(parts)
        return self

    @model_validator(mode="after")
    def _codec_sign_in_is_whole(self) -> "Settings":
        """Half of it would let in whoever holds a token of another service."""
        parts: Mapping[str, object] = {
            "WAYMARK_CODEC_JWKS_URL": self.codec_jwks_url,
            "WAYMARK_CODEC_ISSUER": self.codec_issuer,
            "WAYMARK_CODEC_AUDIENCE": self.codec_audience,
        }
        _require_whole(parts)
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> "Settings":
        ports = {name: value for name, value in self if name.startswith("port_") and value}
        for name, value in ports.items():
            twins = [other for other in ports if ports[other] == value and other != name]
            if twins:
                raise ValueError(
                    f"{_variable(name)} and {_variable(twins[0])} are both {value}; "
                    "give each its own port"
                )
        return self


def _require_whole(parts: Mapping[str, object]) -> None:
    """Raises ValueError when some of these variables are set and others are not."""
    missing = [name for name, value in parts.items() if value is None]
    if 0 < len(missing) < len(parts):
        given = next(name for name, value in parts.items() if value is not None)
        raise ValueError(f"{given} is set without {' and '.join(missing)}; set all or none")


def load_settings() -> Settings:
    """Read the environment.

    Raises SettingsError with one sentence for each variable that cannot be used; the values
    themselves are left out, since one of them may be a secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        sentences = " ".join(_sentence(detail) for detail in details)
        raise SettingsError(sentences) from None


def _sentence(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    if not detail["loc"]:
        return f"{message}."
    name = str(detail["loc"][0])
    if detail["type"] == "string_pattern_mismatch":
        message = f"expected {_shape(name)}"
    return f"{_variable(name)} cannot be used: {message}."


def _shape(name: str) -> str | None:
    fields = Settings.model_fields.items()
    return next(field.description for key, field in fields if name in (key, field.validation_alias))


def _variable(field: str) -> str:
    return field if field.isupper() else f"{_PREFIX}{field.upper()}"
