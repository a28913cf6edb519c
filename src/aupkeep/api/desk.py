"""What the desk's own pages show, for programs: `case` opens work, `audit` the house itself."""

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from aupkeep.api.absences import absences
from aupkeep.api.acts import acts
from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.grants import granting
from aupkeep.api.house_acts import house_acts
from aupkeep.api.inbox import inbox
from aupkeep.api.interceptions import interceptions
from aupkeep.api.letters import letters
from aupkeep.api.paging import MOST, Limited, Paged
from aupkeep.api.probes import probes
from aupkeep.api.reseller import reseller
from aupkeep.api.standing import standing
from aupkeep.api.tickets import tickets
from aupkeep.api.tokens import ColleagueToken, ScopedToken, person_of
from aupkeep.api.views import views
from aupkeep.api.webhooks import reseller_webhooks, webhooks
from aupkeep.app.context import bound
from aupkeep.app.deciding.strikes import list_strikes
from aupkeep.app.notifying.alerts import acknowledge, list_alerts
from aupkeep.app.notifying.opt_outs import set_opt_out
from aupkeep.app.pages.inquiries.load import inquiry_details, inquiry_records
from aupkeep.app.pages.journal.load import entry_details, entry_records, journal_standing
from aupkeep.app.pages.notices.load import notice_details, notice_records
from aupkeep.app.pages.people.load import staff_records, token_records
from aupkeep.app.pages.permissions.load import permission_records
from aupkeep.app.pages.policy.load import policy_record
from aupkeep.app.pages.settings.load import setting_records
from aupkeep.app.pages.statistics.load import desk_figures
from aupkeep.app.receiving.mailbox_reader import list_mailboxes
from aupkeep.model.as_json import as_json

desk = Router()
desk.add_router("", acts)
desk.add_router("", house_acts)
desk.add_router("/cases", letters)
desk.add_router("/cases", probes)
desk.add_router("/inbox", inbox)
desk.add_router("/interceptions", interceptions)
desk.add_router("", granting)
desk.add_router("/views", views)
desk.add_router("/absences", absences)
desk.add_router("/webhooks", webhooks)
desk.add_router("/tickets", tickets)
desk.add_router("/reseller", reseller)
desk.add_router("/reseller/webhooks", reseller_webhooks)
desk.add_router("", standing)
WORK, HOUSE = ScopedToken("case"), ScopedToken("audit")


class PermissionsAsked(Paged):
    """A page of the permissions that are live, or have ended."""

    state: str = "live"


class StrikesAsked(Paged):
    """A page of strikes, of a customer by its id."""

    customer: str = ""


class InquiriesAsked(Paged):
    """A page of the inquiries that are open, answered or closed."""

    state: str = "open"


class NoticesAsked(Paged):
    """A page of notices, of a state, a customer, a case by its reference."""

    state: str = ""
    customer: str = ""
    case: str = ""


class EntriesAsked(Limited):
    """A page of entries older than the one of an index, of a type, of a case by its reference."""

    type: str = ""
    case: str = ""
    before: int | None = Field(None, ge=0, lt=1 << 62)
    limit: int = Field(50, ge=1, le=MOST)


class PeriodAsked(Schema):
    """The last so many days."""

    days: int = Field(30, ge=1, le=3660)


@desk.get("/permissions", response=SEVERAL, auth=WORK)
def get_permissions(request: HttpRequest, asked: Query[PermissionsAsked]) -> object:
    """Who may do what others may not, the newest first."""
    records = permission_records(bound(), asked.state, limit=asked.limit, after=asked.after)
    return as_json(records)


@desk.get("/strikes", response=SEVERAL, auth=WORK)
def get_strikes(request: HttpRequest, asked: Query[StrikesAsked]) -> object:
    """Strikes, the newest first; those that count no more too."""
    return as_json(list_strikes(asked.customer, limit=asked.limit, after=asked.after))


@desk.get("/inquiries", response=SEVERAL, auth=WORK)
def get_inquiries(request: HttpRequest, asked: Query[InquiriesAsked]) -> object:
    """What people ask us: of the open ones the oldest first."""
    return as_json(inquiry_records(asked.state, limit=asked.limit, after=asked.after))


@desk.get("/inquiries/{inquiry}", response=ONE, auth=WORK)
def get_inquiry(request: HttpRequest, inquiry: str) -> object:
    """One inquiry, by its reference or id, with its words and its answer."""
    return as_json(inquiry_details(bound(), inquiry))


@desk.get("/outbox", response=SEVERAL, auth=WORK)
def get_outbox(request: HttpRequest, asked: Query[NoticesAsked]) -> object:
    """Notices and how far they came, the newest first."""
    chosen = (asked.state, asked.customer, asked.case)
    return as_json(notice_records(*chosen, limit=asked.limit, after=asked.after))


@desk.get("/outbox/{notice}", response=ONE, auth=WORK)
def get_outbox_notice(request: HttpRequest, notice: str) -> object:
    """One notice with its text as sent; links stand without their secret part."""
    return as_json(notice_details(notice))


class OptOut(ExactBody):
    """A kind that a customer wants no mail about, or `wanted` again; `reasons` say who asked."""

    customer: str
    kind: str
    wanted: bool = False
    reasons: str = Field(max_length=5000)


@desk.post("/opt-outs", response=ONE, auth=ColleagueToken())
def post_opt_out(request: HttpRequest, said: OptOut) -> object:
    """Write down a customer's wish by one's own token; what limits is told all the same."""
    person = person_of(request)
    mail = set_opt_out(
        bound(), said.customer, said.kind, wanted=said.wanted, person=person, reasons=said.reasons
    )
    return as_json(mail)


@desk.get("/alerts", response=SEVERAL, auth=WORK)
def get_alerts(request: HttpRequest, asked: Query[Limited]) -> object:
    """Alerts to who is on call, the newest first, each with who acknowledged it."""
    return as_json(list_alerts(asked.limit))


@desk.post("/alerts/{alert}/acknowledgement", response=ONE, auth=ColleagueToken())
def post_acknowledgement(request: HttpRequest, alert: str) -> object:
    """Say by one's own token that one looks at it: nobody further is called."""
    person = person_of(request)
    return as_json(acknowledge(bound(), alert, person))


@desk.get("/policy", response=ONE, auth=WORK)
def get_policy(request: HttpRequest) -> object:
    """The policy in force: documents, clauses word for word, rules and what each did lately."""
    return as_json(policy_record(bound()))


@desk.get("/statistics", response=ONE, auth=WORK)
def get_statistics(request: HttpRequest, asked: Query[PeriodAsked]) -> object:
    """Figures of the last so many days."""
    return as_json(desk_figures(bound(), asked.days))


@desk.get("/journal", response=SEVERAL, auth=HOUSE)
def get_journal(request: HttpRequest, asked: Query[EntriesAsked]) -> object:
    """Entries, the newest first; nobody who reported is named."""
    chosen = (asked.type, asked.case)
    records = entry_records(*chosen, limit=asked.limit, before=asked.before, reporters=False)
    return as_json(records)


@desk.get("/journal/{index}", response=ONE, auth=HOUSE)
def get_entry(request: HttpRequest, index: int) -> object:
    """One entry with its inclusion proof; nobody who reported is named."""
    return as_json(entry_details(bound(), index, reporters=False))


@desk.get("/verification", response=ONE, auth=HOUSE)
def get_verification(request: HttpRequest) -> object:
    """How far the journal is signed and cosigned, and what the last verification found."""
    return as_json(journal_standing(bound()))


@desk.get("/staff", response=SEVERAL, auth=HOUSE)
def get_staff(request: HttpRequest) -> object:
    """Who is or was of the desk, with roles and how often they are signed in."""
    return as_json(staff_records(bound()))


@desk.get("/tokens", response=SEVERAL, auth=HOUSE)
def get_tokens(request: HttpRequest) -> object:
    """Every API token, never with its secret."""
    return as_json(token_records(bound()))


@desk.get("/settings", response=SEVERAL, auth=HOUSE)
def get_settings(request: HttpRequest) -> object:
    """Every option with its value, its default and where it comes from; secrets hidden."""
    return as_json(setting_records(bound()))


@desk.get("/mailboxes", response=SEVERAL, auth=HOUSE)
def get_mailboxes(request: HttpRequest) -> object:
    """Mailboxes that are read by IMAP: how far each is read, and what keeps us from more."""
    return as_json(list_mailboxes(bound()))
