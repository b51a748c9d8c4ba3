"""A Temporal that is away."""

from temporalio.service import RPCError, RPCStatusCode


class Away:
    """A client whose server does not answer; it counts who asked."""

    def __init__(self) -> None:
        self.asked = 0

    def get_workflow_handle(self, _: str) -> "Away":
        return self

    async def execute_update(self, *_: object, **__: object) -> None:
        self.asked += 1
        raise RPCError("connection refused", RPCStatusCode.UNAVAILABLE, b"")
