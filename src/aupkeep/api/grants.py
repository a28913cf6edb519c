"""Grants by the API: what may leave while the install listens; what each rule would have done."""

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from aupkeep.api.exact import ExactBody
from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.paging import Paged
from aupkeep.api.tokens import ColleagueToken, ScopedToken, person_and_maker, person_of
from aupkeep.app.context import bound
from aupkeep.app.deciding.grants import WantedGrant, ask_grant, give_grant, revoke_grant
from aupkeep.app.pages.grants.load import draft_details, grant_details, grant_record, grant_records
from aupkeep.app.pages.grants.shadow import listen_report
from aupkeep.model.as_json import as_json
from aupkeep.model.grant import GrantKind, GrantScope
from aupkeep.model.moments import parse_day

granting = Router(tags=["grants"])
WORK = ScopedToken("case")


class GrantsAsked(Paged):
    """A page of the grants that are open, or over."""

    state: str = "open"


class DaysAsked(Schema):
    """The last so many days."""

    days: int = Field(14, ge=1, le=92)


class Asking(ExactBody):
    """What is asked for; with `preview` it is shown whom it would reach, and nothing is written."""

    kind: Literal["staff", "receipts", "notices", "people", "act"]
    rule: str = Field("", max_length=200)
    target: str = Field("", max_length=200)
    scope: Literal["all", "prefix", "tier", "tag"] | None = None
    value: str = Field("", max_length=200)
    ceiling: int | None = None
    share: int = 100
    starts: str | None = None
    until: str  # RFC 3339
    reasons: str = Field(max_length=5000)
    replaces: str | None = None
    preview: bool = False


class Ending(ExactBody):
    """Why a grant ends."""

    reason: str = Field(max_length=5000)


@granting.get("/grants", response=SEVERAL, auth=WORK)
def get_grants(request: HttpRequest, asked: Query[GrantsAsked]) -> object:
    """What may leave while the install listens, the newest first."""
    return as_json(grant_records(bound(), asked.state, limit=asked.limit, after=asked.after))


@granting.get("/grants/{grant}", response=ONE, auth=WORK)
def get_one_grant(request: HttpRequest, grant: str, asked: Query[DaysAsked]) -> object:
    """One, with whom it would have written to or limited; reporters are counted, not named."""
    return as_json(grant_details(bound(), grant, reporters=False, days=asked.days))


@granting.get("/listen-report", response=ONE, auth=WORK)
def get_listen_report(request: HttpRequest, asked: Query[DaysAsked]) -> object:
    """What each rule would have done in the last days, beside what the desk did."""
    return as_json(listen_report(bound(), asked.days))


@granting.post("/grants", response=ONE, auth=ColleagueToken())
def post_grant(request: HttpRequest, said: Asking) -> object:
    """Ask for a grant by one's own token; a colleague gives it."""
    person, maker = person_and_maker(request)
    wanted = WantedGrant(
        kind=GrantKind(said.kind),
        rule=said.rule,
        target=said.target,
        scope=GrantScope(said.scope) if said.scope else None,
        value=said.value,
        ceiling=said.ceiling,
        share=said.share,
        starts=parse_day(said.starts, "starts") if said.starts else None,
        until=parse_day(said.until, "until"),
        reasons=said.reasons,
        replaces=said.replaces,
    )
    if said.preview:
        _, preview = draft_details(bound(), wanted, person, reporters=False)
        return as_json({"record": None, "preview": preview})
    asked = ask_grant(bound(), wanted, person, maker=maker)
    return as_json(grant_details(bound(), asked.id, reporters=False))


@granting.post("/grants/{grant}/approve", response=ONE, auth=ColleagueToken())
def approve_grant(request: HttpRequest, grant: str) -> object:
    """Be the second person of a grant that waits, by one's own token."""
    person, maker = person_and_maker(request)
    given = give_grant(bound(), grant, person=person, maker=maker)
    return as_json(grant_record(bound(), given))


@granting.post("/grants/{grant}/revoke", response=ONE, auth=ColleagueToken())
def post_revocation(request: HttpRequest, grant: str, said: Ending) -> object:
    """End a grant now, or turn down one that waits."""
    person = person_of(request)
    revoked = revoke_grant(bound(), grant, person=person, reason=said.reason)
    return as_json(grant_record(bound(), revoked))
