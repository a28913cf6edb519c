"""Grants: asked for by one person, given by a second, for a time, and rolled back by anybody.

While the install listens, nothing leaves and nothing acts but what a live grant allows
(`casework.grants`). Who may ask and give has the act GRANT; whoever may freeze may revoke: silence
is the safe side. Where nobody else could be the second person, one gives it alone, and that is
written down. A grant that replaces another, e.g. with a larger share, ends it in the same moment.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_network

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import ask_another, is_alone, second_person, with_makers
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.policies import policy_in_force
from aupkeep.model.action import PEOPLE
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantScope, GrantState
from aupkeep.model.holding import Network
from aupkeep.model.ladder import Level
from aupkeep.model.moments import show_minute, show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.policy.pack import Status
from aupkeep.store import grants

LONGEST = timedelta(days=92)
TRIAL = timedelta(days=7)  # how long everything may leave at once
MOST_A_DAY = 1000
LIMITING = frozenset({GrantKind.PEOPLE, GrantKind.ACT})
SCOPED = frozenset({GrantKind.NOTICES, GrantKind.PEOPLE, GrantKind.ACT})
RULED = frozenset({GrantKind.NOTICES, GrantKind.ACT})
COUNTED = RULED


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedGrant:
    """What is asked for, as a person says it; what a kind does not take is left as it is here."""

    kind: GrantKind
    until: datetime
    reasons: str
    rule: str = ""
    target: str = ""
    scope: GrantScope | None = None
    value: str = ""
    ceiling: int | None = None
    share: int = 100
    starts: datetime | None = None  # None = as soon as it is given
    replaces: str | None = None


def get_grant(number: str) -> Grant:
    """The grant of an id. Raises `Missing`."""
    grant = grants.get(number)
    if grant is None:
        raise Missing(f"grant: expected a known id, found {number[:60]!r}")
    return grant


def draft_grant(
    context: AppContext,
    wanted: WantedGrant,
    person: str,
    *,
    longest: timedelta = LONGEST,
    maker: str | None = None,
) -> Grant:
    """The grant as it would be asked for, judged and not written. Raises `Invalid`, `Forbidden`.

    `maker` made the token or link by which the person asks.
    """
    actor = with_makers(context, authorised(person, StaffAct.GRANT), maker)
    now = context.now()
    starts = wanted.starts or now
    if not max(now, starts) < wanted.until <= now + longest:
        raise Invalid(
            f"until: expected a time within {longest.days} days from now and after the start,"
            f" found {show_moment(wanted.until)}"
        )
    if not wanted.reasons.strip():
        raise Invalid("reasons: expected why, found nothing")
    if not 1 <= wanted.share <= 100:  # noqa: PLR2004 - percent
        raise Invalid(f"share: expected 1 to 100 percent of the cases, found {wanted.share}")
    scope, value = _scope(wanted)
    grant = Grant(
        id=context.new_id(),
        kind=wanted.kind,
        rule=_rule(context, wanted),
        target=_target(context, wanted),
        scope=scope,
        value=value,
        ceiling=_ceiling(wanted),
        share=wanted.share,
        starts=starts,
        until=wanted.until,
        asked_by=actor.id,
        asked_at=now,
        reasons=wanted.reasons.strip(),
        behind=actor.behind,
        replaces=wanted.replaces,
    )
    if grant.replaces is not None:
        _replaced(grant, now)
    return grant


def ask_grant(
    context: AppContext,
    wanted: WantedGrant,
    person: str,
    *,
    longest: timedelta = LONGEST,
    maker: str | None = None,
) -> Grant:
    """Ask for a grant: it waits for a second person, or is given where there can be none.

    `maker` made the token or link by which the person asks, and gives nothing of it.

    Raises `Invalid`, `Forbidden`, and `Conflict` where the one it replaces has ended meanwhile.
    """
    grant = draft_grant(context, wanted, person, longest=longest, maker=maker)
    actor = authorised(person, StaffAct.GRANT)
    changes = ChangeSet(
        entries=[entry(context, EntryType.GRANT_ASKED, actor, _content(grant))], rows=[grant]
    )
    if is_alone(context, person):
        changes.rows.clear()
        grant = _given(context, grant, actor, None, changes)
    record_changes(context, changes)
    return grant


def give_grant(context: AppContext, number: str, *, person: str, maker: str | None = None) -> Grant:
    """Be the second person of a grant; it is live from its start on.

    `maker` made the token or link by which the person acts. Raises `Missing`, `Forbidden` for who
    asked or who may not, `Conflict` for one that waits no longer.
    """
    asked = get_grant(number)
    second = authorised(person, StaffAct.GRANT)
    second = second_person(context, second, asked.asked_at, maker)
    now = context.now()
    if (state := asked.state(now)) is not GrantState.WAITING:
        raise Conflict(f"grant: expected one that waits, found it {_became(asked, state)}")
    first = with_makers(context, authorised(asked.asked_by, StaffAct.GRANT))
    ask_another(first, asked.behind, second, "who asked for a grant does not give it")
    changes = ChangeSet(seen=[asked])
    given = _given(context, asked, second, second.id, changes)
    record_changes(context, changes)
    return given


def _became(grant: Grant, state: GrantState) -> str:
    """Where it stands, and who gave or ended it."""
    revoked = state is GrantState.REVOKED
    by, at = (
        (grant.revoked_by, grant.revoked_at) if revoked else (grant.granted_by, grant.granted_at)
    )
    verb = "" if revoked else "given "
    if state is GrantState.ENDED or not by or at is None:
        return state.value
    return f"{state}, {verb}by {by} at {show_minute(at)}"


def revoke_grant(context: AppContext, number: str, *, person: str, reason: str) -> Grant:
    """End a grant now, or turn down one that waits. What stands stays: to lift it is `undo`.

    Raises `Missing`, `Forbidden`, `Invalid` without a reason, `Conflict` for one that is over.
    """
    actor = authorised(person, StaffAct.UNDO)
    if not reason.strip():
        raise Invalid("reason: expected why it ends, found nothing")
    grant, now = get_grant(number), context.now()
    if (state := grant.state(now)) in {GrantState.ENDED, GrantState.REVOKED}:
        raise Conflict(f"grant: expected one that is not over, found it {_became(grant, state)}")
    changes = ChangeSet()
    revoked = _revoked(context, grant, actor, reason, changes)
    record_changes(context, changes)
    return revoked


def revoke_all(context: AppContext, actor: Actor, reason: str, changes: ChangeSet) -> list[Grant]:
    """Add the end of every grant that is not over, for the switch that makes all silent."""
    opened = grants.open_ones(context.now())
    return [_revoked(context, grant, actor, reason, changes) for grant in opened]


def ask_everything(
    context: AppContext, person: str, reason: str, maker: str | None = None
) -> Grant:
    """Ask that all may leave for a week: a trial. Raises as `ask_grant`."""
    wanted = WantedGrant(
        kind=GrantKind.EVERYTHING, until=context.now() + TRIAL, reasons=reason, target=ALL
    )
    return ask_grant(context, wanted, person, longest=TRIAL, maker=maker)


def _given(
    context: AppContext, asked: Grant, actor: Actor, second: str | None, changes: ChangeSet
) -> Grant:
    """Add the grant as given, and the end of the one it replaces. Raises `Conflict`."""
    now = context.now()
    given = replace(asked, granted_by=second, granted_at=now)
    payload = {**_content(given), "second": second, "alone": second is None}
    changes.entries.append(entry(context, EntryType.GRANT_GIVEN, actor, payload))
    changes.rows.append(given)
    if asked.replaces is not None:
        before = _replaced(asked, now)
        _revoked(context, before, actor, f"replaced by {asked.id}", changes)
    return given


def _replaced(grant: Grant, now: datetime) -> Grant:
    """The grant that this one takes the place of. Raises `Missing`, `Invalid`, `Conflict`."""
    before = get_grant(grant.replaces or "")
    if (before.kind, before.rule) != (grant.kind, grant.rule):
        raise Invalid(f"replaces: expected a grant of the same kind and rule, found {before.id}")
    if before.state(now) not in {GrantState.LIVE, GrantState.COMING}:
        raise Conflict(f"replaces: expected a grant that is live, found it {before.state(now)}")
    return before


def _revoked(
    context: AppContext, grant: Grant, actor: Actor, reason: str, changes: ChangeSet
) -> Grant:
    revoked = replace(
        grant, revoked_by=actor.id, revoked_at=context.now(), revoked_why=reason.strip()
    )
    payload = {"grant": grant.id, "kind": grant.kind.value, "rule": grant.rule, "why": reason}
    changes.entries.append(entry(context, EntryType.GRANT_REVOKED, actor, payload))
    changes.rows.append(revoked)
    changes.seen.append(grant)
    return revoked


def _content(grant: Grant) -> dict[str, object]:
    """What the journal says of a grant; the row beside it is named by digest."""
    return {
        "grant": grant.id,
        "kind": grant.kind.value,
        "rule": grant.rule,
        "target": grant.target,
        "scope": grant.scope.value,
        "value": grant.value,
        "ceiling": grant.ceiling,
        "share": grant.share,
        "starts": show_moment(grant.starts),
        "until": show_moment(grant.until),
        "by": grant.asked_by,
        "reasons": grant.reasons,
        "replaces": grant.replaces,
    }


def _scope(wanted: WantedGrant) -> tuple[GrantScope, str]:
    """Whom it is about, said in words: a blank is refused (invariant 6). Raises `Invalid`."""
    if wanted.kind not in SCOPED:
        if wanted.scope not in {None, GrantScope.ALL}:
            raise Invalid(f"scope: expected none for {wanted.kind}, found {wanted.scope}")
        return GrantScope.ALL, ""
    if wanted.scope is None:
        raise Invalid("scope: expected all, or a prefix, a tier or a tag, found nothing")
    value = wanted.value.strip()
    if (wanted.scope is GrantScope.ALL) is bool(value):
        shown = repr(value[:60]) if value else "nothing"
        raise Invalid(f"{wanted.scope}: expected its value, and none for all, found {shown}")
    if wanted.scope is GrantScope.PREFIX:
        value = str(_prefix(value))
    return wanted.scope, value


def _prefix(text: str) -> Network:
    """A prefix as written, with no bits beside it. Raises `Invalid`."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise Invalid(f"prefix: expected one such as 192.0.2.0/24, found {text[:60]!r}") from error


def _rule(context: AppContext, wanted: WantedGrant) -> str:
    """The rule it is for: one that the policy has, at a level that fits. Raises `Invalid`."""
    if wanted.kind not in RULED:
        if wanted.rule:
            raise Invalid(f"rule: expected none for {wanted.kind}, found {wanted.rule[:60]!r}")
        return ""
    if wanted.rule == ALL and wanted.kind is GrantKind.NOTICES:
        return ALL
    known = {
        rule.id: rule
        for rule in policy_in_force(context.home).rules
        if rule.status in {Status.LIVE, Status.SHADOW}
        and (rule.level > Level.L2) is (wanted.kind is GrantKind.ACT)
    }
    if wanted.rule not in known:
        also = "all, or " if wanted.kind is GrantKind.NOTICES else ""
        raise Invalid(
            f"rule: expected {also}one of {', '.join(sorted(known)) or 'none'},"
            f" found {wanted.rule[:60]!r}"
        )
    return wanted.rule


def _target(context: AppContext, wanted: WantedGrant) -> str:
    """Where it may limit: a target of the settings. Raises `Invalid`."""
    if wanted.kind is GrantKind.EVERYTHING:
        return ALL
    if wanted.kind not in LIMITING:
        if wanted.target:
            raise Invalid(f"target: expected none for {wanted.kind}, found {wanted.target[:60]!r}")
        return ""
    names = [target.name for target in context.settings.enforcement.all_targets()]
    if wanted.target not in {ALL, PEOPLE, *names}:
        expected = ", ".join([*names, PEOPLE, ALL])
        raise Invalid(f"target: expected one of {expected}, found {wanted.target[:60]!r}")
    return wanted.target


def _ceiling(wanted: WantedGrant) -> int | None:
    """The most in 24 hours: a rule that acts has one. Raises `Invalid`."""
    if wanted.ceiling is None:
        if wanted.kind is GrantKind.ACT:
            raise Invalid("ceiling: expected how many a day a rule may do at most, found nothing")
        return None
    if wanted.kind not in COUNTED:
        raise Invalid(f"ceiling: expected none for {wanted.kind}, found {wanted.ceiling}")
    if not 1 <= wanted.ceiling <= MOST_A_DAY:
        raise Invalid(f"ceiling: expected 1 to {MOST_A_DAY} a day, found {wanted.ceiling}")
    return wanted.ceiling
