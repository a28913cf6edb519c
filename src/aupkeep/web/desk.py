"""The one seam between the pages and the desk: a view calls one method and renders the record.

Whoever starts the web process binds a `Desk` (`aupkeep.site.wsgi` does); the pages know nothing of
stores, files or clocks. Every method may raise the errors of `model.errors`; the web translates
their `status` once. `Forbidden` carries the gate's reason in words and is shown to the person.
"""

from collections.abc import Sequence
from typing import Protocol

from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.page import CasePage
from aupkeep.app.pages.customer.page import CustomerPage
from aupkeep.app.pages.feeds.page import FeedsPage
from aupkeep.app.pages.filing.page import Caller, CheckedNotice, ConfirmPage, FormPage, PostedNotice
from aupkeep.app.pages.flows.page import FlowsPage
from aupkeep.app.pages.frame.page import Operator, Person, StorageHealth
from aupkeep.app.pages.inbox.page import InboxItemPage, InboxPage
from aupkeep.app.pages.queue.page import QueuePage
from aupkeep.app.pages.reporter.page import ReporterPage
from aupkeep.app.pages.sources.page import SourcePage, SourcesPage
from aupkeep.app.pages.traffic.page import FlowFile
from aupkeep.app.pages.traffic.page import FlowFormat as FlowForm
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.model.errors import Unavailable
from aupkeep.model.source import Said, Step


class Desk(Protocol):
    """What the pages ask of the desk. Tokens are the plain ones of the address."""

    def health(self) -> StorageHealth:
        """Whether the storage answers."""

    def operator(self) -> Operator:
        """Who runs this install."""

    def person(self, user: str) -> Person | None:
        """The signed-in person, or None when they may no longer come in."""

    def ask_sign_in(self, address: str) -> None:
        """Send a one-time link if the address is a person's; says nothing either way."""

    def sign_in(self, token: str) -> Person:
        """Consume a one-time link. Raises `Missing` when it is unknown, `Gone` when used or old."""

    def queue_page(self, person: Person, view: str, clause: str, cursor: str) -> QueuePage:
        """A page of the queue; "" asks for the default. Raises `Invalid` for an unknown filter."""

    def case_page(self, person: Person, reference: str) -> CasePage:
        """Everything about a case. Raises `Missing`."""

    def flow_file(self, person: Person, reference: str, exhibit: str, form: FlowForm) -> FlowFile:
        """The flow rows behind a case's finding, as a file. Raises `Missing`."""

    def decide(self, person: Person, reference: str, wish: DecisionForm) -> None:
        """Decide through the gate. Raises `Forbidden`, `Conflict` (stale `seen`), `Frozen`."""

    def approve(self, person: Person, reference: str, pending: str, reasons: str) -> None:
        """Be the second person. Raises `Forbidden` for the first, `Missing`."""

    def undo(self, person: Person, reference: str, action: str, reason: str) -> None:
        """Lift an action. Raises `Missing`, `Conflict` when it is not in force."""

    def close(self, person: Person, reference: str, outcome: Outcome, reasons: str) -> None:
        """Close a case; what still limits is lifted. Raises `Conflict`."""

    def read_answer(self, person: Person, reference: str, answer: str) -> None:
        """Mark a customer's answer as read."""

    def inbox_page(self, person: Person, reason: str, cursor: str) -> InboxPage:
        """A page of the inbox."""

    def inbox_item(self, person: Person, item: str) -> InboxItemPage:
        """One item with its text. Raises `Missing`."""

    def inbox_done(self, person: Person, item: str, reason: str) -> None:
        """Take it out of the inbox, with a reason."""

    def mend(self, person: Person, item: str, number: int, text: str) -> None:
        """Read a row that could not be read again, as mended.

        Raises `Invalid` with the parser's reason, `Conflict` when it was mended before, `Missing`.
        """

    def feeds_page(self, person: Person) -> FeedsPage:
        """How the feeds stand."""

    def flows_page(self, person: Person) -> FlowsPage:
        """Who exports flows, which detectors look, what they saw lately."""

    def sources_page(self, person: Person, view: str, cursor: str) -> SourcesPage:
        """A page of who claims things. Raises `Invalid`, and `Missing` for a cursor unknown."""

    def source_page(self, person: Person, name: str) -> SourcePage:
        """One source. Raises `Missing`."""

    def step_source(self, person: Person, name: str, step: Step, days: int, reasons: str) -> None:
        """Warn, slow, suspend, trust or restore. Raises `Forbidden`, `Invalid`, `Conflict`."""

    def judge_report(self, person: Person, report: str, said: Said, reasons: str) -> None:
        """Say what came of a report. Raises `Missing`, `Invalid`."""

    def customer_page(self, token: str, language: str) -> CustomerPage:
        """The accused customer's page; "" = their own language. Raises `Missing`, `Gone`."""

    def answer(self, token: str, once: str, kind: AnswerKind, text: str) -> None:
        """The customer's answer. Raises `Conflict` when `once` is used, `Missing`, `Gone`."""

    def reporter_page(self, token: str, language: str) -> ReporterPage:
        """The reporter's status page. Raises `Missing`, `Gone`."""

    def form_page(self) -> FormPage:
        """What every page of the notice form needs. Raises `Missing` where there is no form."""

    def keep_files(
        self, files: Sequence[bytes], handles: Sequence[str], caller: Caller
    ) -> tuple[str, ...]:
        """Handles of a form's files: those kept before, and the new ones, kept now.

        Raises `Flawed` for too many or too large ones, `TooMany`, `Unreadable` for a forged handle.
        """

    def check_notice(self, posted: PostedNotice, challenge: str = "") -> CheckedNotice:
        """The notice as understood, with what its sending costs; a given challenge is kept.

        Raises `Flawed` naming each field, `Invalid` for a challenge that is none.
        """

    def send_notice(self, posted: PostedNotice, challenge: str, solution: str) -> str:
        """File it; the answer is the token of its status page.

        Raises `Flawed`, `Invalid` (the challenge), `TooSoon` and `TooMany` with when to come back,
        `Conflict` (the challenge was used for another notice), `Unavailable`.
        """

    def confirm_page(self, token: str, language: str) -> ConfirmPage:
        """What a link in a mail would confirm. Raises `Missing`, `Gone`."""

    def confirm_notice(self, token: str) -> str:
        """Confirm a filer's address; the answer is the status page's token. Raises as above."""


_bound: list[Desk] = []


def bind(desk: Desk) -> None:
    """Let the pages use this desk from now on (once per process)."""
    _bound[:] = [desk]


def desk() -> Desk:
    """The bound desk. Raises `Unavailable` when the process was started without one."""
    if not _bound:
        raise Unavailable("web: expected a desk bound at start, found none")
    return _bound[0]
