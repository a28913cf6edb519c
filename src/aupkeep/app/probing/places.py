"""The places of a case that a probe may be sent to, and why not to the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import CurrentHolders
from aupkeep.model.case import Claim
from aupkeep.model.holding import Held
from aupkeep.model.notice import LISTENING
from aupkeep.model.probe import ProbeTarget
from aupkeep.model.subject import Subject
from aupkeep.probes.guard import refusal
from aupkeep.probes.registry import probe_named, targets_of
from aupkeep.store import inventory

MOST = 5  # places of one asking, the newest evidence first
NO_SOURCE = "no address that probes come from is set: aupkeep settings set probes.source ADDRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePlace:
    """A place that the evidence names, and why it is not asked; "" where it may be."""

    target: ProbeTarget
    barred: str = ""


def places_of(context: AppContext, about: CaseContext) -> tuple[ProbePlace, ...]:
    """Every place that some probe can ask at about the evidence that stands."""
    current = CurrentHolders(context, about.at, about.supporting)
    claims = [_located(claim, current) for claim in about.supporting]
    evidence = targets_of(claims)
    return tuple(
        ProbePlace(target=target, barred=barred(context, about, target, current, evidence))
        for target in evidence
    )


def may_ask(context: AppContext, claims: Sequence[Claim]) -> bool:
    """Whether any place of this evidence could be asked, before the case is looked at.

    No for probes that send where no address is set from which they come; an address that a page
    had has yet to be looked up.
    """
    versions = {address.version for address in context.settings.probes.sources}
    unlocated = any(claim.finding.subject.address is None for claim in claims)
    return unlocated or any(
        not probe_named(target.probe).sends or target.address.version in versions
        for target in targets_of(claims)
    )


def barred(
    context: AppContext,
    about: CaseContext,
    target: ProbeTarget,
    current: CurrentHolders,
    evidence: list[ProbeTarget],
) -> str:
    """Why a place is not asked now, "" where it may be."""
    subject = Subject(address=target.address, port=target.port, url=target.url)
    if target.peer_port is not None:
        subject = Subject(address=target.address)
    holding = current.of(subject)
    holder = (about.case.customer, about.case.resource)
    held = isinstance(holding, Held) and (holding.customer, holding.resource) == holder
    own = [space.prefix for space in inventory.own_space()]
    guarded = refusal(target, about.case.kind, evidence=evidence, own=own, held=held)
    if guarded or not probe_named(target.probe).sends:
        return guarded or ""
    if about.inputs.listen:
        return LISTENING
    versions = {address.version for address in context.settings.probes.sources}
    return "" if target.address.version in versions else NO_SOURCE


def _located(claim: Claim, current: CurrentHolders) -> Claim:
    """A claim about a page, with the address that the page had when it was last looked up."""
    subject = claim.finding.subject
    if subject.address is not None or subject.url is None:
        return claim
    address = next(iter(current.addresses_of(subject)), None)
    return replace(claim, finding=replace(claim.finding, subject=replace(subject, address=address)))
