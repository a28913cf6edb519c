"""Asks the systems themselves, now, whether each measure stands; and has an agent take its step.

A target whose agent is beside the server is asked through its driver; of another's its last report
is shown, with its age. Nothing is changed by asking.
"""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.agent_run import AgentConfig, open_agent, open_driver
from aupkeep.app.enforcing.agent_words import in_trouble, lost
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.standing import is_unanswered, known_target, standing_measure
from aupkeep.config.keys import public_keys
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.action import HAND, MOVING, STANDING, Action, ActionState
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions, agent_heard
from aupkeep.store.agent_heard import AgentHeard


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedMeasure:
    """One measure that is to stand, was refused while its time runs, or waits to be gone.

    `seen` is what its system shows: True, False, or None where nobody could be asked; `asked` says
    whether that is of now (else of the agent's last report). `holds` is whether it is as it should
    be: seen while it is to stand, gone while it is lifted; what was refused is not.
    """

    action: str
    case: str
    target: str
    driver: str
    state: ActionState
    seen: bool | None
    asked: bool
    holds: bool
    proof: str | None
    effect: str | None
    at: datetime | None


def verify_measures(context: AppContext, target: str | None = None) -> list[VerifiedMeasure]:
    """Every measure of a target, or of all. Raises `Invalid` for a target nobody knows."""
    chosen = {x.name: x for x in context.settings.enforcement.all_targets()}
    if target is not None:
        known_target(context, target)
    heard = agent_heard.by_target()
    rows = actions.listed(states=MOVING, target=target, customer=None, case=None)
    rows += [x for x in actions.failed(context.now()) if target in {None, x.target}]
    drivers = {name: _driver(context, chosen.get(name)) for name in {x.target for x in rows}}
    return [_verified(x, drivers[x.target], heard) for x in rows if x.driver != HAND]


def _driver(context: AppContext, settings: TargetSettings | None) -> GuardedDriver | str:
    """The driver of a target that can be asked here, else why not."""
    if settings is None or settings.agent:
        return "its agent runs elsewhere"
    try:
        return open_driver(_config(context, settings), context.now)
    except AupkeepError as error:
        return str(error)


def _config(context: AppContext, settings: TargetSettings) -> AgentConfig:
    home = context.home
    folder, keys = home.agent / settings.name, public_keys(home, "desired")
    return AgentConfig(carries=settings, folder=folder, keys=keys, home=home, switch=home.freeze)


def _verified(
    action: Action, driver: GuardedDriver | str, heard: dict[str, AgentHeard]
) -> VerifiedMeasure:
    report = heard.get(action.target)
    known = report is not None and not is_unanswered(report)
    seen = _told(action) if known else None
    proof, at, asked = action.proof, report.at if report else None, False
    refused = action.state is ActionState.FAILED
    if not (isinstance(driver, str) or refused) and driver.able.driver == action.driver:
        try:
            shown = driver.prove(action)
            seen, proof, at, asked = shown.seen, shown.text, shown.at, True
            if not seen and action.state is ActionState.LIFTING:
                left = driver.remains(action, {})
                seen, proof = bool(left), left or proof
        except AupkeepError as error:
            seen, proof = None, str(error)
    elif isinstance(driver, str) and report is None:
        proof = f"never heard; {driver}"
    return VerifiedMeasure(
        action=action.id,
        case=action.reference,
        target=action.target,
        driver=action.driver,
        state=action.state,
        seen=seen,
        asked=asked,
        holds=not refused and seen is (action.state in STANDING),
        proof=proof,
        effect=standing_measure(action, heard).effect,
        at=at,
    )


def _told(action: Action) -> bool | None:
    """Whether it stands by its agent's last word, None where that word does not say."""
    if action.state is ActionState.LIFTING:
        return True if in_trouble(action) else None
    if action.state is ActionState.ANNOUNCED:
        return None
    return action.state in (ActionState.APPLIED, ActionState.RECORDED) and not lost(action)


def _stepped(context: AppContext, settings: TargetSettings) -> str:
    """Take the step of a target's agent; why it could not, which keeps no other from its own."""
    try:
        open_agent(_config(context, settings), context.now).step()
    except AupkeepError as error:
        return f"target {settings.name}: {str(error).removeprefix(f'target {settings.name}, ')}"
    return ""


def apply_now(context: AppContext, person: str, target: str | None = None) -> list[VerifiedMeasure]:
    """Have the agents beside the server carry out at once what is decided; then as verified.

    Agents elsewhere get the new state and pull it within seconds. Raises `Invalid` for a target
    that is not in the settings, `Unavailable` where nothing could be written or an agent cannot,
    `Forbidden` for a person who may not undo.
    """
    authorised(person, StaffAct.UNDO)
    chosen = context.settings.enforcement
    named = (chosen.target_named(target),) if target is not None else chosen.all_targets()
    for settings in named:
        write_desired(context, settings.name)
    troubles = [_stepped(context, settings) for settings in named if not settings.agent]
    _, unread = take_reports(context)
    if unread:
        raise Unavailable(f"an agent's report was not taken: {unread[0]}")
    if undone := "; ".join(filter(None, troubles)):
        raise Unavailable(f"{undone}; what else was decided is carried out")
    return verify_measures(context, target)
