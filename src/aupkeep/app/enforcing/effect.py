"""Proof of effect: whether a measure that was read back also limits (invariants 9 and 14).

* Its system stopped packets: it works, and an entry says so, once.
* Its agent names a reason why it may not, e.g. a machine that forwards nothing: told at once.
* Its system stopped none, and our flow records show such packets go on since: told within 30 s.
* Neither: nothing is known. Traffic that never comes needs no stopping.

Flow records alone prove nothing: an exporter in front of the router counts what is dropped behind.
"""

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.telemetry.questions.flows import flows_of
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.matching import Ends, stops
from aupkeep.model.action import NO_EFFECT, Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing, TooMany
from aupkeep.model.ladder import INTERCEPTING, STOPPING
from aupkeep.store import actions, agent_heard
from aupkeep.telemetry.rows import FlowRecord

NOTHING_AGAINST = "nothing speaks against it any more"
WORKS = "its system stopped packets"
STOPPED_NONE = "its system stopped none"
GOES_ON = "{} flows that it should stop were seen since, the last at {}, and " + STOPPED_NONE
SETTLES = timedelta(seconds=3)  # after it was read back: packets and clocks on their way
WATCHED = timedelta(minutes=10)  # after it was read back
MOST_FLOWS = 50  # read of one address
MOST_ASKED = 20  # actions that flows are asked about at a time, the newest first


def note_effects(context: AppContext, report: AgentReport, known: Mapping[str, Action]) -> None:
    """Write down what an agent's report says of the effect of what stands; `known` is by id."""
    for status in report.actions:
        action = known.get(status.id)
        if action is None or action.state is not ActionState.APPLIED:
            continue
        if status.packets and action.measure not in INTERCEPTING:  # a look alone tells of that
            _write(context, action, WORKS)
        elif status.doubt:
            _write(context, action, f"{NO_EFFECT}{status.doubt}")
        elif (action.effect or "").startswith(NO_EFFECT) and not _by_flows(action):
            _write(context, action, None)


def _by_flows(action: Action) -> bool:
    return (action.effect or "").endswith(STOPPED_NONE)


def judge_effects(context: AppContext) -> None:
    """Ask the kept flows about what was read back lately and has stopped nothing yet."""
    now = context.now()
    heard = agent_heard.by_target()
    silent = [
        (action, since)
        for action in actions.applied_since(now - WATCHED)
        if action.measure in STOPPING and (report := heard.get(action.target))
        if report.packets.get(action.id) == 0 and (since := report.counted_since.get(action.id))
    ]
    for action, since in silent[-MOST_ASKED:]:
        with suppress(Missing, TooMany):
            _ask_flows(context, action, now, since)


def _ask_flows(context: AppContext, action: Action, now: datetime, counted: datetime) -> None:
    """Of the time for which its system's count is whole, from `counted` on.

    Raises `Missing` where no flows are kept, `TooMany` where they are more than can be read.
    """
    address, seen_at = action.scope.address, action.changed_at
    if address is None or seen_at is None or action.effect is not None:
        return
    since = max(seen_at, min(counted, now)) + SETTLES
    if since >= now:
        return
    kept = flows_of(context.home, context.settings, address, (since, now), limit=MOST_FLOWS)
    begun = [flow for flow in kept.flows if _began_after(flow, since)]
    going_on = [flow for flow in begun if stops(action.measure, action.scope, ends_of(flow))]
    if going_on:
        _write(context, action, NO_EFFECT + GOES_ON.format(len(going_on), going_on[-1].end))


def _began_after(flow: FlowRecord, since: datetime) -> bool:
    return flow.start is not None and datetime.fromisoformat(flow.start) >= since


def ends_of(flow: FlowRecord) -> Ends:
    """What of a flow says whether a measure is about it."""
    return Ends(
        source=ip_address(flow.src) if flow.src else None,
        destination=ip_address(flow.dst) if flow.dst else None,
        protocol=flow.proto,
        source_port=flow.sport,
        port=flow.dport,
    )


def _write(context: AppContext, action: Action, effect: str | None) -> None:
    """An entry and the action's own field; nothing where it is known, or was changed meanwhile."""
    if action.effect == effect:
        return
    payload = {"action": action.id, "effect": effect or NOTHING_AGAINST}
    noted = entry(context, EntryType.ACTION_EFFECT, SYSTEM, payload, case=action.case)
    with suppress(Conflict):
        record(context, noted, rows=[dataclasses.replace(action, effect=effect)], seen=[action])
