"""A desk with fixed, realistic pages: what the browser tests and the pictures look at.

It answers like the real one, keeps what was asked of it in `asked`, and refuses where told to.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.page import CasePage
from aupkeep.app.pages.customer.page import CustomerPage
from aupkeep.app.pages.feeds.page import FeedsPage
from aupkeep.app.pages.flows.page import FlowsPage
from aupkeep.app.pages.frame.page import FreezeBanner, Operator, PageFrame, Person, StorageHealth
from aupkeep.app.pages.inbox.page import InboxItemPage, InboxPage
from aupkeep.app.pages.queue.page import QueuePage
from aupkeep.app.pages.reporter.page import ReporterPage
from aupkeep.app.pages.sources.page import SourcePage, SourcesPage
from aupkeep.app.pages.traffic.page import FlowFile
from aupkeep.app.pages.traffic.page import FlowFormat as FlowForm
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.model.errors import AupkeepError, Conflict, Gone, Invalid, Missing
from aupkeep.model.source import Said, Step
from web.sample_case import case_page
from web.sample_feeds import feeds_page
from web.sample_filing import SampleForm, filed_page
from web.sample_flows import flows_page
from web.sample_letters import customer_page, reporter_page
from web.sample_lists import inbox_item, inbox_page, queue_page
from web.sample_sources import source_page, sources_page
from web.sample_traffic import file_of

NOW = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)
KARI = Person(id="kari", name="Kari Nordby")
CASE = "K7QF-2M9X"


class SampleDesk(SampleForm):
    """A `Desk` in memory. `refusal` is raised by every change; `empty` empties the lists."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[object, ...]] = []
        self.refusal: AupkeepError | None = None
        self.empty = False
        self.listen = False
        self.freeze: FreezeBanner | None = None
        self.healthy = True
        self.case = case_page
        self.used: set[str] = set()

    def frame(self) -> PageFrame:
        return PageFrame(
            now=NOW,
            operator="Fjordhost",
            person=KARI,
            listen=self.listen,
            freeze=self.freeze,
            waiting=0 if self.empty else 5,
            inbox=0 if self.empty else 3,
        )

    def frozen(self) -> None:
        """Turn the freeze switch on, partially."""
        self.freeze = FreezeBanner(
            since=NOW - timedelta(minutes=6),
            by="kari",
            reason="a feed reports our own monitoring",
            missing=("edge-3",),
        )

    def health(self) -> StorageHealth:
        return (
            StorageHealth(ok=True) if self.healthy else StorageHealth(ok=False, reason="database")
        )

    def operator(self) -> Operator:
        return Operator(name="Fjordhost", contact="abuse@fjordhost.example")

    def person(self, user: str) -> Person | None:
        return KARI if user == KARI.id else None

    def ask_sign_in(self, address: str) -> None:
        self.asked.append(("ask", address))

    def sign_in(self, token: str) -> Person:
        if token in self.used:
            raise Gone("sign-in link: expected an unused one, found a used one")
        if token != "good-link":
            raise Missing("sign-in link: expected a known one")
        self.used.add(token)
        self.asked.append(("sign-in", token))
        return KARI

    def queue_page(self, person: Person, view: str, clause: str, cursor: str) -> QueuePage:
        if view not in ("", "decide", "answered", "waiting", "limited", "closed"):
            raise Invalid(f"view: expected decide, found {view!r}")
        return queue_page(self.frame(), empty=self.empty, clause=clause, cursor=cursor)

    def case_page(self, person: Person, reference: str) -> CasePage:
        if reference != CASE:
            raise Missing(f"case: expected a known reference, found {reference!r}")
        return self.case(self.frame())

    def flow_file(self, person: Person, reference: str, exhibit: str, form: FlowForm) -> FlowFile:
        if (reference, exhibit) != (CASE, "0193f0aa"):
            raise Missing(f"flows: expected those of a finding of the case, found {exhibit!r}")
        return file_of(form)

    def decide(self, person: Person, reference: str, wish: DecisionForm) -> None:
        self._change("decide", reference, wish)

    def approve(self, person: Person, reference: str, pending: str, reasons: str) -> None:
        self._change("approve", reference, pending, reasons)

    def undo(self, person: Person, reference: str, action: str, reason: str) -> None:
        self._change("undo", reference, action, reason)

    def close(self, person: Person, reference: str, outcome: Outcome, reasons: str) -> None:
        self._change("close", reference, outcome, reasons)

    def read_answer(self, person: Person, reference: str, answer: str) -> None:
        self._change("read", reference, answer)

    def inbox_page(self, person: Person, reason: str, cursor: str) -> InboxPage:
        return inbox_page(self.frame(), empty=self.empty)

    def inbox_item(self, person: Person, item: str) -> InboxItemPage:
        return inbox_item(self.frame(), item)

    def inbox_done(self, person: Person, item: str, reason: str) -> None:
        self._change("inbox-done", item, reason)

    def mend(self, person: Person, item: str, number: int, text: str) -> None:
        if "300" in text:
            raise Invalid("address: expected an IPv4 or IPv6 address, found '192.0.2.300'")
        self._change("mend", item, number, text)

    def feeds_page(self, person: Person) -> FeedsPage:
        return feeds_page(self.frame(), empty=self.empty)

    def flows_page(self, person: Person) -> FlowsPage:
        return flows_page(self.frame(), empty=self.empty)

    def sources_page(self, person: Person, view: str, cursor: str) -> SourcesPage:
        return sources_page(self.frame(), empty=self.empty)

    def source_page(self, person: Person, name: str) -> SourcePage:
        if name not in ("s1", "s2", "s3"):
            raise Missing(f"source: expected a known one, found {name!r}")
        return source_page(self.frame(), name)

    def step_source(self, person: Person, name: str, step: Step, days: int, reasons: str) -> None:
        self._change("step", name, step, days, reasons)

    def judge_report(self, person: Person, report: str, said: Said, reasons: str) -> None:
        self._change("judge", report, said, reasons)

    def customer_page(self, token: str, language: str) -> CustomerPage:
        if token == "expired":
            raise Gone("link: expected one in force, found one that expired")
        if token not in ("customer", "quiet", "closed"):
            raise Missing("link: expected a known one")
        page = customer_page(NOW, language or "en")
        if token == "quiet":
            return replace(page, limits=(), deadline_at=None, answers=(), evidence=(), fix=())
        if token == "closed":
            return replace(
                page, limits=(), outcome=Outcome.FIXED, deadline_at=None, appealable=False
            )
        return page

    def answer(self, token: str, once: str, kind: AnswerKind, text: str) -> None:
        if once in self.used:
            raise Conflict("answer: expected an unused page, found a used one")
        self.used.add(once)
        self._change("answer", token, kind, text)

    def reporter_page(self, token: str, language: str) -> ReporterPage:
        if token in ("filed", "nameless", "confirmed", "decided"):
            return filed_page(token, language or "en")
        if token not in ("reporter", "solved"):
            raise Missing("link: expected a known one")
        return reporter_page(NOW, language or "en", solved=token == "solved")

    def _change(self, *what: object) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(what)
