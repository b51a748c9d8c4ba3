"""How a patient may be reached, as far as the rules need it."""

from pathway.model import Model


class Contact(Model):
    """The journey's copy of what the contact rules need; the records own the rest."""

    zone: str | None = None
    """IANA name; None holds texts to hours that are decent in every zone of the country."""
    language: str = "en"
    mobile: bool = True
    """False for a landline or no number: every text becomes a call."""
    phone_changes: int = 0
    """How often her number has become another: another is a phone of its own."""
    phone_shared: bool = False
    text_consent: bool = True
    opted_out: bool = False
