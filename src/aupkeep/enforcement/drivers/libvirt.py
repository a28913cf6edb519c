"""libvirt: suspends a domain, or takes the links of its interfaces down, by the command `virsh`.

A domain is named by its uuid, in the inventory's resource `domain:UUID`. How each part stood is in
`libvirt.json` in the agent's folder before anything is changed; at the end each part that is still
as we set it goes back, and what somebody else changed since stays.

libvirt ends nothing by itself: the agent lifts in time. It knows no lock: a domain that somebody
resumes is suspended again at the next step, and told. It does not know which interface has an
address, so an isolation takes all of the domain's. A domain that starts anew has its links up: they
are put down at the next step.

A domain's metadata, which no guest reaches, say whose it is while we hold it: it is refused to
another home, and what another home holds by then is left as it is. A libvirt that keeps no metadata
carries no such word.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html import escape

from aupkeep.enforcement.asking import PartAway, each_part
from aupkeep.enforcement.domain_record import (
    DomainRecord,
    addresses_in,
    domain_named,
    read_domain_record,
)
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    HeldPlace,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.options import NAMES, Option
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address

TIMEOUT = 15.0  # seconds for one command
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
RUNNING, PAUSED, UP, DOWN = "running", "paused", "up", "down"
FREE, AWAY, OFF = "free", "gone", "taken off"
HOLD = "urn:aupkeep:hold"  # the namespace of our metadata
HOLDER = re.compile(r"target=[\"']([^\"'<>&]{1,80})[\"']")
SENT = re.compile(r"^ *net\.\d+\.tx\.pkts=(\d+)$", re.MULTILINE)
NO_METADATA = "metadata not found"
GONE = ("failed to get domain", "Domain not found")
NO_INTERFACE = re.compile("nterface .* not found")
NOBODY = "failed to connect"  # what virsh says where libvirt itself does not answer
ABLE = Capabilities(
    driver="libvirt",
    version="1",
    measures=frozenset({Measure.ISOLATE, Measure.SUSPEND_RESOURCE}),
    system="domains of a libvirt, by virsh",
    ends_by_itself=False,
    by_name=frozenset({"domain"}),
    effect="packets that a domain sends are counted by libvirt",
    tells_homes="the metadata of a domain says so; one that is held by one is refused to another",
)


class NoDomainError(Unavailable):
    """libvirt has no such domain."""


class NoInterfaceError(Unavailable):
    """The domain has no such interface any more."""


class LibvirtDriver:
    """One libvirt, reached as its address says."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._uri = str(context.options.get("uri", "qemu:///system"))
        self._words = [str(word) for word in context.options.get("virsh", ("virsh",))]
        self._sent: dict[str, int] = {}  # action → packets of its domain at the last look
        self.unread = ""  # domains of which libvirt said nothing at the last look

    def capabilities(self) -> Capabilities:
        """A suspension, and an isolation of the whole domain."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is to be laid; libvirt is asked whether it answers."""
        self._virsh("uri")
        return ()

    def place(self, action: Action) -> str:
        """`suspend-resource UUID`; `isolate UUID 203.0.113.10`, one place an address."""
        scope = action.scope
        aims = (scope.protocol, scope.port, scope.destination, scope.rate, scope.url, scope.name)
        if scope.source_ports is not None or any(value is not None for value in aims):
            raise DriverRefused("a domain is held as a whole: it would touch more than the scope")
        domain = domain_named(scope.resource)
        if action.measure is Measure.SUSPEND_RESOURCE:
            return f"{action.measure} {domain}"
        return f"{action.measure} {domain} {scope.network or scope.address}"

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """Of the whole domain."""
        del replaced  # whatever it is, the same is done
        domain = domain_named(action.scope.resource)
        suspends = action.measure is Measure.SUSPEND_RESOURCE
        whole = "libvirt does not know which interface has the address: all of them"
        return DriverPlan(
            action=action,
            place=self.place(action),
            ops=(f"suspend {domain}" if suspends else f"domif-setlink {domain} … down",),
            note=action.scope.note or (None if suspends else whole),
        )

    def apply(self, plan: DriverPlan) -> str:
        """Write down how it was, change it, read it back. Raises `Pending` where it is not so."""
        action, record = plan.action, read_domain_record(self._context.folder)
        parts = self._parts(plan.place)
        stands = {part: self._look(part) for part in parts}
        if other := self._anothers(parts):
            raise DriverRefused(f"{plan.place}: another home holds it: {other}")
        known = self._addresses(plan.place.split(" ")[1]) if parts else []
        if shielded := plan.protect.reached(action.scope, known):
            raise DriverRefused(f"{plan.place}: {shielded}")
        for part in [part for part in parts if part not in record.former]:
            record.former[part] = FREE if part.startswith("mark") else stands[part]
        record.needs[plan.place] = list(dict.fromkeys([*record.needs.get(plan.place, ()), *parts]))
        record.holds[plan.place] = HeldPlace(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            until=action.until,
        )
        record.save()
        if parts[0].startswith("mark") and not self._marked(parts[0], stands[parts[0]]):
            record.needs[plan.place].remove(parts[0])
            del record.former[parts.pop(0)]
            record.save()
        try:
            for part in parts:
                self._set(part, stands[part], self._ours(part))
        except DriverRefused:  # half of it is nothing
            self.revert(plan.place, action.id)
            raise
        if left := self._open(parts):
            raise Pending(f"{plan.place}: expected it held, found {left[0]}")
        return f"libvirt: {plan.place}: held, read back"

    def _parts(self, place: str) -> list[str]:
        """What of the domain a measure holds, its mark first. Raises `DriverRefused` for none."""
        measure, domain = place.split(" ")[:2]
        mark = [f"mark {domain}"] if self._context.owner else []
        try:
            if mark and not self._marks(domain):
                mark = []
            if measure == Measure.SUSPEND_RESOURCE:
                self._virsh("domstate", domain)
                return [*mark, f"power {domain}"]
            links = self._links(domain)
        except NoDomainError as error:
            raise DriverRefused(str(error)) from error
        if not links:
            raise DriverRefused(f"domain {domain}: expected an interface, found none")
        return [*mark, *links]

    def _links(self, domain: str) -> list[str]:
        """The links that a domain has now."""
        macs = MAC.findall(self._virsh("domiflist", domain))
        return [f"link {domain} {mac}" for mac in macs]

    def _addresses(self, domain: str) -> list[Address]:
        """Every address that a domain is known to have: it is taken whole."""
        said = self._virsh("dumpxml", domain)
        with suppress(DriverRefused, Unavailable):  # of one that is off nothing is leased
            said += self._virsh("domifaddr", domain, "--source", "lease")
        return list(addresses_in(said))

    def _marks(self, domain: str) -> bool:
        """Whether this libvirt keeps metadata, and lets us read them."""
        try:
            self._look(f"mark {domain}")
        except NoDomainError:
            raise
        except (DriverRefused, Unavailable):
            return False
        return True

    def _marked(self, mark: str, stands: str) -> bool:
        """Write that a domain is ours; False where we may not, since the measure goes before."""
        try:
            self._set(mark, stands, self._context.owner)
        except NoDomainError:
            raise
        except (DriverRefused, Unavailable):
            return False
        return True

    def _anothers(self, parts: Iterable[str]) -> str:
        """The other home or target that the domain's metadata name, "" for none."""
        marks = [self._state(part) for part in parts if part.startswith("mark")]
        others = [
            mark for mark in marks if mark not in (FREE, AWAY) and self._context.is_others(mark)
        ]
        return others[0] if others else ""

    def _ours(self, part: str) -> str:
        """How a part is while we hold it."""
        kind = part.partition(" ")[0]
        return {"power": PAUSED, "link": DOWN, "mark": self._context.owner}[kind]

    def _look(self, part: str) -> str:
        """How a part stands. Raises `NoDomainError`."""
        kind, domain, *mac = part.split(" ")
        if kind == "power":
            return self._virsh("domstate", domain).strip()
        if kind == "mark":
            return self._holder(domain)
        return self._virsh("domif-getlink", domain, *mac).split()[-1]

    def _holder(self, domain: str) -> str:
        """Whose the metadata say that it is, FREE if nobody's; another target's of ours is ours."""
        try:
            match = HOLDER.search(self._virsh("metadata", domain, HOLD))
        except Unavailable as error:
            if NO_METADATA not in str(error):
                raise
            return FREE
        mark = match[1] if match else FREE
        return self._context.owner if match and self._context.is_beside(mark) else mark

    def _set(self, part: str, stands: str, wanted: str) -> None:
        """Change a part, unless it is so; a domain that is off is neither paused nor resumed."""
        kind, domain, *mac = part.split(" ")
        if stands == wanted or (kind == "power" and stands not in (RUNNING, PAUSED)):
            return
        if kind == "link":
            self._virsh("domif-setlink", domain, *mac, wanted)
        elif kind == "mark" and wanted == FREE:
            self._virsh("metadata", domain, HOLD, "--remove")
        elif kind == "mark":
            hold = f"<hold target='{escape(wanted)}'/>"
            self._virsh("metadata", domain, HOLD, "--key", "aupkeep", "--set", hold)
        else:
            self._virsh("suspend" if wanted == PAUSED else "resume", domain)

    def _open(self, parts: Iterable[str]) -> list[str]:
        """The parts that are not as we want them, with how they are; what is taken off is held."""
        stands = {part: self._state(part) for part in parts}
        return [
            f"{part}: {now}" for part, now in stands.items() if now not in (self._ours(part), OFF)
        ]

    def _state(self, part: str) -> str:
        try:
            return self._look(part)
        except NoDomainError:
            return AWAY
        except NoInterfaceError:
            return OFF

    def observe(self) -> tuple[InstalledElement, ...]:
        """Each hold; one that is not whole has no end yet, so that it is asked for again."""
        record = read_domain_record(self._context.folder)

        def look(hold: HeldPlace) -> InstalledElement:
            reaches: list[Address] = []
            with suppress(DriverRefused, Unavailable):  # who is gone has none
                reaches = self._addresses(hold.place.split(" ")[1])
            whole = not self._open(self._needed(record, hold.place))
            return hold.element(whole=whole, reaches=reaches)

        elements, unread = each_part(record.holds.values(), look)
        self.unread = "; ".join(unread)
        return elements

    def _needed(self, record: DomainRecord, place: str) -> list[str]:
        """The parts that a place holds, with the links that the domain was given since."""
        measure, domain = place.split(" ")[:2]
        parts = record.needs[place]
        try:
            links = self._links(domain) if measure == Measure.ISOLATE else []
        except NoDomainError:
            links = []
        return list(dict.fromkeys([*parts, *links]))

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """Our holds of these places, as they are to be."""
        holds = read_domain_record(self._context.folder).holds
        return [holds[place].element() for place in places if place in holds]

    def prove(self, action: Action) -> Proof:
        """How each part stands now."""
        place, record = self.place(action), read_domain_record(self._context.folder)
        hold = record.holds.get(place)
        if hold is None or hold.action != action.id:
            text = f"libvirt: {place}: not held"
            return Proof(seen=False, text=text, at=self._context.now())
        parts = self._needed(record, place)
        said = ", ".join(f"{part} {self._state(part)}" for part in parts)
        text = f"libvirt: {said}, case {hold.reference}"
        return Proof(seen=not self._open(parts), text=text, at=self._context.now())

    def doubt(self, action: Action) -> str | None:
        """That a domain goes on sending while it is held, since the last look."""
        try:
            counts = SENT.findall(
                self._virsh("domstats", domain_named(action.scope.resource), "--interface")
            )
        except (DriverRefused, Unavailable):  # not every libvirt counts
            return None
        now = sum(map(int, counts))
        before = self._sent.get(action.id, now)
        self._sent[action.id] = now
        if now <= before:
            return None
        return f"libvirt counts {now - before} packets that the domain sent since the last look"

    def revert(self, place: str, action: str) -> str:
        """Give back what is still as we set it; what another measure of ours needs stays."""
        self._sent.pop(action, None)
        record = read_domain_record(self._context.folder)
        others = {part for name, parts in record.needs.items() if name != place for part in parts}
        another = self._anothers(record.needs[place])
        alone = [part for part in reversed(record.needs[place]) if part not in others]
        as_set = [part for part in alone if record.former[part] == self._ours(part)]
        for part in alone:
            if not another:
                self._give_back(part, record.former[part])
            del record.former[part]
        del record.holds[place], record.needs[place]
        record.save()
        left = f"left as it is: {another} holds it by now" if another else "given back"
        if as_set:
            left = f"{left}; {LEFT}{', '.join(as_set)}"
        return f"libvirt: {place}: {left}"

    def _give_back(self, part: str, former: str) -> None:
        """Raises `Pending` where it is not as it was after that."""
        stands = self._state(part)
        if stands != self._ours(part) or former not in (RUNNING, UP, FREE):
            return
        self._set(part, stands, former)
        if self._state(part) == self._ours(part):
            raise Pending(f"{part}: expected {former}, found {stands}")

    def _virsh(self, *words: str) -> str:
        """What virsh says.

        Raises `NoDomainError`, `NoInterfaceError`, `DriverRefused`, `PartAway` where only this
        domain is not answered for, `Unavailable`.
        """
        try:
            done = subprocess.run(  # noqa: S603 - words, that no shell reads
                [*self._words, "--quiet", "--connect", self._uri, *words],
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C"},
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise Unavailable(f"{self._words[0]}: {error}") from error
        if not done.returncode:
            return done.stdout
        said = " ".join(done.stderr.split())[:200]
        if any(text in said for text in GONE):
            raise NoDomainError(f"libvirt: {said}")
        if "not supported" in said:
            raise DriverRefused(f"libvirt cannot do it: {said}")
        if NO_INTERFACE.search(said):
            raise NoInterfaceError(f"libvirt: {said}")
        kind = Unavailable if NOBODY in said else PartAway
        raise kind(f"libvirt: {' '.join(words[:2])}: {said}")


def missing() -> str | None:
    """The command."""
    return None if shutil.which("virsh") else "virsh is not installed (Debian: libvirt-clients)"


URI = Option(
    expected="an address of libvirt, as qemu:///system",
    fits=lambda value: isinstance(value, str) and ":" in value and not value.startswith("-"),
)
DRIVER = DriverPlugin(
    able=ABLE,
    make=LibvirtDriver,
    missing=missing,
    options={"uri": URI, "virsh": NAMES},
    system=("uri",),
)
