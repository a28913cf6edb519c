"""How the install stands, for programs: measures and why, lists, flows."""

from django.http import HttpRequest
from ninja import Query, Router, Schema

from aupkeep.api.faults import ONE, SEVERAL
from aupkeep.api.tokens import ScopedToken
from aupkeep.app.context import bound
from aupkeep.app.enforcing.driver_list import list_drivers
from aupkeep.app.enforcing.standing import list_measures, list_targets
from aupkeep.app.enforcing.why import why
from aupkeep.app.pages.feeds.status import feed_rows
from aupkeep.app.pages.flows.load import flows_heard
from aupkeep.model.as_json import as_json

standing = Router()
WORK = ScopedToken("case")


class MeasuresAsked(Schema):
    """Of a target, a customer, a case by its reference, in a state; `all`: what is over, too."""

    target: str = ""
    customer: str = ""
    case: str = ""
    state: str = ""
    all: bool = False


class WhyAsked(Schema):
    """An address, a case's reference or an action's id."""

    subject: str


@standing.get("/enforcement", response=SEVERAL, auth=WORK)
def get_enforcement(request: HttpRequest, asked: Query[MeasuresAsked]) -> object:
    """What is in force or on its way, where, since when, and whether it was seen there."""
    return as_json(
        list_measures(
            bound(),
            target=asked.target or None,
            customer=asked.customer or None,
            case=asked.case or None,
            state=asked.state or None,
            ended=asked.all,
        )
    )


@standing.get("/enforcement/targets", response=SEVERAL, auth=WORK)
def get_targets(request: HttpRequest) -> object:
    """Where measures go, what each target serves, when its agent was last heard."""
    return as_json(list_targets(bound()))


@standing.get("/enforcement/drivers", response=SEVERAL, auth=WORK)
def get_drivers(request: HttpRequest) -> object:
    """Which drivers are installed, what each can do, and what this machine lacks for it."""
    return as_json(list_drivers())


@standing.get("/why", response=ONE, auth=WORK)
def get_why(request: HttpRequest, asked: Query[WhyAsked]) -> object:
    """What limits an address, stands in a case, or became of an action."""
    return as_json(why(bound(), asked.subject))


@standing.get("/feeds", response=SEVERAL, auth=WORK)
def get_feeds(request: HttpRequest) -> object:
    """Every list that can be fetched and how it stands."""
    return as_json(feed_rows(bound()))


@standing.get("/flows", response=ONE, auth=WORK)
def get_flows(request: HttpRequest) -> object:
    """Who exports flows and how completely they are heard, detectors, what they saw lately."""
    return as_json(flows_heard(bound()))
