"""What a measure would do, and to whom, before anybody decides it; no system is contacted.

`aupkeep enforcement plan --measure block-port --subject 203.0.113.40:30000 --port 22 …` asks
who holds the address now, puts the measure on what that holder has alone there, and asks the guard
of each target that would carry it, the same that its agent has, with nothing standing there.
Whoever else holds a part of the address stands in the answer.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from aupkeep.app.case_context import ATTRIBUTION, reach_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.placement import CANNOT, place_measure, scopes_at
from aupkeep.app.deciding.targets import target_of
from aupkeep.app.enforcing.blast_radius import BlastRadius, blast_radius
from aupkeep.app.enforcing.desired_state import protect_list
from aupkeep.app.inventory.current import CurrentHolders, hosts_of, networks_of, records_of
from aupkeep.casework.gate_checks import NO_INTERCEPTION
from aupkeep.casework.measure_limits import lifetime
from aupkeep.casework.reach import WIDE, OwnReach, within_reach
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.guard import GuardedDriver, touched
from aupkeep.enforcement.one_system import shared_system
from aupkeep.enforcement.placement import NotPlaced, Placed, Target
from aupkeep.enforcement.registry import driver_named
from aupkeep.inventory.names import join
from aupkeep.model.action import HAND, PEOPLE, Action
from aupkeep.model.decision import PortRange, Scope, Versions
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.holding import Held
from aupkeep.model.host import host_of
from aupkeep.model.ladder import INTERCEPTING, NAMED, OF_AN_ACCOUNT, Level, Measure, level_of
from aupkeep.model.subject import Subject, parse_address, parse_subject

PLANNED = "planned"  # stands where a decision would be named
NO_ID = str(UUID(int=0))
ELSEWHERE = "the lists on the machine of its agent (protect, bounds) are not read here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAction:
    """One action as its driver would carry it out; `touches` names everybody in reach."""

    target: str
    driver: str
    ops: tuple[str, ...]
    touches: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementPlan:
    """What would be done; `refused` says why nothing would, None where it would.

    `reach` is what it touches beside its subject, None where nothing would be done.
    """

    actions: tuple[PlannedAction, ...] = ()
    refused: str | None = None
    reach: BlastRadius | None = None


def plan_measure(
    context: AppContext,
    measure: Measure,
    subject: str,
    until: datetime,
    *,
    target: str | None = None,
    words: Mapping[str, object] | None = None,
) -> EnforcementPlan:
    """Plan a measure on whoever holds the subject now.

    `words` may hold port, protocol, destination and rate. Raises `Invalid` for a target or a
    subject that is none.
    """
    if reason := _impossible(context, measure):
        return EnforcementPlan(refused=reason)
    rate = (words or {}).get("rate")
    level = level_of(measure, int(str(rate)) if rate is not None else None)
    answer = _plan(context, measure, subject, until, target=target, words=words)
    lasts = until - context.now()
    too_long = _too_long(level, lasts) if lasts > timedelta(0) else None
    return EnforcementPlan(refused=too_long) if too_long else answer


def _plan(
    context: AppContext,
    measure: Measure,
    subject: str,
    until: datetime,
    *,
    target: str | None,
    words: Mapping[str, object] | None,
) -> EnforcementPlan:
    """What its guards say of it, whatever the gate says of its length."""
    chosen = context.settings.enforcement
    named_target = chosen.target_named(target) if target is not None else None
    current = CurrentHolders(context, context.now(), ())
    targets = None if named_target is None else [target_of(named_target)]
    if measure in NAMED:
        return _planned_name(context, measure, subject, until, current, targets)
    named = parse_subject(subject)
    if named.address is None:
        raise Invalid(f"subject: expected an address, found {subject[:60]!r}")
    held = current.of(named)
    if not isinstance(held, Held):
        return EnforcementPlan(refused=_nobody(named, current))
    holder = held.customer, held.resource
    reach = reach_of(current, named.address, holder)
    scope = _scope(measure, held, named, dict(words or {}), reach)
    if reason := _unshared(scope, reach):
        return EnforcementPlan(refused=reason)
    records = records_of(*holder, current.now)
    alone = [
        address
        for address in hosts_of(records)
        if current.is_held_by(address, holder) and len(current.sharers(address)) == 1
    ]
    networks = networks_of(current, holder, records)
    placed = place_measure(context, measure, scopes_at(measure, scope, alone, networks), targets)
    if isinstance(placed, NotPlaced):
        return _unplaced(measure, scope, placed)
    actions = [planned_action(context, measure, part, until) for part in placed]
    return _planned(context, actions, reach)


def _too_long(level: Level, lasts: timedelta) -> str | None:
    """What the gate says of so long a measure by a person; a hold has its own length."""
    if level is Level.L7:
        return None
    refused = lifetime(lasts.total_seconds() / 3600, level, automatic=False)
    return refused.reason if refused else None


def _impossible(context: AppContext, measure: Measure) -> str | None:
    """Why nothing would be carried out whoever it is on, or None."""
    if measure in INTERCEPTING and not context.settings.interception.allowed:
        return NO_INTERCEPTION
    if measure is Measure.END_SERVICE:
        return "it follows a hold: aupkeep termination finish CASE"
    if measure in OF_AN_ACCOUNT:
        return "a person names the account in its case: aupkeep decide CASE --account NAME"
    if level_of(measure, None) < Level.L3:
        return f"{measure} limits nothing: no target carries it out"
    return None


def planned_action(
    context: AppContext, measure: Measure, placed: Placed, until: datetime
) -> Action:
    """The action that a decision would make, with names of its own where there is none yet."""
    return Action(
        id=NO_ID,
        decision=PLANNED,
        case=PLANNED,
        reference=PLANNED,
        driver=placed.driver,
        target=placed.target,
        level=level_of(measure, placed.scope.rate),
        measure=measure,
        scope=placed.scope,
        starts=context.now(),
        until=until,
        versions=Versions(detector="none", rule=PLANNED, policy=PLANNED, attribution=ATTRIBUTION),
        automatic=False,
    )


def _unplaced(measure: Measure, scope: Scope, placed: NotPlaced) -> EnforcementPlan:
    """What a person would do where no driver can; else why nothing carries it."""
    if measure in INTERCEPTING:  # never by hand
        return EnforcementPlan(refused=CANNOT.format(placed.reason))
    if not placed.by_hand:
        return EnforcementPlan(refused=placed.reason)
    action = PlannedAction(
        target=PEOPLE,
        driver=HAND,
        ops=(f"a person does it, {measure} for {scope.resource}: aupkeep done ACTION",),
        touches=touched(scope),
        note=placed.reason,
    )
    return EnforcementPlan(actions=(action,))


def _planned_name(
    context: AppContext,
    measure: Measure,
    text: str,
    until: datetime,
    current: CurrentHolders,
    targets: Sequence[Target] | None,
) -> EnforcementPlan:
    """A page or a name: whose it is, who shares its addresses, and where it is blocked."""
    subject = Subject(url=text) if measure is Measure.BLOCK_URL else Subject(domain=text)
    at = current.addresses_of(subject)
    held = join(current.of(replace(subject, address=address)) for address in at)
    if not isinstance(held, Held):
        return EnforcementPlan(refused=f"{text}: {current.why_nobody(subject)}")
    host = host_of(text)
    names = sorted(
        f"{name} ({' '.join(holder)})"
        for address in at
        for holder, names in current.tenants(address).items()
        for name in names
        if name != host
    )
    scope = Scope(
        customer=held.customer,
        resource=held.resource,
        url=subject.url,
        name=subject.domain,
        note=f"not touched: {', '.join(dict.fromkeys(names))}" if names else None,
    )
    placed = place_measure(context, measure, [scope], targets)
    if not isinstance(placed, NotPlaced):
        actions = [planned_action(context, measure, part, until) for part in placed]
        return _planned(context, actions)
    if not placed.by_hand:
        return EnforcementPlan(refused=placed.reason)
    by_hand = PlannedAction(
        target=PEOPLE,
        driver=HAND,
        ops=(f"a person blocks {text}, and confirms it: aupkeep done ACTION",),
        touches=(text, held.resource),
        note=scope.note,
    )
    return EnforcementPlan(actions=(by_hand,))


def _nobody(subject: Subject, current: CurrentHolders) -> str:
    """Why nothing may be done at an address that nobody certainly holds alone."""
    who = ", ".join(sorted(" ".join(filter(None, x)) for x in current.candidates(subject)))
    several = f"; it is shared by {who}: name the port" if who else ""
    return f"{subject}: expected one holder now, found none that is certain{several}"


def _scope(
    measure: Measure, held: Held, subject: Subject, words: dict[str, object], reach: OwnReach
) -> Scope:
    """The scope on what the holder has alone around the address."""
    port, rate, to = words.get("port"), words.get("rate"), words.get("destination")
    scope = Scope(
        customer=held.customer,
        resource=held.resource,
        address=subject.address,
        protocol=str(words.get("protocol") or "tcp") if port is not None else None,
        port=int(str(port)) if port is not None else None,
        destination=parse_address(str(to), "destination") if to else None,
        rate=int(str(rate)) if rate is not None else None,
        note=WIDE if measure is Measure.LIMIT_RATE else None,
    )
    if reach.others and subject.port is not None:
        own = [ports for ports in reach.ports if ports.first <= subject.port <= ports.last]
        reach = replace(reach, ports=tuple[PortRange, ...](own))
    return within_reach(scope, measure, [reach], ())


def _unshared(scope: Scope, reach: OwnReach) -> str | None:
    """Why a shared address is not touched, None where only its holder's own part is."""
    if not reach.others or scope.source_ports is not None:
        return None
    who = ", ".join(reach.others)
    return (
        f"{scope.address} is shared: {who} would be hit too, and no ports are known to be its own"
    )


def planning_driver(context: AppContext, target: TargetSettings) -> GuardedDriver:
    """The driver of a target behind its guard, its secrets as they are in the settings.

    Raises `Invalid` for an unknown driver, for wrong options, and for a system that is another
    target's too; `Unavailable`.
    """
    if shared := shared_system(target, context.settings.enforcement.all_targets()):
        raise Invalid(shared)
    return driver_named(target.driver).open(
        DriverContext(
            folder=_folder(context, target)[0],
            now=context.now,
            cap=target.cap,
            options=target.options,
        )
    )


def _folder(context: AppContext, target: TargetSettings) -> tuple[Path, str]:
    """The folder of the agent with its own lists; where they cannot be read here, that in words."""
    own, nowhere = context.home.agent / target.name, context.home.path / "no-agent"
    if target.agent:
        return nowhere, ELSEWHERE
    try:
        readable = not own.exists() or os.access(own, os.X_OK)
    except OSError:
        readable = False
    return (own, "") if readable else (nowhere, ELSEWHERE)


def _planned(
    context: AppContext, actions: Sequence[Action], reach: OwnReach | None = None
) -> EnforcementPlan:
    """Each guard's answer, with who shares the address and is spared."""
    others = reach.others if reach else ()
    spared = f"not touched: {', '.join(others)}" if others else ""
    protect = protect_list(context)
    done = []
    for action in actions:
        target = context.settings.enforcement.target_named(action.target)
        try:
            planned = planning_driver(context, target).plan(action, {}, protect)
        except AupkeepError as refused:
            return EnforcementPlan(refused=f"target {action.target}: {refused}")
        notes = (planned.note, spared, _folder(context, target)[1])
        done.append(
            PlannedAction(
                target=action.target,
                driver=action.driver,
                ops=planned.ops,
                touches=planned.touches,
                note="; ".join(filter(None, notes)) or None,
            )
        )
    scopes = [action.scope for action in actions]
    radius = blast_radius(context, scopes, others) if scopes else None
    return EnforcementPlan(actions=tuple(done), reach=radius)


def option_trouble(context: AppContext, target: TargetSettings) -> str | None:
    """What of a target's options is wrong, as far as the settings alone tell, or None."""
    try:
        planning_driver(context, target)
    except AupkeepError as wrong:
        return str(wrong)
    return None
