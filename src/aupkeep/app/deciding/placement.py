"""On which targets a measure is carried out: the settings and the inventory, put before `place`.

The targets of `[[enforcement.targets]]` say what they serve, their drivers what they can do. What
no target serves is refused before it is decided; what no driver can do at all is a person's.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Network

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.targets import targets_of
from aupkeep.app.inventory.current import in_force
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.founded import unfounded
from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import Proposal
from aupkeep.enforcement.placement import NotPlaced, Placed, Target, WantedScope, place
from aupkeep.model.action import PEOPLE
from aupkeep.model.actor import Actor
from aupkeep.model.decision import Decision, Refused, Scope
from aupkeep.model.ladder import INTERCEPTING, Level, Measure
from aupkeep.model.subject import Address
from aupkeep.store import actions
from aupkeep.store import inventory as stored

CANNOT = "Nothing here can carry it out: {}."


def place_measure(
    context: AppContext,
    measure: Measure,
    scopes: Sequence[Scope],
    targets: Iterable[Target] | None = None,
) -> tuple[Placed, ...] | NotPlaced:
    """Where each scope is carried out, on these targets or, for None, on those of the settings.

    Raises `Invalid` where the settings name an unknown driver.
    """
    chosen = targets_of(context) if targets is None else tuple(targets)
    sited = any(target.sites for target in chosen)
    wanted = [
        WantedScope(
            scope=scope,
            site=_site(context, scope) if sited else None,
            kind=kind_of(scope.resource),
        )
        for scope in scopes
    ]
    return place(measure, wanted, chosen, actions.standing_by_target())


def scopes_of(about: CaseContext, measure: Measure, scope: Scope) -> list[Scope]:
    """Where a measure on a case's resource is carried out: see `scopes_at`."""
    alone = [address for address in about.hosts if address not in about.inputs.shared_at]
    return scopes_at(measure, scope, alone, about.networks)


def scopes_at(
    measure: Measure, scope: Scope, hosts: Iterable[Address], networks: Iterable[IPv6Network]
) -> list[Scope]:
    """Where a measure is carried out: at its scope; an isolation at all that is the resource's.

    The harm of an isolated resource is the resource's, so both families go: each address that it
    holds alone (`hosts`), and each of its IPv6 assignments whole (`networks`).
    """
    if measure is not Measure.ISOLATE or scope.address is None or scope.source_ports is not None:
        return [scope]
    first = scope.network
    whole = [net for net in networks if first is None or not net.overlaps(first)]
    single = [
        address
        for address in hosts
        if address != scope.address
        and not any(address in net for net in (*whole, *([first] if first else [])))
    ]
    plain = dataclasses.replace(scope, prefix_length=None)
    return [
        scope,
        *(dataclasses.replace(plain, address=address) for address in single),
        *(
            dataclasses.replace(plain, address=net.network_address, prefix_length=net.prefixlen)
            for net in whole
        ),
    ]


def kind_of(resource: str) -> str:
    """What a resource is, by the word before its colon: `instance:7f3c` is an instance."""
    kind, colon, _ = resource.partition(":")
    return kind if colon else ""


def permit_placed(
    context: AppContext,
    about: CaseContext,
    proposal: Proposal,
    people: Sequence[Actor],
    inputs: DecisionInputs,
    *,
    number: str,
) -> Decision | Refused:
    """`casework.permit`, and then whether a target carries what it let through.

    Before it whether anything stands that people may tell or limit somebody for.
    """
    empty = unfounded(proposal, people, about.claims, about.standing)
    if empty is not None:
        return empty
    if inputs.listen or proposal.shadow:
        inputs = _with_targets(context, about, proposal, inputs)
    answer = permit(proposal, people, about.facts, inputs, id=number, now=context.now())
    if not isinstance(answer, Decision) or answer.level < Level.L3 or answer.reverses is not None:
        return answer
    if answer.measure is Measure.END_SERVICE:
        return answer  # whoever holds the service is told
    scopes = scopes_of(about, answer.measure, answer.scope)
    placed = place_measure(context, answer.measure, scopes)
    nobody = answer.measure in INTERCEPTING  # nor is it ever done by hand
    if isinstance(placed, NotPlaced) and (nobody or not placed.by_hand):
        return Refused(reason=CANNOT.format(placed.reason), invariant=None)
    return answer


def _with_targets(
    context: AppContext, about: CaseContext, proposal: Proposal, inputs: DecisionInputs
) -> DecisionInputs:
    """The inputs with the targets that would carry a limit: a grant names one."""
    if proposal.level < Level.L3 or proposal.reverses is not None:
        return inputs
    names: tuple[str, ...] = (PEOPLE,)
    if proposal.measure is not Measure.END_SERVICE:
        scopes = scopes_of(about, proposal.measure, proposal.scope)
        placed = place_measure(context, proposal.measure, scopes)
        if not isinstance(placed, NotPlaced):
            names = tuple(sorted({item.target for item in placed}))
        elif not placed.by_hand:
            names = ()
    return dataclasses.replace(inputs, granting=dataclasses.replace(inputs.granting, targets=names))


def _site(context: AppContext, scope: Scope) -> str | None:
    """The one site at which the resource holds its address now, None where that is not certain."""
    if scope.address is None:
        return None
    now = context.now()
    sites = {
        item.site
        for item in stored.covering(scope.address)
        if (item.customer, item.resource) == (scope.customer, scope.resource)
        and in_force(item, now)
    }
    return sites.pop() if len(sites) == 1 else None
