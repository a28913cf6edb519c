"""The state of an install as checks: ok or not, what it is, the command that fixes it. Pure."""

from dataclasses import dataclass

from aupkeep.app.deciding.next_step import NextStep
from aupkeep.app.pages.doctor.grant_checks import ASK_NOTICES, listen_check
from aupkeep.app.pages.doctor.proposals import proposals_check
from aupkeep.app.pages.doctor.records import NAMED, AgentDoubt, DoctorCheck, Stuck, Waiting, some_of
from aupkeep.app.pages.doctor.relay_trust import RelayTrust, trust_check
from aupkeep.model.counted import counted
from aupkeep.model.grant import GrantKind
from aupkeep.model.moments import show_minute
from aupkeep.model.roles import ROLES

EXAMPLE_SENDER = "abuse@aupkeep.example"  # the default, which is nobody's address
SET_RELAY = "aupkeep settings set mail.relay_host YOUR-RELAY"
START_SIGNER = "aupkeep signer --own FOLDER"
REMEMBER = "aupkeep signer remember"
STEP = "aupkeep agent --once"
WITNESSES = "aupkeep witness show"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallFacts:
    """The state of an install. `relay` is the mail relay's error, "" where it takes mail.

    `unreachable` are customers without a contact that hold addresses or have open cases; `untold`
    open cases whose customer should have had a notice and got none; `undecided` open cases without
    a decision, for which no rule proposes anything.
    """

    policy: str
    policy_error: str
    document: str
    dated: bool
    pack_file: str  # the head of the operator's own pack, "" while the sample is in force
    policy_folder: str
    sample: str
    prefixes: int
    staff: int
    listening: bool
    granted: tuple[GrantKind, ...]  # the steps of grants that are live
    customers: int
    unreachable: tuple[str, ...]
    untold: tuple[Waiting, ...]
    undecided: tuple[str, ...]
    sender: str
    relay_at: str
    relay: str
    relay_failed: int
    trust: RelayTrust
    driver: str
    separated: bool  # a signer process holds the signing keys
    unsigned: int  # entries it has yet to sign
    signer: str  # why it signs nothing, "" while it does
    unseen: tuple[Waiting, ...]  # measures that wait for their agent or its system
    idle: tuple[Waiting, ...]  # measures that stand and were seen to limit nobody
    refused: tuple[Waiting, ...] = ()  # measures that nothing carried out, while their time runs
    undecided_step: NextStep = NextStep.DECIDE  # of the first of `undecided`
    several_targets: bool = False
    stuck: tuple[Stuck, ...] = ()
    unprotected: tuple[tuple[str, str], ...] = ()  # connections in the clear, each with its remedy
    witnesses: str = ""  # who cosigns the journal, in a line
    witness_troubles: tuple[str, ...] = ()
    doubts: tuple[AgentDoubt, ...] = ()
    given_up: tuple[str, ...] = ()  # work over which ten workers died, each in words
    one_factor: tuple[str, ...] = ()  # roles that a mailed link alone lets in from elsewhere


def checks_of(facts: InstallFacts) -> tuple[DoctorCheck, ...]:
    """Every check, in the order in which an install is set up."""
    return (
        _policy(facts),
        _document(facts),
        _check(
            "own-space",
            ok=facts.prefixes > 0,
            text=f"{counted(facts.prefixes, 'prefix', 'prefixes')} of our own",
            remedy="aupkeep inventory own add 192.0.2.0/24",
        ),
        _check(
            "staff",
            ok=facts.staff > 0,
            text=f"{facts.staff} {'person' if facts.staff == 1 else 'people'} at the desk",
            remedy="aupkeep staff add ADDRESS --name NAME",
        ),
        _factors(facts.one_factor),
        listen_check(listening=facts.listening, granted=facts.granted),
        _contacts(facts),
        trust_check(facts.trust),
        _relay(facts),
        _transport(facts.unprotected),
        _untold(facts),
        proposals_check(facts.undecided, facts.undecided_step),
        _stuck(facts.stuck),
        _check(
            "enforcement",
            ok=facts.driver != "record",
            text=f"driver {facts.driver}"
            + (
                ": it records what it would do, nothing is limited"
                if facts.driver == "record"
                else ""
            ),
            remedy="give a target of [[enforcement.targets]] in aupkeep.toml another driver"
            if facts.several_targets
            else "aupkeep settings set enforcement.driver nftables",
        ),
        _measures(facts.unseen),
        _effects(facts.idle),
        _refused(facts.refused),
        _agents(facts.doubts),
        _check(
            "signer",
            ok=not facts.signer,
            text=_signing(facts),
            remedy=f"{REMEMBER} --own FOLDER --reason WHY"
            if REMEMBER in facts.signer
            else START_SIGNER,
        ),
        _witnesses(facts),
        _outbox(facts.given_up),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrances:
    """What stops the work now; `untold` are cases whose customer has no contact."""

    untold: tuple[Waiting, ...]
    relay_at: str
    sender: str
    relay_failed: int
    trust: RelayTrust
    unsigned: int = 0
    unseen: tuple[Waiting, ...] = ()
    idle: tuple[Waiting, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    witness_troubles: tuple[str, ...] = ()
    doubts: tuple[AgentDoubt, ...] = ()


def hindrances(facts: Hindrances) -> tuple[DoctorCheck, ...]:
    """What stops the work, as checks that are not ok."""
    checks = []
    if facts.untold:
        first = facts.untold[0]
        names = [case.reference for case in facts.untold]
        text = f"without a known contact: {counted(len(names), 'open case')}{some_of(names)}"
        checks.append(_check("contacts", ok=False, text=text, remedy=add_contact(first.customer)))
    if facts.trust.mails and not (believed := trust_check(facts.trust)).ok:
        checks.append(believed)
    if facts.stuck:
        checks.append(_stuck(facts.stuck))
    if facts.relay_failed:
        text = (
            f"waiting for the mail relay {facts.relay_at}: {counted(facts.relay_failed, 'notice')}"
        )
        checks.append(_check("relay", ok=False, text=text, remedy=SET_RELAY))
    if facts.unsigned:
        text = f"entries of the journal that wait for the signer: {facts.unsigned}"
        checks.append(_check("signer", ok=False, text=text, remedy=START_SIGNER))
    if facts.witness_troubles:
        text = "; ".join(facts.witness_troubles)
        checks.append(_check("witnesses", ok=False, text=text, remedy=WITNESSES))
    if facts.unseen:
        checks.append(_measures(facts.unseen))
    if facts.idle:
        checks.append(_effects(facts.idle))
    if facts.doubts:
        checks.append(_agents(facts.doubts))
    return tuple(checks)


def _measures(unseen: tuple[Waiting, ...]) -> DoctorCheck:
    """Whether each measure was seen to stand, or to be gone; the agent tries until its end."""
    text = "each is seen to stand, or gone"
    if unseen:
        names = sorted({measure.reference for measure in unseen})
        text = (
            f"{len(unseen)} wait{some_of(names)} longer than a minute to be seen in force, or "
            f"gone, and are tried again: {unseen[0].why}"
        )
    remedy = (unseen[0].remedy if unseen else "") or STEP
    return _check("measures", ok=not unseen, text=text, remedy=remedy)


def _effects(idle: tuple[Waiting, ...]) -> DoctorCheck:
    """Whether what stands also limits: one without effect is on the wrong machine, or passed by."""
    text = "nothing speaks against the effect of any that stands"
    if idle:
        names = sorted({measure.reference for measure in idle})
        text = f"{len(idle)} stand and limit nobody{some_of(names)}: {idle[0].why}"
    remedy = f"aupkeep why {idle[0].reference}" if idle else ""
    return _check("effects", ok=not idle, text=text, remedy=remedy)


def _refused(refused: tuple[Waiting, ...]) -> DoctorCheck:
    """Whether a measure was decided and nothing carried it out: a person goes on from there."""
    text = "none that was decided was refused where it should stand"
    if refused:
        names = sorted({measure.reference for measure in refused})
        text = f"{len(refused)} not carried out{some_of(names)}: {refused[0].why}"
    remedy = f"aupkeep why {refused[0].reference}" if refused else ""
    return _check("refused-measures", ok=not refused, text=text, remedy=remedy)


def _agents(doubts: tuple[AgentDoubt, ...]) -> DoctorCheck:
    """Whether each agent that reports to the API is known by its key, and no other was heard."""
    text = "; ".join(f"{doubt.target}: {doubt.why}" for doubt in doubts[:NAMED])
    return _check(
        "agents",
        ok=not doubts,
        text=text or "each that reports to the API signs with the key that is known",
        remedy=doubts[0].remedy if doubts else "",
    )


def _witnesses(facts: InstallFacts) -> DoctorCheck:
    text = "; ".join(facts.witness_troubles) or facts.witnesses
    return _check("witnesses", ok=not facts.witness_troubles, text=text, remedy=WITNESSES)


def _outbox(given_up: tuple[str, ...]) -> DoctorCheck:
    text = "; ".join(given_up[:NAMED]) or "no work was given up"
    return _check("outbox", ok=not given_up, text=text, remedy="aupkeep outbox list")


def add_contact(customer: str) -> str:
    """The command that gives a customer a contact."""
    return f"printf 'customer,contact\\n{customer},ADDRESS\\n' | aupkeep customers import -"


def _check(check: str, *, ok: bool, text: str, remedy: str) -> DoctorCheck:
    return DoctorCheck(check=check, ok=ok, found=text, remedy="" if ok else remedy)


def _policy(facts: InstallFacts) -> DoctorCheck:
    return _check(
        "policy",
        ok=not facts.policy_error,
        text=facts.policy_error or facts.policy,
        remedy=f"aupkeep policy check {facts.policy_folder}",
    )


def _signing(facts: InstallFacts) -> str:
    if not facts.separated:
        return "each process signs for itself: whoever owns one has the keys (docs/threats.md)"
    waiting = f"entries that wait to be signed: {facts.unsigned}"
    return f"{facts.signer}; {waiting}" if facts.signer else f"a process of its own; {waiting}"


def _document(facts: InstallFacts) -> DoctorCheck:
    dated = (
        "in force from a stated date" if facts.dated else "no date states from when it is in force"
    )
    return _check(
        "document",
        ok=facts.dated,
        text=f"{facts.document or 'none'}: {dated}",
        remedy=_date(facts),
    )


def _date(facts: InstallFacts) -> str:
    """The command that states a date; a pack of one's own is made of the sample first."""
    file = facts.pack_file or f"{facts.policy_folder}/pack.yaml"
    dated = f"sed -i 's/^  version:/  effective: 2026-01-01\\n  version:/' {file}"
    copied = f"cp -r {facts.sample} {facts.policy_folder} && "
    return dated if facts.pack_file else copied + dated


def _contacts(facts: InstallFacts) -> DoctorCheck:
    missing = facts.unreachable
    waiting = [case.reference for case in facts.untold if case.customer in missing]
    known = counted(facts.customers, "customer")
    text = f"{len(missing)} of {known} without a contact{some_of(missing)}"
    if waiting:
        text += f"; waiting for one: {counted(len(waiting), 'case')}{some_of(waiting)}"
    name = missing[0] if missing else "CUSTOMER"
    return _check("contacts", ok=not missing, text=text, remedy=add_contact(name))


def _relay(facts: InstallFacts) -> DoctorCheck:
    text = f"{facts.relay_at} as {facts.sender}"
    remedy = SET_RELAY
    ok = not facts.relay and not facts.relay_failed
    if facts.relay:
        text += f": {facts.relay}"
    if facts.relay_failed:
        text += f"; waiting for it or given up: {counted(facts.relay_failed, 'notice')}"
    if facts.sender == EXAMPLE_SENDER:
        text += "; the sender is the example of the defaults"
        if ok:
            remedy = "aupkeep settings set mail.sender abuse@YOUR-DOMAIN"
        ok = False
    return _check("relay", ok=ok, text=text, remedy=remedy)


def _transport(unprotected: tuple[tuple[str, str], ...]) -> DoctorCheck:
    """Whether each connection to another machine is encrypted, to who it should be."""
    text = "; ".join(words for words, _ in unprotected)
    return _check(
        "transport",
        ok=not unprotected,
        text=text or "no connection to another machine goes unchecked",
        remedy=unprotected[0][1] if unprotected else "",
    )


def _factors(roles: tuple[str, ...]) -> DoctorCheck:
    """Whether the mail account of a person is not enough to be them (ASVS V6.3.3)."""
    text = "who holds a role signs in by a passkey, or on this machine"
    if roles:
        text = f"a mailed link alone signs in who is {', '.join(roles)}"
    return _check(
        "sign-in",
        ok=not roles,
        text=text,
        remedy=f"aupkeep settings set web.passkey_roles {' '.join(sorted(ROLES))}",
    )


def _untold(facts: InstallFacts) -> DoctorCheck:
    first = facts.untold[0] if facts.untold else None
    text = f"{counted(len(facts.untold), 'open case')} of whose decision nobody was told"
    text += some_of([case.reference for case in facts.untold])
    if first:
        text += f": {first.why}"
    return _check("told", ok=first is None, text=text, remedy=_telling(facts, first))


def _telling(facts: InstallFacts, first: Waiting | None) -> str:
    """The command after which the first case goes on."""
    if first is None:
        return ""
    if first.customer in facts.unreachable:
        return add_contact(first.customer)
    if facts.listening:
        return ASK_NOTICES
    if facts.relay_failed:
        return SET_RELAY
    return f"aupkeep case show {first.reference}"


def _stuck(stuck: tuple[Stuck, ...]) -> DoctorCheck:
    """Appeals that step down unless an operator names somebody outside."""
    first = stuck[0] if stuck else None
    text = f"{counted(len(stuck), 'appeal')} that nobody here may judge or confirm"
    text += some_of([appeal.reference for appeal in stuck])
    if first:
        text += f"; what the first contests is lifted at {show_minute(first.until)}"
    what = (first.refusal or first.reference) if first else "CASE"
    remedy = f"aupkeep staff outside {what} ADDRESS --name NAME"
    return _check("appeals", ok=first is None, text=text, remedy=remedy)
