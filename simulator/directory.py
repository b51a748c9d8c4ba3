"""Which phone stands behind a number, and whose texts it has opted out of."""

from simulator.model import Phone, PhoneDeclaration
from simulator.phones import undeclared
from simulator.store import Store


class Directory:
    """Phones as declared, else by the rules for reserved numbers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def phone(self, number: str) -> Phone:
        """How a number behaves; opted out if it is of any sender."""
        phone, written = self._declared(number), self._store.opt_outs(number)
        return phone.model_copy(update={"opted_out": any(written.values())}) if written else phone

    def phone_for(self, number: str, sender: str) -> Phone:
        """How a number behaves towards one sender: by its last word to him, if there is one."""
        phone = self._declared(number)
        out = self._store.opt_outs(number).get(sender, phone.opted_out)
        return phone.model_copy(update={"opted_out": out})

    def opted_out(self, number: str, sender: str) -> bool:
        return self.phone_for(number, sender).opted_out

    def opted_out_of(self, number: str) -> tuple[str, ...]:
        """The senders to whom the phone wrote STOP, and not START since."""
        return tuple(sender for sender, out in self._store.opt_outs(number).items() if out)

    def declare(self, number: str, declaration: PhoneDeclaration) -> Phone:
        phone = Phone(number=number, **declaration.model_dump())
        self._store.declare(phone)
        return phone

    def declared(self) -> tuple[Phone, ...]:
        return self._store.phones()

    def _declared(self, number: str) -> Phone:
        return self._store.phone(number) or undeclared(number)
