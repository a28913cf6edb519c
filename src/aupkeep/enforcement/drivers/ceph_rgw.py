"""Ceph's Object Gateway: a user is suspended, so that nothing of theirs is read or written.

By the gateway's Admin Ops API, one field of one user. The gateway then refuses every key of the
user, and every visitor of a bucket of theirs, also of public ones; all of it stays as it is. How
the user stood is in `ceph-rgw.json` in the agent's folder before anything is changed: one whom
somebody had suspended before stays suspended afterwards.

The gateway ends nothing by itself: the agent lifts in time. It notes no reason, so of a user whom
somebody else suspends while our measure stands nobody can tell; our lift resumes them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aupkeep.enforcement.accounts import check_owner
from aupkeep.enforcement.asking import each_part
from aupkeep.enforcement.buckets.admin_ops import AdminOps
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    HeldPlace,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.enforcement.options import PATH, TEXT, URL
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_moment

FILE = "ceph-rgw.json"
NAMED = re.compile(r"rgw-user:((?:[A-Za-z0-9_-]{1,64}\$)?[A-Za-z0-9][A-Za-z0-9._@=+-]{0,99})")
ABLE = Capabilities(
    driver="ceph-rgw",
    version="1",
    measures=frozenset({Measure.SUSPEND_ACCOUNT}),
    system="users of a Ceph Object Gateway, by its Admin Ops API",
    cap=1_000,
    ends_by_itself=False,
    tells_homes="not: a suspended user carries no word",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUser(HeldPlace):
    """One user, and whether somebody had suspended them before us."""

    before: bool


class CephRgwDriver:
    """One gateway, and a file in the agent's folder of what stands there."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._held = HeldFile(context.folder / FILE, HeldUser, "users")
        self.unread = ""  # who is not as we set them, at the last look

    @property
    def _ops(self) -> AdminOps:
        return AdminOps(self._context.options, self._context.now)

    def capabilities(self) -> Capabilities:
        """Suspend an account."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is installed."""
        return ()

    def place(self, action: Action) -> str:
        """The user's id. Raises `DriverRefused` for a resource that is none."""
        match = NAMED.fullmatch(action.scope.resource)
        if match is None:
            resource = action.scope.resource[:60]
            raise DriverRefused(f"expected rgw-user:ID or rgw-user:TENANT$ID, found {resource!r}")
        return match[1]

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One field."""
        del replaced  # whatever it is, the same is done
        uid, until = self.place(action), show_moment(action.until)
        return DriverPlan(
            action=action,
            place=uid,
            ops=(f"suspend the gateway's user {uid} until {until}",),
            note="every bucket of the user, for every visitor; nothing is deleted",
        )

    def apply(self, plan: DriverPlan) -> str:
        """Suspend the user, see it so. Raises `DriverRefused`, `Unavailable`."""
        ops, uid, action, held = self._ops, plan.place, plan.action, self._held.read()
        check_owner(uid, action.scope.customer, self._context.options.get("accounts"))
        user, known = ops.user(uid), held.get(uid)
        if user is None:
            raise DriverRefused(f"user {uid}: expected one, found none")
        if user.serves:
            raise DriverRefused(f"user {uid}: expected a customer's, found one that serves us")
        new = HeldUser(
            place=uid,
            action=action.id,
            reference=action.reference,
            until=action.until,
            before=user.suspended if known is None else known.before,
        )
        self._held.write({**held, uid: new})
        if not user.suspended:
            ops.suspend(uid, suspended=True)
        if wrong := self._wrong(uid, ops):
            raise Unavailable(wrong)
        return f"ceph-rgw: {uid}: suspended"

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every user of ours; one who is not suspended has no end, so that they are again."""
        ops, wrongs = self._ops, list[str]()

        def look(held: HeldUser) -> InstalledElement:
            wrong = self._wrong(held.place, ops)
            wrongs.extend([wrong] if wrong else [])
            return held.element(whole=not wrong)

        elements, unread = each_part(self._held.read().values(), look)
        self.unread = "; ".join([*wrongs, *unread])
        return elements

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The users of these places that we hold, as they are to be."""
        return self._held.at(places)

    def prove(self, action: Action) -> Proof:
        """Ask the gateway now."""
        uid = self.place(action)
        held = self._held.read().get(uid)
        wrong = f"{uid}: not held for this action"
        if held is not None and held.action == action.id:
            wrong = self._wrong(uid, self._ops)
        text = f"ceph-rgw: {wrong or f'{uid} is suspended'}, case {action.reference}"
        return Proof(seen=not wrong, text=text, at=self._context.now())

    def revert(self, place: str, action: str) -> str:
        """Resume the user, unless they were suspended before us or are gone; see it so."""
        del action  # the guard saw whose it is
        ops, held = self._ops, self._held.read()
        user, before = ops.user(place), held[place].before
        said = f"{LEFT}suspended" if before else "resumed"
        if user is not None and user.suspended and not before:
            ops.suspend(place, suspended=False)
            user = ops.user(place)
            if user is not None and user.suspended:
                raise Unavailable(f"{place}: expected them resumed, found them suspended")
        del held[place]
        self._held.write(held)
        return f"ceph-rgw: {place}: {said if user is not None else 'is gone'}"

    def _wrong(self, uid: str, ops: AdminOps) -> str:
        """Why a user does not stand as we set them, "" where they do."""
        user = ops.user(uid)
        if user is None:
            return f"{uid}: expected a user, found none"
        return "" if user.suspended else f"{uid}: expected suspended, found active"


OPTIONS = {
    "endpoint": URL.needed,
    "region": TEXT,
    "access_key": TEXT.needed,
    "secret_key": TEXT.needed,
    "accounts": PATH,
}
DRIVER = DriverPlugin(
    able=ABLE, make=CephRgwDriver, options=OPTIONS, system=("endpoint",), far=True
)
