"""One text under one set of faults: what goes wrong where, and the life that Temporal gives it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any, TypeVar

import pytest
from temporalio.exceptions import ApplicationError

from activities.provider import Provider
from activities.provider_answers import Answer, NotSent
from activities.provider_errors import ERRORS
from activities.texting import Texting
from records import texts
from records.errors import RecordsError, RecordsUnavailableError
from simulator.control import Control
from simulator.faults import AFTER_ACCEPT, BEFORE_ACCEPT, FaultKind, Match
from simulator.model import PhoneKind
from workflows.messages import LookUpText, SendText, TextOutcome, TextStatus

T = TypeVar("T")

TRIES = 5
BETWEEN_LOOKS_SECONDS = 0.25
TIMEOUT_SECONDS = 1.0
"""Enough that a busy machine takes every text it is to take, or its callbacks have no chance."""
NEVER = 9
"""More than a text has callbacks."""
UNKNOWN_CODE = 29999
CODES = (*sorted(ERRORS), UNKNOWN_CODE)

CREATES = (None, "unreachable", *sorted(BEFORE_ACCEPT | AFTER_ACCEPT))
DEATHS = ("", "before_posting", "before_post", "after_post", "not_settled")
LISTS = ("", "lagging", "never_listed", "list_unavailable")
CALLBACKS = ("", "never", *sorted(k for k in FaultKind if k.startswith("callback_")))

_NEVER_TAKEN = {FaultKind.DROP_BEFORE_ACCEPT, FaultKind.SERVER_ERROR_500, FaultKind.HTML_503}
_IN_DOUBT = _NEVER_TAKEN | AFTER_ACCEPT


class Died(Exception):  # noqa: N818 - what a killed worker leaves: no answer at all
    """This attempt ends here, as if its process had."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with one text, at each point of its way."""

    create: str | None = None
    dies: str = ""
    listed: str = ""
    callback: str = ""
    refused: int | None = None
    """Every create is refused with this code, until it is mended."""
    mended: bool = False
    undelivered: int | None = None

    @property
    def code(self) -> int | None:
        return self.refused or self.undelivered

    @property
    def posted(self) -> bool:
        return self.dies != "before_post"

    @property
    def accepted(self) -> bool:
        # Who dies before he hears of a 429 cannot know that he may try again.
        unheard = self.dies == "after_post" and self.create == FaultKind.RATE_LIMIT
        never = unheard or self.create in _NEVER_TAKEN or self.refused is not None
        return self.posted and not never

    @property
    def looked_up(self) -> bool:
        if self.accepted and self.callback != "never":
            return False  # perhaps: the callback may be first
        dead = self.dies in {"before_post", "after_post"}
        return dead or (self.posted and self.create in _IN_DOUBT)

    @property
    def possible(self) -> bool:
        """Whether each of its faults can fire."""
        return (
            (self.posted or self.create is None)
            and (self.accepted or self.callback == "")
            and (self.accepted or self.listed not in {"lagging", "never_listed"})
            and (self.looked_up or self.listed != "list_unavailable")
        )


def every_point() -> list[Trouble]:
    """Each fault of a create at each point of a death, whatever the lists show."""
    callbacks = {True: "never", False: ""}
    found = []
    for create, dies, listed in product(CREATES, DEATHS, LISTS):
        plain = Trouble(create, dies, listed)
        found.append(Trouble(create, dies, listed, callbacks[plain.accepted]))
    return [each for each in found if each.possible]


def every_callback() -> list[Trouble]:
    """Each fault of a callback after each fault of a create."""
    deaths = ("", "after_post")
    found = (Trouble(c, d, "", k) for c, d, k in product(CREATES, deaths, CALLBACKS))
    return [each for each in found if each.possible]


def every_code() -> list[Trouble]:
    """Each code, at once and later."""
    return [
        *(Trouble(refused=code) for code in CODES),
        *(Trouble(refused=code, mended=True) for code in CODES),
        *(Trouble(undelivered=code) for code in CODES if code >= 30001),
    ]


def whole_product() -> list[Trouble]:
    found = (Trouble(*each) for each in product(CREATES, DEATHS, LISTS, CALLBACKS))
    return [each for each in found if each.possible]


def arm(control: Control, trouble: Trouble, phone: str) -> None:
    """Tell the network what goes wrong at this phone."""
    to = Match(to=phone)
    add = partial(control.fault, match=to)
    if trouble.create not in {None, "unreachable"}:
        add(FaultKind(str(trouble.create)), seconds=2 * TIMEOUT_SECONDS)
    match trouble.listed:
        case "lagging":
            add(FaultKind.LIST_LAG, seconds=1.5 * BETWEEN_LOOKS_SECONDS)
        case "never_listed":
            add(FaultKind.LIST_LAG, seconds=3600)
        case "list_unavailable":
            add(FaultKind.LIST_UNAVAILABLE)
    if trouble.callback == "never":
        add(FaultKind.CALLBACK_LOST, times=NEVER)
    elif trouble.callback:
        add(FaultKind(trouble.callback), seconds=0.3)


class Wire(Provider):
    """Twilio's client, and a hand that ends the attempt before or after its POST."""

    plans: dict[str, Trouble]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.plans = {}
        self.fired: list[str] = []
        self._line = threading.Lock()

    def create(self, to: str, body: str, intent: str) -> Answer:
        plan = self._next(to)
        if plan.dies == "before_post":
            return self._die(plan.dies)
        if plan.create == "unreachable":
            self.fired.append(plan.create)
            with self._line:
                self.plans[to] = Trouble(dies=plan.dies)
            return NotSent(kind="connection_refused")
        answer = super().create(to, body, intent)
        return self._die(plan.dies) if plan.dies == "after_post" else answer

    def _next(self, to: str) -> Trouble:
        with self._line:
            return self.plans.pop(to, Trouble())

    def _die(self, where: str) -> Answer:
        self.fired.append(where)
        raise Died


@dataclass
class DyingRecords:
    """The records' door, where an attempt can end as well."""

    before_posting: set[str] = field(default_factory=set)
    not_settled: set[str] = field(default_factory=set)
    fired: list[str] = field(default_factory=list)

    def stand_before(self, patch: pytest.MonkeyPatch) -> None:
        real_mark, real_settle = texts.mark_posting, texts.settle

        async def mark_posting(records: Any, intent: str, *more: Any) -> bool:
            if intent in self.before_posting:
                self.before_posting.remove(intent)
                self.fired.append("before_posting")
                raise Died
            return await real_mark(records, intent, *more)

        async def settle(records: Any, intent: str, *more: Any) -> Any:
            if intent in self.not_settled:
                self.not_settled.remove(intent)
                self.fired.append("not_settled")
                raise RecordsUnavailableError("away")
            return await real_settle(records, intent, *more)

        patch.setattr(texts, "mark_posting", mark_posting)
        patch.setattr(texts, "settle", settle)


@dataclass
class Life:
    """What Temporal does with one text: tries again, looks up, and gives up in the end."""

    texting: Texting
    threads: ThreadPoolExecutor

    async def lived(
        self, text: SendText, mended: Callable[[], Awaitable[None]] | None
    ) -> TextOutcome | None:
        """The journey's last word of it; None when it never left and is given up."""
        outcome = await self._sent(text)
        if outcome is None and mended is not None:
            await mended()
            outcome = await self._sent(text)
        if outcome is not None and outcome.status is TextStatus.AMBIGUOUS:
            await self._looked_up(text)
        return outcome

    async def _sent(self, text: SendText) -> TextOutcome | None:
        for _ in range(TRIES):
            try:
                return await self._run(self.texting.send_text, text)
            except (ApplicationError, Died, RecordsError):
                continue
        return None

    async def _looked_up(self, text: SendText) -> None:
        for last in (False, False, True):
            ask = LookUpText(
                reference=text.reference, intent=text.intent, last=last, as_of=text.as_of
            )
            for _ in range(TRIES):
                try:
                    found = await self._run(self.texting.look_up_text, ask)
                    break
                except ApplicationError:
                    continue
            else:
                raise AssertionError("a text could not be looked up")
            if found.found != "none":
                return
            await asyncio.sleep(BETWEEN_LOOKS_SECONDS)

    async def _run(self, act: Callable[[Any], T], message: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, act, message)


def phone_of(number: int) -> str:
    return f"+1212600{number:04d}"


def declared(trouble: Trouble) -> Iterator[tuple[PhoneKind, int]]:
    """How the network is told of a phone at fault."""
    if trouble.refused is not None:
        yield PhoneKind.REFUSED, trouble.refused
    if trouble.undelivered is not None:
        yield PhoneKind.UNDELIVERED, trouble.undelivered
