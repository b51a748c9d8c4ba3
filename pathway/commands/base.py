"""What every command carries: who asks, in which role, about what happened when."""

import hashlib
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from pathway.model import Instant, Model, StaffId
from pathway.roles import Role

CommandKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{8,80}$")]


class Command(Model):
    """Who asks, in which role, about what happened when.

    The key makes it one act however often it is sent: the journey keeps the keys it has
    answered, also across continue-as-new.
    """

    name: ClassVar[str]
    says: ClassVar[str]
    """What it does, for the Temporal UI and the command line's help."""

    key: CommandKey
    by: StaffId
    role: Role
    happened_at: Instant

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the whole command, to tell a repetition from a key used twice."""
        return hashlib.sha256(f"{self.name}\n{self.model_dump_json()}".encode()).hexdigest()

    @property
    def update_id(self) -> str:
        """The id to send it under: the same for this command, and for no other with its key.

        Temporal answers an update id it knows by itself. Were it the key alone, another command
        under a used key would get the first one's answer and never reach the journey. The key is
        no part of it: a person may have typed a name as one, and ids stand in clear.
        """
        return self.fingerprint[:32]


class AboutTreatment(Command):
    treatment: int = Field(ge=1)
    """The treatment it is about; a stale one is refused."""
