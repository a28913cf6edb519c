"""What stands, where and since when; which targets there are, and how each does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.targets import target_of
from aupkeep.app.enforcing.agent_words import lost
from aupkeep.app.enforcing.plan import option_trouble
from aupkeep.app.inventory.customers import known_customer
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.agent_report import UNANSWERED
from aupkeep.enforcement.ender import SAID
from aupkeep.enforcement.registry import driver_named
from aupkeep.model.action import HAND, MOVING, PEOPLE, STANDING, Action, ActionState, became
from aupkeep.model.counted import counted
from aupkeep.model.decision import Versions
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import INTERCEPTING, Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.moments import show_minute
from aupkeep.store import actions, agent_heard
from aupkeep.store.actions import ANY
from aupkeep.store.agent_heard import AgentHeard

AWAY = timedelta(minutes=3)  # an agent that was not heard for so long is told
LEFT = (
    "in aupkeep.toml no more: nothing new begins there; what stands is lifted by its agent alone, "
    "aupkeep agent --target {} --driver {}"
)
SEEN = (ActionState.APPLIED, ActionState.RECORDED, ActionState.ANNOUNCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRecord:
    """One target: what it serves (empty = all), how many stand, when its agent was last heard.

    `trouble` says why what is decided may not stand there; `drift` and `foreign` are what the agent
    mended and what it found of others.
    """

    target: str
    driver: str = ""
    agent: str = ""
    sites: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    order: int = 0
    standing: int
    cap: int = 0
    heard: datetime | None = None
    trouble: str | None
    drift: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMeasure:
    """One action as it stands on its target.

    `seen` is what was read back there, None where nothing was; `effect` what it did to traffic,
    None where that is not known. `until` is its end. `reason` says why it was not read back, or not
    any more, or how it ended.
    """

    action: str
    case: str
    decision: str
    customer: str
    resource: str
    measure: Measure
    subject: str
    target: str
    driver: str
    state: ActionState
    since: datetime
    until: datetime
    seen: str | None
    effect: str | None
    automatic: bool
    versions: Versions
    reason: str | None = None

    @property
    def became(self) -> str:
        """Its state as words tell it, of `became`."""
        return became(self.state, self.driver, self.seen or self.reason)


def list_targets(context: AppContext) -> list[TargetRecord]:
    """Every target of the settings, and each that has measures and is in them no more."""
    standing, moving = actions.standing_by_target(), actions.standing_by_target(MOVING)
    heard, now = agent_heard.by_target(), context.now()
    rows = []
    for chosen in context.settings.enforcement.all_targets():
        target, report = target_of(chosen), heard.get(chosen.name)
        count = standing.get(chosen.name, 0)
        rows.append(
            TargetRecord(
                target=chosen.name,
                driver=chosen.driver,
                agent=chosen.agent,
                sites=chosen.sites,
                prefixes=chosen.prefixes,
                kinds=chosen.kinds,
                names=chosen.names,
                measures=tuple(sorted(target.carries)),
                order=chosen.order,
                standing=count,
                cap=chosen.cap,
                heard=report.at if report else None,
                trouble=option_trouble(context, chosen) or _trouble(chosen, report, count, now),
                drift=report.drift if report else (),
                foreign=report.foreign if report else (),
            )
        )
    known = {PEOPLE, *(row.target for row in rows)}
    return rows + [_left(name, heard.get(name)) for name in moving if name not in known]


def list_drift(context: AppContext) -> list[TargetRecord]:
    """The targets that may differ from what was decided.

    Their agent put something back or found elements of others, or measures stand or are to and it
    is away, or the settings name the target no more.
    """
    return [x for x in list_targets(context) if x.drift or x.foreign or x.trouble]


def known_target(context: AppContext, name: str) -> None:
    """Raises `Invalid` where no target of the settings has the name and no measure is there."""
    chosen = [x.name for x in context.settings.enforcement.all_targets()]
    if name in (*chosen, PEOPLE):
        return
    left = [x for x in actions.standing_by_target(MOVING) if x not in (*chosen, PEOPLE)]
    if name not in left:
        names = ", ".join([*chosen, *left])
        raise Invalid(f"target: expected one of {names}, found {name[:60]!r}")


def away_agents(context: AppContext) -> dict[str, str]:
    """Targets on which measures stand or are to, and of which nothing is seen: target → why.

    Their agent is silent, it says that the system itself does not answer, or the settings name the
    target no more.
    """
    settings, now = context.settings.enforcement, context.now()
    known = {chosen.name for chosen in settings.all_targets()}
    silent = {
        name: _silence(report) if now - report.at > AWAY else report.controller
        for name, report in agent_heard.by_target().items()
        if name in known and (now - report.at > AWAY or is_unanswered(report))
    }
    depend = actions.standing_by_target()
    left = {
        name: LEFT.format(name, "DRIVER") for name in depend if name not in known and name != PEOPLE
    }
    return {name: why for name, why in silent.items() if name in depend} | left


def is_unanswered(report: AgentHeard | None) -> bool:
    """Whether the agent is there and could not see what stands, since its system is silent."""
    return report is not None and report.controller.startswith(UNANSWERED)


def _left(name: str, report: AgentHeard | None) -> TargetRecord:
    """A target that measures stand on, or are lifted from, and that the settings name no more."""
    there = actions.listed(states=MOVING, target=name, customer=None, case=None)
    return TargetRecord(
        target=name,
        driver=there[0].driver,
        standing=sum(action.state in STANDING for action in there),
        heard=report.at if report else None,
        trouble=LEFT.format(name, there[0].driver),
        drift=report.drift if report else (),
        foreign=report.foreign if report else (),
    )


def _trouble(
    chosen: TargetSettings, report: AgentHeard | None, standing: int, now: datetime
) -> str | None:
    """Why what is decided may not stand there as it should, None where nothing is known."""
    if report is None:
        return "no agent of it was ever heard" if standing else None
    if now - report.at > AWAY:
        return _silence(report)
    if report.driver != chosen.driver:
        return f"its agent uses the driver {report.driver}, the settings say {chosen.driver}"
    return report.controller or None


def _silence(report: AgentHeard) -> str:
    """Since when nothing is heard of an agent, and what is said in its place."""
    said = f"; {report.controller}" if report.controller.startswith(SAID) else ""
    return f"its agent was last heard at {show_minute(report.at)}{said}"


def list_measures(
    context: AppContext,
    *,
    target: str | None = None,
    customer: str | None = None,
    case: str | None = None,
    state: str | None = None,
    ended: bool = False,
    made: MadeBy = ANY,
) -> list[StandingMeasure]:
    """What is wanted, stands, is being lifted or was refused; with `ended` what is over, too.

    `made` has the work of one rule, detector, policy, attribution or driver alone.

    Raises `Invalid` for an unknown state, target or driver, `Missing` for an unknown case or
    customer.
    """
    if state is not None and state not in set(ActionState):
        raise Invalid(f"state: expected {', '.join(ActionState)}, found {state[:40]!r}")
    if target is not None:
        known_target(context, target)
    if made.driver not in (None, HAND):
        driver_named(str(made.driver))
    if customer is not None:
        known_customer(customer)
    number = find_case(case).id if case is not None else None
    over = ended or (state is not None and ActionState(state) not in MOVING)
    rows = actions.listed(
        states=tuple(ActionState) if over else MOVING,
        target=target,
        customer=customer,
        case=number,
        made=made,
    )
    if not over and not made:  # nor is it over while its time runs that nothing carried out
        rows += [
            x
            for x in actions.failed(context.now())
            if target in {None, x.target} and customer in {None, x.scope.customer}
            and number in {None, x.case}
        ]  # fmt: skip
    heard = agent_heard.by_target()
    return [standing_measure(x, heard) for x in rows if state is None or x.state == state]


def standing_measure(action: Action, heard: Mapping[str, AgentHeard]) -> StandingMeasure:
    """One action as the list shows it; `heard` is what each target's agent said last."""
    scope, report = action.scope, heard.get(action.target)
    stopped = report.packets.get(action.id) if report is not None else None
    now = report.controller if report is not None and is_unanswered(report) else None
    seen = action.state in SEEN and not lost(action)
    return StandingMeasure(
        action=action.id,
        case=action.reference,
        decision=action.decision,
        customer=scope.customer,
        resource=scope.resource,
        measure=action.measure,
        subject=subject_of(action),
        target=action.target,
        driver=action.driver,
        state=action.state,
        since=action.starts,
        until=action.until,
        seen=action.proof if seen else None,
        effect=_effect(action, stopped),
        automatic=action.automatic,
        versions=action.versions,
        reason=now if seen else action.proof,
    )


def _effect(action: Action, stopped: int | None) -> str | None:
    """What it did to traffic: what its system counts now, or what was seen before."""
    if action.measure in INTERCEPTING:  # nothing is stopped, and a look alone tells how much
        return action.effect
    if stopped is None or (not stopped and action.effect):
        return action.effect
    return f"{counted(stopped, 'packet')} stopped"


def subject_of(action: Action) -> str:
    """What it is on: `203.0.113.10`, `203.0.113.10:1024-2047`, `2001:db8::/64`, a URL, a name."""
    scope = action.scope
    if scope.address is not None and scope.source_ports is not None:
        return f"{scope.address}:{scope.source_ports}"
    named = scope.url or scope.name or scope.account
    return str(scope.network or scope.address or named or scope.resource)


def whole_state(served: Iterable[Action]) -> ActionState | None:
    """How one decision's measure stands altogether: applied only where every part is.

    None for no actions. The weakest of those that are not over counts; of what is over, the last.
    """
    rank = (
        ActionState.FAILED, ActionState.WANTED, ActionState.PENDING, ActionState.LIFTING,
        ActionState.ANNOUNCED, ActionState.RECORDED, ActionState.APPLIED,
        ActionState.LIFTED, ActionState.EXPIRED,
    )  # fmt: skip
    states = {action.state for action in served}
    return next((state for state in rank if state in states), None)
