"""What stands, as a person sees it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from aupkeep.app.access.authority import undo_barred
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.agent_words import lost
from aupkeep.app.enforcing.hits import hits_of
from aupkeep.app.enforcing.standing import (
    TargetRecord,
    list_targets,
    standing_measure,
    subject_of,
)
from aupkeep.app.pages.enforcement.page import (
    Alert,
    EnforcementPage,
    Grouping,
    MeasureGroup,
    MeasureRow,
    StateCount,
    UndoPage,
)
from aupkeep.app.pages.labels import TITLES, who
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.action import MOVING, STANDING, Action, ActionState
from aupkeep.model.decision import Decision
from aupkeep.store import actions, agent_heard, decisions
from aupkeep.store.agent_heard import AgentHeard

MOST = 200  # rows on one page; the rest by state, or by the command line
PATIENCE = 2.0  # seconds that a page waits for flows of one day
MEANINGS = {
    ActionState.WANTED: "decided, seen nowhere yet",
    ActionState.PENDING: "begun, not done",
    ActionState.ANNOUNCED: "asked for; nothing there to read",
    ActionState.APPLIED: "read back",
    ActionState.RECORDED: "“would be” only",
    ActionState.LIFTING: "on its way out",
}
GROUPINGS = {"target": "target", "customer": "customer", "rule": "rule or person", "end": "end"}
NOT_SEEN = {
    ActionState.WANTED: "not seen yet",
    ActionState.PENDING: "begun",
    ActionState.ANNOUNCED: "asked for",
    ActionState.LIFTING: "not seen gone yet",
}


def enforcement_page(
    context: AppContext, person: Person, *, by: str = "target", state: str = ""
) -> EnforcementPage:
    """Every measure that is wanted, stands or is being lifted; `state` narrows to one."""
    by = by if by in GROUPINGS else "target"
    moving = actions.in_states(MOVING)
    counts = Counter(action.state for action in moving)
    chosen = [action for action in moving if not state or action.state.value == state]
    targets = {target.target: target for target in list_targets(context)}
    rows = _rows(chosen[:MOST])
    return EnforcementPage(
        header=page_header(context, person),
        states=tuple(
            StateCount(
                state=action_state,
                count=counts[action_state],
                meaning=meaning,
                current=action_state.value == state,
            )
            for action_state, meaning in MEANINGS.items()
            if counts[action_state] or action_state is ActionState.APPLIED
        ),
        groupings=tuple(
            Grouping(key=key, title=title, current=key == by) for key, title in GROUPINGS.items()
        ),
        by=by,
        chosen=state,
        alerts=tuple(_alerts(targets.values())),
        groups=tuple(_groups(rows, by, targets)),
        total=len(chosen),
        shown=len(rows),
        targets=len({action.target for action in moving}),
        customers=len({action.scope.customer for action in moving}),
    )


def undo_page(context: AppContext, person: Person, action_id: str) -> UndoPage:
    """What lifting one measure would change. Raises `Missing`."""
    action = actions.known(action_id)
    decision, parts = decisions.get(action.decision), actions.of_decision(action.decision)
    same_customer = actions.listed(
        states=MOVING, target=None, customer=action.scope.customer, case=None
    )
    return UndoPage(
        header=page_header(context, person),
        measure=_rows([action])[0],
        reasons=decision.reasons if decision else "",
        parts=tuple(sorted(_rows(parts), key=lambda row: (row.target, row.subject))),
        others=tuple(_rows(x for x in same_customer if x.decision != action.decision)),
        told=any(part.enforced for part in parts),
        barred=undo_barred(person.id),
        hits=hits_of(context, action.id, PATIENCE),
    )


def _rows(chosen: Iterable[Action]) -> list[MeasureRow]:
    chosen, heard = list(chosen), agent_heard.by_target()
    made = decisions.by_ids({action.decision for action in chosen})
    return [_row(action, made.get(action.decision), heard) for action in chosen]


def _row(action: Action, decision: Decision | None, heard: Mapping[str, AgentHeard]) -> MeasureRow:
    measure = standing_measure(action, heard)
    return MeasureRow(
        action=action.id,
        title=TITLES[action.measure],
        subject=_where(action),
        customer=measure.customer,
        resource=measure.resource,
        reference=action.reference,
        level=action.level,
        by=who(decision.author) if decision else "",
        target=action.target,
        driver=action.driver,
        state=action.state,
        became=action.became,
        seen=_seen(action),
        seen_at=None if action.state in NOT_SEEN or lost(action) else action.changed_at,
        effect=measure.effect or "",
        since=action.starts,
        until=action.until,
        undoable=action.state in STANDING,
    )


def _where(action: Action) -> str:
    """`203.0.113.10 tcp/22`, `203.0.113.10 → 192.0.2.7`, `203.0.113.10 1000000 bytes/s`."""
    scope = action.scope
    words = [subject_of(action)]
    if scope.port is not None:
        words.append(f"{scope.protocol}/{scope.port}")
    if scope.destination is not None:
        words.append(f"→ {scope.destination}")
    if scope.rate is not None:
        words.append(f"{scope.rate} bytes/s")
    return " ".join(words)


def _seen(action: Action) -> str:
    """What the system said of it, or why it was not read back."""
    if action.state in NOT_SEEN:
        return action.proof or NOT_SEEN[action.state]
    if lost(action):
        return action.proof or ""
    return "read back" if action.enforced else "written down"


def _alerts(targets: Iterable[TargetRecord]) -> Iterable[Alert]:
    """What needs a look, the worst first."""
    for target in targets:
        if target.trouble:
            yield Alert(target=target.target, what=target.trouble, color="warning")
    for target in targets:
        for what in target.drift:
            yield Alert(target=target.target, what=f"put back or mended: {what}", color="warning")
        for place in target.foreign:
            yield Alert(
                target=target.target, what=f"an element that is not ours: {place}", color="info"
            )


def _groups(
    rows: Iterable[MeasureRow], by: str, targets: Mapping[str, TargetRecord]
) -> Iterable[MeasureGroup]:
    """The rows under their headings; inside one, what ends first stands first."""
    named: dict[str, list[MeasureRow]] = {}
    for row in sorted(rows, key=lambda row: row.until):
        key = {"target": row.target, "customer": row.customer, "rule": row.by}.get(
            by, f"{row.until:%Y-%m-%d}"
        )
        named.setdefault(key, []).append(row)
    for title in named if by == "end" else sorted(named):
        about = _about(targets.get(title)) if by == "target" else ""
        yield MeasureGroup(title=title, about=about, rows=tuple(named[title]))


def _about(target: TargetRecord | None) -> str:
    """A target in words: its driver, how full it is, what it serves."""
    if target is None:
        return "done by a person: nobody reads it back"
    served = ", ".join([*target.sites, *target.prefixes, *target.kinds, *target.names])
    full = f"{target.standing:,} of {target.cap:,}"
    words = [f"driver {target.driver}", full] if target.driver else []
    return " · ".join([*words, *([f"serves {served}"] if served else [])])
