"""The customer's tests: what was seen at places of theirs, and whether they may test again."""

from collections.abc import Sequence

from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.notifying.evidence_lines import secrets_of_claims
from aupkeep.app.pages.customer.page import OwnProbe, OwnProbes
from aupkeep.app.probing.ask import once_for_test
from aupkeep.app.probing.places import may_ask, places_of
from aupkeep.app.probing.runs import runs_of, under_way
from aupkeep.model.case import Case, CaseState, Claim
from aupkeep.model.probe import ProbeResult
from aupkeep.notify.own_values import own_url
from aupkeep.probes.registry import known_probes


def own_probes(context: AppContext, case: Case, claims: Sequence[Claim]) -> OwnProbes:
    """What the last test saw, in values that are the customer's own (invariant 10)."""
    runs = runs_of(case.id)
    last = next((run for run in reversed(runs) if run.done_at is not None), None)
    still = case.state is not CaseState.CLOSED and may_ask(context, claims)
    places = places_of(context, load_case_context(context, case)) if still else ()
    secrets = secrets_of_claims(claims)
    return OwnProbes(
        once=once_for_test(context, case),
        offered=any(not place.barred for place in places),
        waits=under_way(runs, context.now()) is not None,
        seen=tuple(_own(result, secrets) for result in (last.results if last else ())),
    )


def _own(result: ProbeResult, secrets: Sequence[str]) -> OwnProbe:
    target = result.target
    port = target.port if target.peer_port is None else target.peer_port
    known = target.probe in known_probes()
    return OwnProbe(
        probe=target.probe if known else "other",
        place=own_url(target.url, secrets) if target.url else str(target.address),
        port=None if target.url else port,
        outcome=result.outcome,
        at=result.at,
    )
