"""Cases as a list: the same filters for the page, the API and the command line."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_network

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_summary import CaseSummary, absent_among, summary_of
from aupkeep.app.deciding.next_step import NextStep, next_steps, step_fields
from aupkeep.app.deciding.step_grants import granted_now
from aupkeep.model.case import CaseState
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.holding import Network
from aupkeep.model.ladder import Evidence
from aupkeep.model.moments import parse_age
from aupkeep.store import case_filter, cases
from aupkeep.store.case_filter import SORTS, CaseFilter

UNSEEN = "source: your roles may not know who reported (docs/roles.md)"
EVERYTHING: Mapping[str, str] = {}  # no filter
NOBODY = "nobody"  # as an assignee: nobody who is here
ME = "me"  # an assignee: who asks
NEEDED = (CaseState.OPEN, CaseState.ANSWERED)  # what waits for a person of the desk
VIEWS: dict[str, tuple[tuple[CaseState, ...], bool | None]] = {  # states, and whether dealt with
    "open": (NEEDED, False),
    "answered": ((CaseState.ANSWERED,), None),
    "waiting": ((CaseState.WAITING,), None),
    "handled": ((CaseState.OPEN,), True),
    "all": ((*NEEDED, CaseState.WAITING), None),
    "closed": ((CaseState.CLOSED,), None),
}
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
    "source",
    "site",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase(CaseSummary):
    """A case of the list with its next step: `step` a word that stays, `step_until` its time.

    `step_why` says how the grants that there are fall short of it, `step_by` whose appeal it is to
    judge, or who asked for a second person.

    `assignee_away`: who works on it is away or of the desk no more, and anybody may take it.
    """

    assignee_away: bool
    step: NextStep
    step_measure: str | None
    step_until: datetime | None
    step_why: str
    step_by: str | None


def read_filter(
    context: AppContext, asked: Mapping[str, str], person: str | None = None
) -> CaseFilter:
    """Filters as they are written: an address or prefix, an age such as 7d, E2, `nobody`.

    What is blank is left out. `view` is one of `VIEWS`, which a `state` narrows; the assignee `me`
    is the person. Raises `Invalid` for a word that is none of a filter.
    """
    given = {name: word.strip() for name, word in asked.items() if word.strip()}
    age = given.get("age")
    proposal = given.get("proposal")
    view = _one("view", given["view"], tuple(VIEWS)) if "view" in given else None
    states, handled = VIEWS[view] if view else ((), None)
    if "state" in given:
        states = (CaseState(_one("state", given["state"], CaseState)),)
    if given.get("assignee") == ME:
        if person is None:
            raise Invalid("assignee: expected a person's own session or token for `me`, found none")
        given["assignee"] = person
    return CaseFilter(
        states=states,
        handled=handled,
        resting_at=context.now() if view == "open" else None,
        clause=given.get("clause"),
        kind=given.get("kind"),
        customer=given.get("customer"),
        level=_level(given["evidence"]) if "evidence" in given else None,
        assignee="" if given.get("assignee") == NOBODY else given.get("assignee"),
        free_at=context.now() if given.get("assignee") == NOBODY else None,
        prefix=_prefix(given["address"]) if "address" in given else None,
        proposal=None if proposal is None else _one("proposal", proposal, ("yes", "no")) == "yes",
        source=given.get("source"),
        site=given.get("site"),
        opened_by=None if age is None else context.now() - parse_age(age, "age"),
    )


def list_cases(
    context: AppContext,
    asked: Mapping[str, str] = EVERYTHING,
    *,
    limit: int = 50,
    after: str | None = None,
    person: str | None = None,
) -> list[ListedCase]:
    """Cases that are not closed, or in the state or view that was asked for, in its `sort`.

    `after` is a reference, `person` who asks, for an assignee `me`.

    Raises `Invalid` for a filter or an order that is none, `Missing` for no such case, `Forbidden`.
    """
    sort = asked.get("sort") or "urgency"
    if asked.get("source") and person is not None and not sees_reporters(person):
        raise Forbidden(UNSEEN)
    if sort not in SORTS:
        raise Invalid(f"sort: expected one of {', '.join(SORTS)}, found {sort[:40]!r}")
    last = None if after is None else cases.by_reference(after)
    page = case_filter.page(
        read_filter(context, asked, person),
        limit=limit,
        after=None if after is None else last.id if last else after,
        sort=sort,
    )
    now = context.now()
    steps = next_steps(page, now, granted=granted_now(context))
    absent = absent_among(page, now)
    return [
        ListedCase(
            **asdict(summary_of(case)),
            assignee_away=case.assignee in absent,
            **step_fields(steps[case.id]),
        )
        for case in page
    ]


def next_case(context: AppContext, reference: str) -> str:
    """The first other case that needs a person and is nobody's who is here, "" for none.

    A colleague who is away gives nothing up by that: the case stays theirs until it is taken.
    """
    now = context.now()
    chosen = CaseFilter(
        states=NEEDED, handled=False, resting_at=now, assignee=case_filter.NOBODY, free_at=now
    )
    waiting = case_filter.page(chosen, limit=2)
    return next((other.reference for other in waiting if other.reference != reference), "")


def _one(name: str, given: str, known: Iterable[str]) -> str:
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
