"""Cases as a list: the same filters for the page, the API and the command line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_network

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_summary import CaseSummary, summary_of
from aupkeep.app.deciding.next_step import NextStep, next_steps
from aupkeep.model.case import CaseState
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.ladder import Evidence
from aupkeep.model.moments import parse_age
from aupkeep.store import case_filter, cases
from aupkeep.store.case_filter import SORTS, CaseFilter

EVERYTHING: Mapping[str, str] = {}  # no filter
NOBODY = "nobody"  # as an assignee
NAMES = (
    "state",
    "clause",
    "kind",
    "customer",
    "evidence",
    "assignee",
    "address",
    "age",
    "proposal",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase(CaseSummary):
    """A case of the list with its next step: `step` a word that stays, `step_until` its time."""

    step: NextStep
    step_measure: str | None
    step_until: datetime | None


def read_filter(context: AppContext, asked: Mapping[str, str]) -> CaseFilter:
    """Filters as they are written: an address or prefix, an age such as 7d, E2, `nobody`.

    What is blank is left out. Raises `Invalid` for a word that is none of a filter.
    """
    given = {name: asked[name].strip() for name in NAMES if asked.get(name, "").strip()}
    age = given.get("age")
    proposal = given.get("proposal")
    return CaseFilter(
        states=(CaseState(_one("state", given["state"], CaseState)),) if "state" in given else (),
        clause=given.get("clause"),
        kind=given.get("kind"),
        customer=given.get("customer"),
        level=_level(given["evidence"]) if "evidence" in given else None,
        assignee="" if given.get("assignee") == NOBODY else given.get("assignee"),
        prefix=_prefix(given["address"]) if "address" in given else None,
        proposal=None if proposal is None else _one("proposal", proposal, ("yes", "no")) == "yes",
        opened_by=None if age is None else context.now() - parse_age(age, "age"),
    )


def list_cases(
    context: AppContext,
    asked: Mapping[str, str] = EVERYTHING,
    *,
    limit: int = 50,
    after: str | None = None,
    sort: str = "urgency",
) -> list[ListedCase]:
    """Cases that are not closed, or in the state that was asked for; `after` is a reference.

    Raises `Invalid` for a filter or an order that is none, `Missing` for no such case.
    """
    if sort not in SORTS:
        raise Invalid(f"sort: expected one of {', '.join(SORTS)}, found {sort[:40]!r}")
    last = None if after is None else cases.by_reference(after)
    found = case_filter.page(
        read_filter(context, asked),
        limit=limit,
        after=None if after is None else last.id if last else after,
        sort=sort,
    )
    steps = next_steps(found, context.now())
    return [
        ListedCase(
            **asdict(summary_of(case)),
            step=steps[case.id].step,
            step_measure=steps[case.id].measure,
            step_until=steps[case.id].until,
        )
        for case in found
    ]


def _one(name: str, given: str, known: type[CaseState] | tuple[str, ...]) -> str:
    words = [str(word) for word in known]
    if given not in words:
        raise Invalid(f"{name}: expected {', '.join(words)}, found {given[:40]!r}")
    return given


def _level(given: str) -> Evidence:
    if given.upper() not in Evidence.__members__:
        known = ", ".join(Evidence.__members__)
        raise Invalid(f"evidence: expected one of {known}, found {given[:40]!r}")
    return Evidence[given.upper()]


def _prefix(given: str) -> Network:
    try:
        return ip_network(given, strict=False)
    except ValueError as error:
        raise Invalid(
            f"address: expected an IPv4 or IPv6 address or a prefix, found {given[:60]!r}"
        ) from error
