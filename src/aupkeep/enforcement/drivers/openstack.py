"""OpenStack: isolates and suspends machines, disables projects, deactivates images, no more.

What a measure changes is written down as it was before (`openstack.record`), then changed field by
field, then read back. Acting comes before locking and unlocking before undoing, so that an agent
killed in between leaves a machine that is held or free, never one that is open under our lock.

A measure is a hold of ours: it is undone field by field, each only where it still is as we set it.
What another did since (a billing lock, a deletion, an address that moved) stays, and is told.

OpenStack ends nothing by itself: the agent lifts in time. A holder can put a port up again: it is
put down and told at the next step. A lock set from outside their project they cannot open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep
from typing import NoReturn

from aupkeep.enforcement.asking import each_part
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.openstack.aim import (
    NAMED,
    AddressGone,
    AimSettings,
    aim,
    carried_by,
    holder_of_port,
    is_lost,
    named,
    new_lock,
    refusal,
)
from aupkeep.enforcement.openstack.fields import (
    DOING,
    FieldKind,
    Look,
    holds,
    is_ours,
    other_floating_ip,
    put,
    split,
    without_gone,
)
from aupkeep.enforcement.openstack.read_ahead import read_ahead
from aupkeep.enforcement.openstack.record import CloudHold, CloudRecord, read_cloud_record
from aupkeep.enforcement.openstack.session import SESSION_OPTIONS, OpenStackSession
from aupkeep.enforcement.openstack.words import (
    held_words,
    left_words,
    lost_words,
    mark_of,
    note_of,
    planned_ops,
    shown,
)
from aupkeep.enforcement.options import Option, one_of
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Invalid, Pending, Unavailable
from aupkeep.model.ladder import Measure

NAME = "openstack"
WAIT = 3.0  # seconds that a call waits for a machine; after them it is pending
POLL = 0.2
LONGEST = timedelta(minutes=5)  # a machine that is not done by then waits for a person
ISOLATE = {
    "port-down": FieldKind.PORT_STATE,
    "quarantine-group": FieldKind.PORT_GROUPS,
    "qos-policy": FieldKind.PORT_POLICY,
}
SUSPEND = {"pause": "PAUSED", "stop": "SHUTOFF", "isolate": None}
ABLE = Capabilities(
    driver=NAME,
    version="1",
    measures=frozenset({Measure.ISOLATE, Measure.SUSPEND_RESOURCE, Measure.SUSPEND_ACCOUNT}),
    system="a region of OpenStack: Nova, Neutron, Keystone, Glance",
    ends_by_itself=False,
    by_name=frozenset({"instance", "port", "image", "project"}),
    undoable=frozenset({Measure.ISOLATE}),
    tells_homes="the lock of a machine and an entry of a project say so: what is held is refused"
    " to another; ports, floating IPs and images carry no word",
)


class NoneThere(Unavailable):
    """What is to be changed is not there, or what it is to be changed to."""


class OpenStackDriver:
    """One region, and a file in the agent's folder of what stands there by us."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._settings = _settings(context)
        self._session = OpenStackSession(context.options, context.folder, context.now)
        self.unread = ""  # what is not as we set it, at the last look

    def capabilities(self) -> Capabilities:
        """Isolate, suspend a resource, suspend an account."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is installed; what a person is to look at is told here for ten minutes."""
        return read_cloud_record(self._context.folder).told(self._context.now())

    def place(self, action: Action) -> str:
        """`isolate instance:7f3c 203.0.113.10`; one place holds one."""
        scope = action.scope
        if wrong := refusal(action.measure, scope):
            raise DriverRefused(wrong)
        where = scope.network or scope.address
        return " ".join(str(x) for x in (action.measure, scope.resource, where) if x is not None)

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """What changes, in OpenStack's words."""
        del replaced  # whatever it is, the same is done
        return DriverPlan(
            action=action,
            place=self.place(action),
            ops=tuple(planned_ops(action, self._settings)),
            note=action.scope.note or note_of(action),
        )

    def apply(self, plan: DriverPlan) -> str:
        """Write down how it was, act, lock, read back.

        Raises `DriverRefused`, `Pending` while a machine is not done, `Unavailable`.
        """
        record = read_cloud_record(self._context.folder)
        before = record.holds.get(plan.place)
        hold = self._hold(plan, before)
        look = Look(self._session)
        ours = self._aim(look, hold, record)
        if other := next(filter(None, (self._others(look, name) for name in ours)), ""):
            raise DriverRefused(f"another home holds its machine, by its lock: {other}")
        if shielded := plan.protect.reached(hold.scope, carried_by(look, ours)):
            raise DriverRefused(shielded)
        values = {name: value for name in ours if (value := look.value(name)) is not None}
        if len(values) < len(ours):
            raise Unavailable(f"{plan.place}: expected all of it there, found some of it gone")
        lost = [name for name, value in values.items() if is_lost(record, name, value)]
        former = {name: "enabled" for name in lost if split(name)[0] is FieldKind.PROJECT}
        locks = [name for name in lost if name not in former]
        found_before = {**values, **dict.fromkeys(locks, ""), **former}
        record.begin(hold, ours, found_before, lost_words(hold, locks))
        for name, want in ours.items():
            if values[name] != want:
                self._put(hold, name, values[name], want)
        self._see(hold, ours)
        record.finish(hold, ours)
        return held_words(hold, {name: record.held[name].ours for name in record.needs[plan.place]})

    def _hold(self, plan: DriverPlan, before: CloudHold | None) -> CloudHold:
        """The hold to be; of one that has begun the time goes on."""
        action = plan.action
        begun = before is not None and not before.done and before.action == action.id
        return CloudHold(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            until=action.until,
            measure=action.measure,
            scope=action.scope,
            since=before.since if begun and before else self._context.now(),
        )

    def _others(self, look: Look, name: str) -> str:
        """The other home that holds the machine of a port, "" for none."""
        return holder_of_port(look, name, self._settings)

    def _aim(self, look: Look, hold: CloudHold, record: CloudRecord) -> dict[str, str]:
        """The fields of a hold. An address whose machine is another one by now moves no hold.

        What is held by name stays held where its address went: those of its fields that are there.
        """
        mark = mark_of(hold.reference, hold.action, self._context.owner)
        before = record.needs.get(hold.place, ())
        try:
            fields = aim(look, hold.measure, hold.scope, mark, self._settings)
        except AddressGone:
            there = {name: record.held[name].ours for name in before if look.value(name)}
            if not there:
                raise
            return there
        if before and not named(hold.scope.resource)[0] and not fields.keys() & set(before):
            raise DriverRefused(f"expected it at {before[0]}, another machine has it by now")
        return fields

    def _put(self, hold: CloudHold, name: str, value: str, want: str) -> None:
        """Ask for one change; what is busy is pending, for five minutes."""
        if DOING in value and split(name)[0] is FieldKind.POWER:
            self._not_yet(hold, f"{name}: {value}")
        try:
            there = put(self._session, name, value, want)
        except Pending as error:
            self._not_yet(hold, str(error))
        if not there:
            raise NoneThere(f"{name}: expected it there, found it gone")

    def _not_yet(self, hold: CloudHold, words: str) -> NoReturn:
        lasts = self._context.now() - hold.since
        if lasts > LONGEST:
            raise Unavailable(f"{words}; not done after {lasts}: a person has to look")
        raise Pending(f"{words}; {int(lasts.total_seconds())} s")

    def _see(self, hold: CloudHold, wanted: Mapping[str, str], *, exactly: bool = False) -> None:
        """Read fields back until all are as wanted; after three seconds they are pending."""
        end = monotonic() + WAIT
        while True:
            look = Look(self._session)
            now = {name: look.value(name) for name in wanted}
            other = [
                f"{name}: expected {shown(want)}, found {shown(now[name])}"
                for name, want in wanted.items()
                if not (now[name] == want if exactly else holds(name, now[name], want))
                and not (exactly and now[name] is None)
            ]
            if not other:
                return
            if monotonic() > end:
                self._not_yet(hold, "; ".join(other))
            sleep(POLL)

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every hold of ours; one that is not whole, or whose machine has more by now, has no end.

        `unread` names what is not as we set it: who can put a port up again is told of at once.
        """
        record = read_cloud_record(self._context.folder)
        cloud = Look(self._session)
        read_ahead(cloud, record)
        said: list[str] = []

        def look(hold: CloudHold) -> InstalledElement:
            words, whole = self._differences(cloud, hold, record)
            said.extend(words)
            reaches = carried_by(cloud, record.needs[hold.place])
            return hold.element(whole=whole and hold.done, reaches=reaches)

        elements, unread = each_part(record.holds.values(), look)
        self.unread = "; ".join(dict.fromkeys([*said, *unread]))
        return elements

    def _differences(
        self, look: Look, hold: CloudHold, record: CloudRecord
    ) -> tuple[list[str], bool]:
        """What of a hold is not as we set it, in words, and whether it is whole all the same."""
        wanted, said = self._wanted(look, hold, record)
        values = {name: look.value(name) for name in wanted}
        words = [
            f"{name}: expected {shown(want)}, found {shown(values[name])}"
            for name, want in wanted.items()
            if values[name] is not None and not holds(name, values[name], want)
        ]
        more = wanted.keys() - set(record.needs[hold.place])
        gone = all(value is None for value in values.values())
        return [*words, *said] if hold.done else [], not (words or more or gone)

    def _wanted(
        self, look: Look, hold: CloudHold, record: CloudRecord
    ) -> tuple[dict[str, str], list[str]]:
        """The fields of a hold with what they are to be by now, and why it cannot be aimed anew."""
        ours = {name: record.held[name].ours for name in record.needs[hold.place]}
        try:
            return {**ours, **self._aim(look, hold, record)}, []
        except DriverRefused as error:
            return ours, [f"{hold.place}: {error}"]

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """Our holds of these places, as they are to be."""
        holds = read_cloud_record(self._context.folder).holds
        return [holds[place].element() for place in places if place in holds]

    def prove(self, action: Action) -> Proof:
        """How the fields of the action stand, asked of OpenStack."""
        place = self.place(action)
        record = read_cloud_record(self._context.folder)
        hold = record.holds.get(place)
        now = self._context.now()
        if hold is None or hold.action != action.id:
            return Proof(seen=False, text=f"{NAME}: {place}: not held", at=now)
        look = Look(self._session)
        wanted, _ = self._wanted(look, hold, record)
        values = {name: look.value(name) for name in wanted}
        seen = all(holds(name, values[name], want) for name, want in wanted.items())
        return Proof(seen=seen, text=held_words(hold, values), at=now)

    def revert(self, place: str, action: str) -> str:
        """Unlock, then undo in reverse, each field only where it is as we set it; see it so."""
        del action  # the guard saw whose it is
        record = read_cloud_record(self._context.folder)
        hold = record.holds[place]
        if hold.done:  # what is pending from now on is the undoing
            hold = replace(hold, done=False, since=self._context.now())
            record.holds[place] = hold
            record.save()
        restored: dict[str, str] = {}
        notes: list[str] = []
        left = record.found_so(hold)
        for name in record.alone(hold):
            self._undo(hold, record, name, restored, notes)
        self._see(hold, restored, exactly=True)
        record.drop(hold, notes, self._context.now())
        return f"{NAME}: {place}: undone{f'; {LEFT}{left}' if left else ''}"

    def _undo(
        self,
        hold: CloudHold,
        record: CloudRecord,
        name: str,
        restored: dict[str, str],
        notes: list[str],
    ) -> None:
        """One field: ours goes back to what it was, another's stays and is told."""
        kind, held = split(name)[0], record.held[name]
        look = Look(self._session)
        now = look.value(name)
        if now is None or now == held.former:
            return
        if kind is FieldKind.POWER and DOING in now:
            self._not_yet(hold, f"{name}: {now}")
        if other := self._others(look, name):
            notes.append(f"{left_words(hold, held, now)}: {other} holds the machine")
        elif not is_ours(name, now, held.ours):
            notes.append(left_words(hold, held, now))
        elif kind is FieldKind.POWER and (lock := new_lock(look, record, name)):
            notes.append(f"{left_words(hold, held, now)}: another holds it: {shown(lock)}")
        elif kind is FieldKind.LOCK and held.former:
            self._put(hold, name, now, "")
            notes.append(f"{name}: unlocked; before us it was {shown(held.former)}")
        elif taken := other_floating_ip(look, name, held.former):
            notes.append(
                f"{left_words(hold, held, now)}: its port has another floating IP: {taken}"
            )
        else:
            restored[name] = self._put_back(hold, name, now, held.former)
            if restored[name] != held.former:
                notes.append(f"{left_words(hold, held, restored[name])}: {self._session.missing}")

    def _put_back(self, hold: CloudHold, name: str, now: str, former: str) -> str:
        """What a field was, without what is gone since: a group, a policy, the port of an IP."""
        while now != former:
            try:
                self._put(hold, name, now, former)
            except NoneThere:
                left = without_gone(name, former, self._session.missing)
                if left == former:
                    raise
                former = left
            else:
                break
        return former


def _settings(context: DriverContext) -> AimSettings:
    """How to isolate and to stop. Raises `Invalid`."""
    options = context.options
    isolate = str(options.get("isolate", "port-down"))
    suspend = str(options.get("suspend", "pause"))
    ident = str(options.get("isolate_id", ""))
    if (isolate == "port-down") == bool(ident):
        raise Invalid("option isolate_id: expected the id of the group or policy, and only then")
    return AimSettings(
        isolate=ISOLATE[isolate],
        isolated=ident or "down",
        power=SUSPEND[suspend],
        is_others=context.is_others,
        is_beside=context.is_beside,
    )


IDENT = Option(expected="an id", fits=lambda value: bool(NAMED.fullmatch(f"port:{value}")))
OPTIONS = {
    **SESSION_OPTIONS,
    "isolate": one_of(*ISOLATE),
    "isolate_id": IDENT,
    "suspend": one_of(*SUSPEND),
}
DRIVER = DriverPlugin(
    able=ABLE,
    make=OpenStackDriver,
    options=OPTIONS,
    system=("auth_url", "region", "credential_id"),
    far=True,
)
