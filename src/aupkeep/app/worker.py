"""The worker's work: each kind of effect is dispatched, clocks and retention are looked at."""

from collections.abc import Callable
from datetime import timedelta
from typing import Self

import structlog

from aupkeep.app.access.oidc.follow import believe
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.appeals import look_at_appeals
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.deadlines import pass_deadlines
from aupkeep.app.deciding.retell import retell
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.effect import judge_effects
from aupkeep.app.enforcing.expiry import end_measures
from aupkeep.app.enforcing.freeze import follow
from aupkeep.app.enforcing.holding_recheck import recheck_measures
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.alerts import send_alert
from aupkeep.app.notifying.delivery import give_up, relay_answers, retry_unheard, send_notice
from aupkeep.app.notifying.digest import make_digests
from aupkeep.app.notifying.lost_mail import ask_again
from aupkeep.app.notifying.reminders import remind
from aupkeep.app.pages.case.typed import KEPT_FOR
from aupkeep.app.pages.doctor.alarms import raise_alerts
from aupkeep.app.probing.run import run_probes
from aupkeep.app.reading.held_now import attribute_waiting, unheld
from aupkeep.app.reading.inbox_round import InboxRound
from aupkeep.app.reading.prove_senders import prove_senders
from aupkeep.app.reading.reached import returned, settle_reached, uncontacted
from aupkeep.app.reading.read import consider_effect, give_up_reading, read_raw
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.retention.run import erase_hourly
from aupkeep.app.steady_clock import set_back
from aupkeep.app.submissions.notify_submitters import notify_submitters
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import LARGE_FLOW, EntryType
from aupkeep.model.errors import (
    AupkeepError,
    Conflict,
    DriverRefused,
    Missing,
    Unavailable,
    Unreadable,
)
from aupkeep.store import (
    desired_states,
    drafts,
    outbox,
    raws,
    refresh,
    sessions,
    shared_counters,
    typed_texts,
)
from aupkeep.store.outbox import MAX_ATTEMPTS, Lease
from aupkeep.store.patience import LONG, ORDINARY, patience

log = structlog.get_logger("worker")
KINDS = ("read", "consider", "recheck", "enforce", "digest", "mail", "remind", "probe", "alert",
         "oidc")  # fmt: skip
WAITS = (1, 5, 30, 120, 600, 1800, 3600, 4 * 3600, 12 * 3600)  # seconds before each further try
SOON = timedelta(seconds=5)  # before what the storage did not take is tried anew
LATER = timedelta(hours=1)  # before a case that cannot be considered is tried anew
ORPHANS = timedelta(hours=1)
RETENTION = timedelta(hours=1)  # between looks at what is due for erasure
RETELLING = timedelta(minutes=1)  # between looks at notices that nobody got
TICK = timedelta(seconds=15)  # between looks at the clocks
# What a defect of ours can raise: the effect then waits and is seen, the others go on.
FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
          OSError, AssertionError, AupkeepError)  # fmt: skip


def lease(
    context: AppContext, *, worker: str, seconds: float, limit: int, large: bool = False
) -> list[Lease]:
    """Take what is due, over a connection that is known to live; large readings apart from all.

    A worker that asks has nothing in hand: what it still holds is left of a turn that failed, say
    when the database was away, and is free at once instead of when its lease runs out.
    """
    refresh()
    outbox.free(worker.__eq__, context.now())
    return outbox.lease(KINDS, context.now(), seconds, limit, worker, large=large)


def free_leases(context: AppContext, dead: Callable[[str], bool]) -> int:
    """Take back what dead workers held; `dead` says of a worker's name whether it is one."""
    refresh()
    return outbox.free(dead, context.now())


class EffectDispatcher:
    """Does effects; owns the sandbox pool in which mails are read."""

    def __init__(self, context: AppContext, *, sandboxes: int = 1) -> None:
        """Prepare; `with` starts the pool."""
        self._context = context
        self._pool = SandboxPool(size=sandboxes, schema=schema_file(context.home, context.settings))
        self._lookup = resolver(context.settings.mail.nameservers)
        self._next_tick = self._next_retelling = self._next_retention = context.now()
        self._records_changed = True  # a worker killed before it looked is made up for
        self._unheld = InboxRound(unheld)
        self._uncontacted, self._returned = InboxRound(uncontacted), InboxRound(returned)
        self._untaken: list[str] = []
        self._unsigned: dict[str, str] = {}  # target -> why its state is not signed

    def __enter__(self) -> Self:
        """Start the pool."""
        self._pool.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End the pool."""
        self.close()

    def close(self) -> None:
        """End the pool; without `with` it starts when it is first needed."""
        self._pool.close()

    def lacking(self) -> list[str]:
        """Which bounds this kernel does not set for the sandbox, in words."""
        try:
            return self._pool.lacking()
        except Unreadable as error:
            return [str(error)]

    def run_once(self, leases: list[Lease]) -> bool:
        """Do what was leased, reconcile, look at the clocks; True when there was work."""
        for lease in leases:
            self.do(lease)
        busy = self.reconcile() or bool(leases)
        if self._context.now() >= self._next_tick:
            self._next_tick = self._context.now() + TICK
            self.tick()
        return busy

    def do(self, lease: Lease) -> None:
        """Do one effect; one that fails is tried again later, and in the end a person sees it."""
        large = lease.effect.flow.startswith(LARGE_FLOW)
        try:
            with patience(LONG if large else ORDINARY):
                self._do(lease)
        except FAULTS as error:
            try:
                self._failed(lease, error)
            except Conflict:  # another worker has it by now; what this one did does not count
                log.warning("lost", kind=lease.effect.kind, error=str(error))

    def _do(self, lease: Lease) -> None:
        payload = lease.effect.payload
        match lease.effect.kind:
            case "read":
                read_raw(
                    self._context, str(payload["raw"]), self._pool.read, self._lookup,
                    brief=self._pool.read_briefly, done=lease,
                )  # fmt: skip
            case "consider":
                consider(self._context, str(payload["case"]), done=lease)
            case "recheck":
                self._records_changed = True
                recheck_measures(self._context, done=lease)
            case "enforce":
                write_desired(self._context, str(payload["target"]))
                outbox.done(lease, self._context.now())
            case "digest":
                make_digests(self._context, str(payload["customer"]), lease)
            case "alert":
                send_alert(self._context, dict(payload), lease)
            case "oidc":
                believe(self._context, str(payload["id_token"]), lease)
            case "mail":
                send_notice(self._context, str(payload["notice"]), lease)
            case "remind":
                remind(self._context, str(payload["decision"]), lease)
            case "probe":
                run_probes(self._context, str(payload["case"]), str(payload["run"]), done=lease)

    def _failed(self, lease: Lease, error: Exception) -> None:
        why = str(error) if isinstance(error, (AupkeepError, OSError)) else repr(error)
        if isinstance(error, Missing):
            outbox.bury(lease, why, now=self._context.now())
            log.warning("put aside", kind=lease.effect.kind, error=why)
            return
        if isinstance(error, Unavailable):  # the storage, or the signer: not this effect's doing
            soon = self._context.now() + SOON
            outbox.retry(lease, soon, why, now=self._context.now(), counts=False)
            log.warning("the storage is away", kind=lease.effect.kind, error=why)
            return
        if lease.attempts >= MAX_ATTEMPTS:
            self._give_up(lease, why)
            return
        wait = timedelta(seconds=WAITS[min(lease.attempts, len(WAITS)) - 1])
        outbox.retry(lease, self._context.now() + wait, why, now=self._context.now())
        log.warning("later", kind=lease.effect.kind, error=why)

    def _give_up(self, lease: Lease, why: str) -> None:
        """After the last try: into the inbox, into the case's timeline, or a dead letter.

        A case that could not be considered, e.g. while the policy does not load, is tried anew.
        """
        context, payload = self._context, lease.effect.payload
        match lease.effect.kind:
            case "read":
                give_up_reading(context, str(payload["raw"]), why, lease)
            case "mail":
                give_up(context, str(payload["notice"]), why, lease)
            case "consider":
                case = str(payload["case"])
                reason = {"case": case, "why": f"no rule could look at it: {why}"[:500]}
                new_entry = entry(context, EntryType.CASE_CHANGED, SYSTEM, reason, case=case)
                anew = consider_effect(context, case, context.now() + LATER)
                record(context, new_entry, effects=[anew], done=lease)
            case _:  # reconciling does it without being asked
                outbox.bury(lease, why, now=context.now())
        log.warning("put aside", kind=lease.effect.kind, error=why)

    def reconcile(self) -> bool:
        """Keep desired states and agents' reports up to date; True when something changed."""
        context = self._context
        froze = follow(context)
        chosen = context.settings.enforcement.all_targets()
        targets = {target.name for target in chosen} | desired_states.targets()
        targets |= {path.stem for path in context.home.desired.glob("*.json")}
        wrote = [self._write_desired(target) for target in sorted(targets)]
        changed, unread = take_reports(context)
        for why in unread:
            if why not in self._untaken:  # told once
                log.warning("an agent's report was not taken", error=why)
        self._untaken = unread
        return froze or changed > 0 or any(wrote)

    def _write_desired(self, target: str) -> bool:
        """Whether a new state was written; without the signer what stands is held."""
        try:
            return write_desired(self._context, target)
        except (Unavailable, DriverRefused) as error:
            if str(error) != self._unsigned.get(target):  # told once
                log.warning("no desired state is signed", target=target, error=str(error))
            self._unsigned[target] = str(error)
            return False

    def tick(self) -> None:
        """Look at the clocks of cases and measures, tell filers, and take away what is over."""
        pass_deadlines(self._context)
        look_at_appeals(self._context)
        end_measures(self._context)
        judge_effects(self._context)
        recheck_measures(self._context)
        shared_counters.sweep(self._context.now())
        drafts.sweep(self._context.now())
        sessions.sweep(self._context.now())
        typed_texts.sweep(self._context.now() - KEPT_FOR)
        try:
            raws.reap(ORPHANS, self._context.now() + set_back())
        except Unavailable as error:
            log.warning("orphans stay", error=str(error))
        notify_submitters(self._context)
        retry_unheard(self._context)
        if self._context.now() >= self._next_retelling:
            self._next_retelling = self._context.now() + RETELLING
            prove_senders(self._context, self._lookup)
            retell(self._context, relay_answers)
            settle_reached(self._context, self._uncontacted, self._returned)
            if self._records_changed or not self._unheld.begins:
                self._records_changed &= not self._unheld.begins  # whose round goes on: another
                attribute_waiting(self._context, self._unheld)
            raise_alerts(self._context)
            ask_again(self._context)
        if self._context.now() >= self._next_retention:
            self._next_retention = self._context.now() + RETENTION
            self._erase()

    def _erase(self) -> None:
        """Erase what is due; a policy that does not load erases nothing and stops nothing."""
        try:
            erase_hourly(self._context)
        except AupkeepError as error:
            log.warning("nothing more is erased now", error=str(error))
