"""Fakes under the activities' names: they record what they did and fail when told to."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from workers.assembly import Activities
from workflows.messages import (
    ALERT_OPS,
    LOOK_UP_TEXT,
    NOT_SENT,
    SEND_PAGE,
    SEND_TEXT,
    WRITE_JOURNAL,
    JournalBatch,
    JournalRow,
    JournalWritten,
    LookUpOutcome,
    LookUpText,
    OpsAlert,
    OpsAlerted,
    PageOutcome,
    SendPage,
    SendText,
    TextOutcome,
    TextStatus,
)


@dataclass
class FakeActivities:
    """One recording fake for each counterpart."""

    texts: list[SendText] = field(default_factory=list)
    text_attempts: int = 0
    pages: list[SendPage] = field(default_factory=list)
    page_attempts: int = 0
    page_done_at: list[datetime] = field(default_factory=list)
    alerts: list[OpsAlert] = field(default_factory=list)
    looked_up: list[LookUpText] = field(default_factory=list)
    journal: dict[str, dict[int, JournalRow]] = field(default_factory=lambda: defaultdict(dict))
    batches: list[JournalBatch] = field(default_factory=list)
    journal_failures: int = 0

    text_outcome: TextOutcome = field(
        default_factory=lambda: TextOutcome(status=TextStatus.SENT, reason="taken")
    )
    look_up_answers: list[str] = field(default_factory=list)
    look_up_fails: Callable[[LookUpText], bool] = lambda _: False
    on_shift: Callable[[SendPage], tuple[str, ...]] = lambda page: (f"{page.role}-1",)
    text_fails: Callable[[SendText], bool] = lambda _: False
    text_dies: Callable[[SendText], str | None] = lambda _: None
    """Whether the worker dies `before` or `after` the POST: nobody hears what came of it."""
    died: list[SendText] = field(default_factory=list)
    page_fails: Callable[[SendPage], bool] = lambda _: False
    journal_mode: str = "up"
    """up | down | hung"""

    def activities(self) -> Activities:
        return Activities(
            main=[self.write_journal, self.send_page, self.alert_ops],
            texting=[self.send_text, self.look_up_text],
        )

    @activity.defn(name=WRITE_JOURNAL)
    async def write_journal(self, batch: JournalBatch) -> JournalWritten:
        if self.journal_mode == "hung":
            self.journal_failures += 1
            await asyncio.sleep(600)
        if self.journal_mode == "down":
            self.journal_failures += 1
            raise ApplicationError("the database is down", type="RecordsUnavailable")
        self.batches.append(batch)
        for row in batch.rows:
            self.journal[batch.reference][row.number] = row
        return JournalWritten(through=batch.rows[-1].number)

    @activity.defn(name=SEND_TEXT)
    async def send_text(self, text: SendText) -> TextOutcome:
        self.text_attempts += 1
        if self.text_fails(text):
            raise ApplicationError("not taken", type=NOT_SENT)
        dies = self.text_dies(text)
        if dies != "before":
            self.texts.append(text)
        if dies:
            self.died.append(text)
            raise ApplicationError("the worker is gone", type="WorkerGone")
        return self.text_outcome

    @activity.defn(name=LOOK_UP_TEXT)
    async def look_up_text(self, ask: LookUpText) -> LookUpOutcome:
        self.looked_up.append(ask)
        if self.look_up_fails(ask):
            raise ApplicationError("it cannot be asked", type="ProviderUnavailable")
        if ask.withdrawn and all(text.intent != ask.intent for text in self.texts):
            return LookUpOutcome(found="not_posted")
        found: Any = self.look_up_answers.pop(0) if self.look_up_answers else "none"
        return LookUpOutcome(found=found)

    @activity.defn(name=SEND_PAGE)
    async def send_page(self, page: SendPage) -> PageOutcome:
        self.page_attempts += 1
        if self.page_fails(page):
            raise ApplicationError("the pager is down", type="Unavailable")
        self.pages.append(page)
        self.page_done_at.append(datetime.now().astimezone())
        return PageOutcome(reached=self.on_shift(page))

    @activity.defn(name=ALERT_OPS)
    async def alert_ops(self, alert: OpsAlert) -> OpsAlerted:
        self.alerts.append(alert)
        return OpsAlerted()
