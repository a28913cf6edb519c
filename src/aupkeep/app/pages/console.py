"""The pages filled for real: what the web asks of a desk, answered from the store.

A person opens K7QF-2M9X: `Console.case_page` loads the case once (`load_case_context`), puts what
was seen into a sentence, cuts the report's own text into parts with the read values marked, asks
the gate about each measure as that person would, and returns one frozen `CasePage`. The person
chooses; `Console.decide` compares the page's mark with the case as it is now, and goes through the
same `decide.decide` as the command line does.

Design notes, with what each choice costs:

* Looking writes nothing: the gate is sounded dry and a letter's link stays unused, so mail scanners
  may follow every link. The cost: "who looked when" is not in the journal.
* Each offer is sounded at the gate, about ten pure calls a page; so a barred measure says why.
* The accused's page and the reporter's page are made by modules of their own that never read the
  other side's names; evidence is redacted before it is cut into parts.
* A measure that needs two people waits in a flag, `pending:<case>`, and becomes a decision only
  with both. The cost: what waits is shown on its case alone.
"""

from collections.abc import Sequence

from aupkeep.app.access.staff import sign_in
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.answers import give_answer
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.form import DecisionForm
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.case.page import CasePage
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.pages.customer.page import CustomerPage
from aupkeep.app.pages.feeds.load import feeds_page
from aupkeep.app.pages.feeds.page import FeedsPage
from aupkeep.app.pages.filing.load import (
    check_notice,
    confirm_notice,
    confirm_page,
    form_page,
    keep_files,
    operator_of,
    send_notice,
)
from aupkeep.app.pages.filing.page import Caller, CheckedNotice, ConfirmPage, FormPage, PostedNotice
from aupkeep.app.pages.flows.load import flows_page
from aupkeep.app.pages.flows.page import FlowsPage
from aupkeep.app.pages.frame.page import Operator, Person, StorageHealth
from aupkeep.app.pages.inbox.load import inbox_item, inbox_page
from aupkeep.app.pages.inbox.page import InboxItemPage, InboxPage
from aupkeep.app.pages.queue.load import queue_page
from aupkeep.app.pages.queue.page import QueuePage
from aupkeep.app.pages.reporter.load import reporter_page
from aupkeep.app.pages.reporter.page import ReporterPage
from aupkeep.app.pages.sources.load import judge_wish, source_page, sources_page, step_wish
from aupkeep.app.pages.sources.page import SourcePage, SourcesPage
from aupkeep.app.pages.traffic.exhibits import flow_file
from aupkeep.app.pages.traffic.page import FlowFile, FlowFormat
from aupkeep.app.reading.read import inbox_done
from aupkeep.app.reprocess import mend_here
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.model.source import Said, Step
from aupkeep.store import health
from aupkeep.store import staff as stored_staff


class Console:
    """The desk as the pages see it; each method says in `aupkeep.web.desk.Desk` what it raises."""

    def __init__(self, context: AppContext) -> None:
        """Answer for this desk."""
        self._context = context

    def health(self) -> StorageHealth:
        """Whether the storage answers."""
        found = health.reachable()
        return StorageHealth(ok=found, reason="ok" if found else "database")

    def operator(self) -> Operator:
        """Who runs this install."""
        return operator_of(self._context)

    def person(self, user: str) -> Person | None:
        """The person of this user name, None when they may no longer come in."""
        found = stored_staff.by_address(user)
        if found is None or not found.active:
            return None
        return Person(id=found.address, name=found.name)

    def ask_sign_in(self, address: str) -> None:
        """Send a one-time link if the address is a person's; says nothing either way."""
        acts.ask_sign_in(self._context, address)

    def sign_in(self, token: str) -> Person:
        """Consume a one-time link. Raises `Missing`, `Gone`."""
        found = sign_in(self._context, token)
        return Person(id=found.address, name=found.name)

    def queue_page(self, person: Person, view: str, clause: str, cursor: str) -> QueuePage:
        """A page of the queue. Raises `Invalid`, `Missing`."""
        return queue_page(self._context, person, view, clause, cursor)

    def case_page(self, person: Person, reference: str) -> CasePage:
        """Everything about a case. Raises `Missing`."""
        return case_page(self._context, person, reference)

    def flow_file(self, person: Person, reference: str, exhibit: str, form: FlowFormat) -> FlowFile:
        """The flow rows behind a finding, as a file. Raises `Missing`."""
        del person
        return flow_file(reference, exhibit, form)

    def decide(self, person: Person, reference: str, wish: DecisionForm) -> None:
        """Decide through the gate. Raises `Forbidden`, `Conflict`, `Missing`."""
        acts.decide_wish(self._context, person, reference, wish)

    def approve(self, person: Person, reference: str, pending: str, reasons: str) -> None:
        """Be the second person. Raises `Forbidden`, `Missing`, `Conflict`."""
        acts.approve(self._context, person, reference, pending, reasons)

    def undo(self, person: Person, reference: str, action: str, reason: str) -> None:
        """Lift an action. Raises `Missing`, `Conflict`."""
        acts.undo(self._context, person, reference, action, reason)

    def close(self, person: Person, reference: str, outcome: Outcome, reasons: str) -> None:
        """Close a case; what still limits is lifted. Raises `Conflict`."""
        acts.close(self._context, person, reference, outcome, reasons)

    def read_answer(self, person: Person, reference: str, answer: str) -> None:
        """Mark a customer's answer as read. Raises `Missing`, `Conflict`."""
        acts.read_answer(self._context, person, reference, answer)

    def inbox_page(self, person: Person, reason: str, cursor: str) -> InboxPage:
        """A page of the inbox. Raises `Invalid`, `Missing`."""
        return inbox_page(self._context, person, reason, cursor)

    def inbox_item(self, person: Person, item: str) -> InboxItemPage:
        """One item with its text. Raises `Missing`."""
        return inbox_item(self._context, person, item)

    def inbox_done(self, person: Person, item: str, reason: str) -> None:
        """Take it out of the inbox, with a reason. Raises `Missing`."""
        inbox_done(self._context, item, person.id, reason)

    def mend(self, person: Person, item: str, number: int, text: str) -> None:
        """Read a dead row again as mended. Raises `Missing`, `Conflict`, `Invalid`."""
        mend_here(self._context, item, number, text, person=person.id)

    def feeds_page(self, person: Person) -> FeedsPage:
        """How the feeds stand."""
        return feeds_page(self._context, person)

    def flows_page(self, person: Person) -> FlowsPage:
        """What the collector hears and sees."""
        return flows_page(self._context, person)

    def sources_page(self, person: Person, view: str, cursor: str) -> SourcesPage:
        """A page of who claims things. Raises `Invalid`, `Missing`."""
        return sources_page(self._context, person, view, cursor)

    def source_page(self, person: Person, name: str) -> SourcePage:
        """One source. Raises `Missing`."""
        return source_page(self._context, person, name)

    def step_source(self, person: Person, name: str, step: Step, days: int, reasons: str) -> None:
        """Take a step about a source. Raises `Forbidden`, `Invalid`, `Conflict`, `Missing`."""
        step_wish(self._context, person, name, step, days, reasons)

    def judge_report(self, person: Person, report: str, said: Said, reasons: str) -> None:
        """Say what came of a report. Raises `Missing`, `Invalid`."""
        judge_wish(self._context, person, report, said, reasons)

    def customer_page(self, token: str, language: str) -> CustomerPage:
        """The accused customer's page. Raises `Missing`, `Gone`."""
        return customer_page(self._context, token, language)

    def answer(self, token: str, once: str, kind: AnswerKind, text: str) -> None:
        """The customer's answer. Raises `Conflict`, `Missing`, `Gone`."""
        give_answer(self._context, token, kind, text, once)

    def reporter_page(self, token: str, language: str) -> ReporterPage:
        """The reporter's status page. Raises `Missing`, `Gone`."""
        return reporter_page(self._context, token, language)

    def form_page(self) -> FormPage:
        """What every page of the notice form needs. Raises `Missing`."""
        return form_page(self._context)

    def keep_files(
        self, files: Sequence[bytes], handles: Sequence[str], caller: Caller
    ) -> tuple[str, ...]:
        """Handles of a form's files. Raises `Flawed`, `TooMany`, `Unreadable`."""
        return keep_files(self._context, files, handles, caller)

    def check_notice(self, posted: PostedNotice, challenge: str = "") -> CheckedNotice:
        """The notice as understood, with its challenge. Raises `Flawed`, `Invalid`."""
        return check_notice(self._context, posted, challenge)

    def send_notice(self, posted: PostedNotice, challenge: str, solution: str) -> str:
        """File it. Raises `Flawed`, `Invalid`, `TooMany`, `Conflict`, `Unavailable`."""
        return send_notice(self._context, posted, challenge, solution)

    def confirm_page(self, token: str, language: str) -> ConfirmPage:
        """What a link would confirm. Raises `Missing`, `Gone`."""
        return confirm_page(self._context, token, language)

    def confirm_notice(self, token: str) -> str:
        """Confirm it. Raises `Missing`, `Gone`."""
        return confirm_notice(self._context, token)
