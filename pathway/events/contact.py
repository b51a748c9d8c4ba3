"""How the patient may be reached has changed."""

from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts import Signature
from pathway.journey import Contact


class ContactChanged(BaseEvent):
    kind: Literal["contact_changed"] = "contact_changed"
    contact: Contact
    signed: Signature
