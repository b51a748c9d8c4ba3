"""Taking over what the records say about reaching the patient."""

from pathway.commands.base import Command
from pathway.journey import Contact


class ChangeContact(Command):
    name = "change_contact"
    says = "Take over what the records say about reaching the patient."
    contact: Contact
