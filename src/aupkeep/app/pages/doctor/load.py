"""What `aupkeep doctor` asks: settings, records of the store, and the relay itself."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.dead_letters import list_dead
from aupkeep.app.deciding.outside_judge import stuck_appeals
from aupkeep.app.deciding.retell import MOST, untold_decision
from aupkeep.app.deciding.termination import list_terminations
from aupkeep.app.enforcing.agent_keys import list_keys
from aupkeep.app.enforcing.standing import away_agents
from aupkeep.app.inventory.inventory_doctor import source_checks
from aupkeep.app.modes import listening, live_steps
from aupkeep.app.notifying.notices import RELAY
from aupkeep.app.pages.doctor.asked_outside import outside_checks
from aupkeep.app.pages.doctor.brands import brands_check
from aupkeep.app.pages.doctor.checks import Hindrances, InstallFacts, checks_of, hindrances
from aupkeep.app.pages.doctor.clock import clock_check
from aupkeep.app.pages.doctor.grant_checks import grants_check
from aupkeep.app.pages.doctor.holdings import holdings_check
from aupkeep.app.pages.doctor.machine import (
    disk_check,
    feeds_check,
    heartbeat_check,
    mail_check,
    senders_check,
)
from aupkeep.app.pages.doctor.mailboxes import mailboxes_check
from aupkeep.app.pages.doctor.proposals import undecided_cases
from aupkeep.app.pages.doctor.records import AgentDoubt, DoctorCheck, Stuck, Waiting
from aupkeep.app.pages.doctor.relay_trust import HEAD, MAILS, WEEK, counted_trust, relay_trust
from aupkeep.app.pages.doctor.single_sign_on import single_sign_on_check
from aupkeep.app.pages.doctor.terminations import terminations_check
from aupkeep.app.pages.doctor.transport import unprotected
from aupkeep.app.pages.doctor.webhooks import webhooks_check
from aupkeep.app.pages.doctor.work import work_checks
from aupkeep.app.policies import policy_in_force, sample_folder
from aupkeep.app.receiving.mailbox_reader import list_mailboxes
from aupkeep.app.signing.client import signer_status
from aupkeep.app.steady_clock import doubted_step
from aupkeep.app.witnesses.standing import witness_troubles, witnesses_told
from aupkeep.config.certificate import certificate_trouble
from aupkeep.config.keys import is_separated
from aupkeep.config.settings import Settings
from aupkeep.model.case import Case
from aupkeep.model.counted import counted
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Invalid, Missing, Unavailable
from aupkeep.model.moments import show_minute
from aupkeep.model.raw import MAIL_CHANNELS
from aupkeep.policy.pack import Pack
from aupkeep.store import (
    actions,
    cases,
    checkpoints,
    customers,
    feeds,
    grants,
    inventory,
    log,
    notices,
    raws,
    staff,
    webhooks,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LIST_KEYS = "aupkeep agent key list"
GIVE_KEY = "aupkeep agent key add {} PUBLIC --replace --reason WHY"
COPIED = (
    "two that have its key took turns, last at {}: a second machine with a copy of its folder; "
    "once alone, a folder that was put back"
)
FROM = re.compile(rb"^From:[^\r\n]*@([A-Za-z0-9.-]+)", re.IGNORECASE | re.MULTILINE)
PAGE_MOST = 20  # cases that the head of a page counts
Probe = Callable[[AppContext], str]  # what the relay answers, "" when it takes mail


def doctor(context: AppContext, probe: Probe) -> tuple[DoctorCheck, ...]:
    """Every check of this install, with the command that fixes each."""
    checks = checks_of(facts_of(context, probe(context)))
    held = holdings_check(customers.count(), inventory.count_held(context.now()))
    ending = terminations_check(list_terminations(context))
    boxes = mailboxes_check(list_mailboxes(context))
    around = (*_around(context), *outside_checks(context))
    clock = clock_check(doubted_step())
    granted = grants_check(grants.open_ones(context.now()), context.now())
    named = (*single_sign_on_check(context), *brands_check(context))
    live = webhooks.live()
    sent = webhooks_check(live, webhooks.positions(it.id for it in live), context.now())
    rest = (*around, ending, granted, *named, *sent, *work_checks(context), clock)
    return (*checks, *boxes, held, *_sources(context), *rest)


def _around(context: AppContext) -> tuple[DoctorCheck, ...]:
    """Room, mail, lists and whether senders can be seen."""
    now, disk = context.now(), shutil.disk_usage(context.home.path)
    mails = raws.newest(MAIL_CHANNELS, MAILS, now - WEEK)
    newest = raws.newest(MAIL_CHANNELS, 1)
    enabled = context.settings.feeds.enabled
    known = {name: it for name, it in feeds.states().items() if name.partition("/")[0] in enabled}
    own = context.settings.mail.sender.rpartition("@")[2].lower()
    names = [name for raw in mails if (name := _from_domain(raw.digest))]
    return (
        disk_check(disk.free, disk.total, str(context.home.path)),
        mail_check(newest[0].received_at if newest else None, now),
        feeds_check(known, now),
        senders_check(names, own, [raw.sender for raw in mails if raw.sender]),
        heartbeat_check(context.settings.heartbeat),
    )


def _from_domain(digest: str) -> str:
    """The domain that a mail's one From names, "" for none or several."""
    try:
        head = raws.read(digest)[:HEAD].partition(b"\r\n\r\n")[0]
    except (Missing, Broken):
        return ""
    domains = {match.decode("ascii", "replace").lower() for match in FROM.findall(head)}
    return domains.pop() if len(domains) == 1 else ""


def _sources(context: AppContext) -> tuple[DoctorCheck, ...]:
    """What is known of the systems that are asked who holds what."""
    return tuple(
        DoctorCheck(check=f"inventory-{x.check}", ok=x.ok, found=x.found, remedy=x.remedy)
        for x in source_checks(context)
    )


def page_hindrances(context: AppContext) -> tuple[DoctorCheck, ...]:
    """What stops the work now, by a few cheap questions: for the head of each page."""
    mail = context.settings.mail
    waiting = cases.without_contact(PAGE_MOST)
    why = "no contact is known"
    failing = hindrances(
        Hindrances(
            untold=tuple(Waiting(reference=ref, customer=who, why=why) for ref, who in waiting),
            relay_at=f"{mail.relay_host}:{mail.relay_port}",
            sender=mail.sender,
            relay_failed=notices.relay_trouble(RELAY),
            trust=relay_trust(context),
            unsigned=_overdue(context),
            unseen=_unseen(context),
            idle=_idle(),
            stuck=_stuck(context),
            witness_troubles=witness_troubles(context),
            doubts=_doubts(context),
        )
    )
    boxes = [box for box in list_mailboxes(context) if box.problem]
    further = (*_sources(context), *mailboxes_check(boxes), *work_checks(context))
    failing += tuple(check for check in further if not check.ok)
    step = doubted_step()
    return (*failing, clock_check(step)) if step else failing


def _overdue(context: AppContext) -> int:
    """Entries that a signer process should have signed long ago; 0 where there is none."""
    if not is_separated(context.home, "journal"):
        return 0
    first = log.entries(start=checkpoints.newest_size(), limit=1)
    late = first and abs(first[0].entry.at - context.now()) > MINUTE
    return _unsigned() if late else 0


def facts_of(context: AppContext, relay: str) -> InstallFacts:
    """What is found; `relay` is what the relay answered."""
    settings, mail = context.settings, context.settings.mail
    pack, error = _pack(context)
    undecided, step = undecided_cases(context, pack)
    clauses = pack.clauses.values() if pack else ()
    first = next(iter(clauses), None)
    return InstallFacts(
        policy=f"{pack.title}, {counted(len(pack.rules), 'rule')}" if pack else "",
        policy_error=error,
        document=f"{first.document}, version {first.version}" if first else "",
        dated=bool(pack) and all(clause.effective for clause in clauses),
        pack_file=_pack_file(context.home.policy),
        policy_folder=str(context.home.policy),
        sample=str(sample_folder(context.settings.provider.language)),
        prefixes=len(inventory.own_space()),
        staff=sum(person.active for person in staff.all()),
        listening=listening(context),
        granted=live_steps(context.now()),
        customers=customers.count(),
        unreachable=tuple(customers.unreachable()),
        untold=_untold(context),
        undecided=undecided,
        undecided_step=step,
        sender=mail.sender,
        relay_at=f"{mail.relay_host}:{mail.relay_port}",
        relay=relay,
        relay_failed=notices.relay_trouble(RELAY),
        trust=counted_trust(context),
        driver=", ".join(sorted({target.driver for target in settings.enforcement.all_targets()})),
        separated=is_separated(context.home, "journal"),
        unsigned=_unsigned(),
        signer=_signer(context),
        unseen=_unseen(context),
        idle=_idle(),
        refused=_refused(context),
        several_targets=len(settings.enforcement.all_targets()) > 1,
        stuck=_stuck(context),
        unprotected=unprotected(settings) + _certificate(context),
        witnesses=witnesses_told(context),
        witness_troubles=witness_troubles(context),
        doubts=_doubts(context),
        given_up=tuple(f"{it.kind} {it.effect}: {it.error}" for it in list_dead() if it.needed),
        one_factor=_one_factor(settings),
    )


def _one_factor(settings: Settings) -> tuple[str, ...]:
    """The roles of people here who sign in from other machines without a passkey."""
    if not settings.provider.url.startswith("https://"):
        return ()  # sign-in cookies leave this machine over TLS alone
    held = {str(role) for person in staff.all() if person.active for role in person.held_roles}
    return tuple(sorted(held - set(settings.web.passkey_roles)))


def _certificate(context: AppContext) -> tuple[tuple[str, str], ...]:
    """Why senders will refuse the certificate of mailin, and where to put another."""
    mail = context.settings.mail
    trouble = certificate_trouble(context.home, mail, context.now())
    return ((trouble, f"cp NEW.pem {mail.tls_certificate}"),) if trouble else ()


def _step(context: AppContext, target: str) -> str:
    """What to give where a target's agent is: one step of it, in which it says what is wrong."""
    chosen = context.settings.enforcement.all_targets()
    if len(chosen) == 1 and chosen[0].name == target:
        return "aupkeep agent --once"
    named = next((known for known in chosen if known.name == target), None)
    driver = "" if named is not None else " --driver DRIVER"
    return f"aupkeep agent --target {target}{driver} --once"


def _refused(context: AppContext) -> tuple[Waiting, ...]:
    """Measures that a driver or the signer refused, while their time runs."""
    return tuple(
        Waiting(
            reference=action.reference,
            customer=action.scope.customer or "",
            why=f"{action.measure} on {action.target}: {action.proof}",
        )
        for action in actions.failed(context.now())
    )


def _idle() -> tuple[Waiting, ...]:
    """Measures that stand and were seen to limit nobody."""
    return tuple(
        Waiting(
            reference=action.reference,
            customer=action.scope.customer or "",
            why=f"{action.measure} on {action.target}: {action.effect}",
        )
        for action in actions.without_effect()
    )


def _unseen(context: AppContext) -> tuple[Waiting, ...]:
    """Measures that an agent should have made stand, or ended, more than a minute ago."""
    return tuple(
        Waiting(
            reference=action.reference,
            customer=action.scope.customer or "",
            why=action.proof or f"no agent of target {action.target} has told of it",
            remedy=_step(context, action.target),
        )
        for action in actions.overdue(context.now() - MINUTE)
    )


def _stuck(context: AppContext) -> tuple[Stuck, ...]:
    """Appeals that nobody of the desk may bring to an end."""
    return tuple(
        Stuck(reference=appeal.case, until=appeal.until, refusal=appeal.refusal)
        for appeal in stuck_appeals(context)
    )


def _doubts(context: AppContext) -> tuple[AgentDoubt, ...]:
    """Targets whose agent is away, unsigned, refused, or whose key another or a copy has."""
    doubts = [
        AgentDoubt(target=target, why=why, remedy=_step(context, target))
        for target, why in away_agents(context).items()
    ]
    statuses = list_keys()
    for status in statuses:
        same = [item.target for item in statuses if item.public == status.public != ""]
        if status.state == "pinned" and len(same) > 1:
            why = f"one key for {', '.join(same)}: who has one folder may report for each"
            remedy = f"give its agent a folder of its own; {GIVE_KEY.format(status.target)}"
            doubts.append(AgentDoubt(target=status.target, why=why, remedy=remedy))
        if status.state != "pinned" and status.unsigned is not None:
            why = "its agent's reports are not signed: whoever has the token may report"
            remedy = f"upgrade the agent of {status.target}: it signs by itself"
            doubts.append(AgentDoubt(target=status.target, why=why, remedy=remedy))
        if status.refused_at is not None and status.refused_at > context.now() - HOUR:
            who = f"by the key {status.refused}" if status.refused else "without a signature"
            at = show_minute(status.refused_at)
            why = f"a report {who} was refused at {at}: a second agent, one set up anew, or a thief"
            doubts.append(AgentDoubt(target=status.target, why=why, remedy=LIST_KEYS))
        if status.forked is not None and status.forked > context.now() - HOUR:
            doubts.append(
                AgentDoubt(
                    target=status.target,
                    why=COPIED.format(show_minute(status.forked)),
                    remedy=f"stop the copy, on both remove key: {GIVE_KEY.format(status.target)}",
                )
            )
    return tuple(doubts)


def _unsigned() -> int:
    """Entries after the newest checkpoint."""
    return log.size() - checkpoints.newest_size()


def _signer(context: AppContext) -> str:
    """Why a signer process of this home signs nothing, "" while it does or there is none."""
    if not is_separated(context.home, "journal"):
        return ""
    try:
        return signer_status(context.home).trouble
    except Unavailable as error:
        return str(error)


def _pack_file(folder: Path) -> str:
    """The file that holds the head of the operator's own pack, "" without one."""
    heads = (
        file for file in sorted(folder.glob("*.yaml")) if b"\npack:" in b"\n" + file.read_bytes()
    )
    return str(next(heads, ""))


def _pack(context: AppContext) -> tuple[Pack | None, str]:
    try:
        return policy_in_force(context.home), ""
    except Invalid as error:
        return None, str(error)


def _untold(context: AppContext) -> tuple[Waiting, ...]:
    """Open cases whose customer should have had a notice and got none, and why."""
    waiting = []
    for case in cases.untold(MOST, reachable=False):
        decision = untold_decision(context, case)
        if decision is not None:
            why = _why(case, decision.id)
            waiting.append(Waiting(reference=case.reference, customer=case.customer, why=why))
    return tuple(waiting)


def _why(case: Case, decision: str) -> str:
    """What the last failed notice of a decision says."""
    for logged in reversed(log.entries(case.id, types=(EntryType.NOTICE_FAILED,))):
        payload = logged.entry.payload
        notice = notices.get(str(payload.get("notice", "")))
        if payload.get("decision") == decision or (notice and notice.decision == decision):
            return str(payload.get("why") or "nobody wrote down why")
    return "no notice was made"
