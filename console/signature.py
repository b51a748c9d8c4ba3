"""Whether Twilio sent a request: its signature over the public URL and the form."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pydantic import SecretStr
from twilio.request_validator import RequestValidator

Fields = tuple[tuple[str, str], ...]
"""A form's fields as they came, in order, blank ones too."""


class _Form:
    """A form as Twilio's validator asks for it; it would keep one of two values otherwise."""

    def __init__(self, fields: Fields) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        return self._values[name]


class Signatures:
    """Believes requests that one of the tokens has signed.

    The URL is put together from the public one and from the bytes of the request's path and
    query. What a proxy made of scheme, host and port on the way is of no interest, nor is what
    the request says about its algorithm.
    """

    def __init__(self, public_url: str, tokens: Sequence[SecretStr]) -> None:
        self._public_url = public_url
        self._prefix = urlsplit(public_url).path.encode()
        self._validators = [
            RequestValidator(token.get_secret_value())  # type: ignore[no-untyped-call]
            for token in tokens
        ]

    def hold(self, raw_path: bytes, raw_query: bytes, fields: Fields, signature: str) -> bool:
        """Whether this signature fits. An empty one fits nothing."""
        if not signature:
            return False
        url = self._signed_url(raw_path, raw_query)
        form = _Form(fields)
        return any(
            validator.validate(url, form, signature)  # type: ignore[no-untyped-call]
            for validator in self._validators
        )

    def _signed_url(self, raw_path: bytes, raw_query: bytes) -> str:
        # A proxy may take the public prefix off the path, or leave it on.
        path = raw_path
        if self._prefix and raw_path.startswith(self._prefix + b"/"):
            path = raw_path.removeprefix(self._prefix)
        query = b"?" + raw_query if raw_query else b""
        return self._public_url + (path + query).decode("latin-1")
