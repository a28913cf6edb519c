"""What the general decoder knows, mirrored into the kernels' tables.

    mirror = Mirror(general, open_to_all=False)  # plans of known templates; listens for new ones
    mirror.put_sender(address)        # the kernels take this exporter's datagrams
    ...
    mirror.give_back(slot)            # before the general decoder takes a datagram of a stream
    mirror.follow(key)                # after it: the kernels go on from what it knows now

Each sequence of numbers is in one of two hands at a time: the kernels count while the numbers go
on, and give back what they counted whenever something else is to be judged.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.fast import kernel_state
from aupkeep.telemetry.fast.batch import sender, sender_halves
from aupkeep.telemetry.fast.compiled_plan import PLAN5, CompiledPlan, compile_plan
from aupkeep.telemetry.fast.kernel_state import KernelTables
from aupkeep.telemetry.fast.lookup_table import Key as Words4
from aupkeep.telemetry.fast.lookup_table import LookupTable
from aupkeep.telemetry.wire.decoder import Decoder
from aupkeep.telemetry.wire.sampling import Domain, Rates
from aupkeep.telemetry.wire.sequences import Stream
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateKey

MOST_STREAMS = 16_384
MOST_PLANS = 65_536  # more templates than that are for the general decoder
MOST_RATE = (1 << 32) - 1
BY_SAMPLER, BY_INTERFACE, BY_TEMPLATE = 1, 2, 3


class MirroredStream(NamedTuple):
    """A stream that the kernels follow."""

    stream: Stream
    key: Words4

    @property
    def domain(self) -> Domain:
        """Where its samplers are meaningful."""
        return Domain(*self.stream[:3])


class Mirror:
    """The tables, and how they are kept."""

    def __init__(self, general: Decoder, *, open_to_all: bool) -> None:
        self.general = general
        self._senders, self._streams, self._templates = LookupTable(), LookupTable(), LookupTable()
        self._rates = LookupTable()
        self._followed: list[MirroredStream] = []
        self._changes = general.sampling.changes
        self._told: dict[int, dict[Words4, int]] = {}  # rates in the table, by stream
        self._free: list[int] = []  # places of plans whose templates are gone
        self._arrays: dict[str, NDArray[Any]] = {
            "streams": np.zeros((64, kernel_state.STREAM), np.int64),
            "plans": np.zeros((64, kernel_state.PLAN), np.int64),
            "steps": np.zeros((64, kernel_state.MOST_STEPS, 4), np.int32),
            "exporters": np.zeros((64, kernel_state.EXPORTER), np.int64),
        }
        refused = (0 if open_to_all else kernel_state.REFUSED + 1, 4)
        self.refused = np.zeros(refused, np.uint64)
        self._plans = 0
        self._put_plan(PLAN5)
        for key, known in general.templates:
            self._learn(key, known.template)
        general.templates.listeners.append(self._learn)

    @property
    def exporters(self) -> NDArray[np.int64]:
        """The counts of each exporter, by its number."""
        return self._arrays["exporters"]

    def put_sender(self, address: Address) -> int:
        """Take datagrams of an exporter from now on; its number."""
        number = self.general.state.exporters.number(address)
        self._senders.put((*sender_halves(address), 1, 0), number)
        self._room("exporters", number + 1)
        return number

    def drop_sender(self, address: Address) -> None:
        """Take no datagrams of an exporter any more."""
        self._senders.drop((*sender_halves(address), 1, 0))

    def give_back(self, slot: int) -> None:
        """Tell the general decoder's sequence what the kernels counted of a stream."""
        mine = self._arrays["streams"][slot]
        self._show_rate(slot)
        count = int(mine[kernel_state.DATAGRAMS])
        if not count:
            return
        mine[kernel_state.DATAGRAMS] = 0
        stream = self._followed[slot].stream
        number, units, uptime = (
            int(mine[column])
            for column in (kernel_state.NUMBER, kernel_state.UNITS, kernel_state.UPTIME)
        )
        sequence = self.general.sequences.streams.get(stream)
        if sequence is not None:
            sequence.datagrams += count - 1
            sequence.expected = number
        self.general.sequences.take(stream, number, units, uptime if uptime >= 0 else None)

    def judge(self, slot: int, number: int, units: int, uptime: int) -> None:
        """Have a datagram's number judged that is not the one expected; it was decoded."""
        self.give_back(slot)
        stream = self._followed[slot].stream
        self.general.sequences.take(stream, number, units, uptime if uptime >= 0 else None)
        self._show_rate(slot)
        self._expect(slot)

    def follow(self, key: Iterable[int]) -> None:
        """Go on with a stream from what the general decoder knows of it; a new one is added."""
        first, second, third, fourth = (int(word) for word in key)
        words = (first, second, third, fourth)
        slot = self._streams.known.get(words)
        if slot is None:
            slot = self._add(words)
        if slot is None:
            return
        self._expect(slot)
        self._sample(slot)
        self.follow_all(self._followed[slot].stream.exporter)

    def follow_all(self, exporter: Address | None) -> None:
        """Take over the rates of all streams of an exporter, if its options changed any."""
        if self.general.sampling.changes == self._changes:
            return
        self._changes = self.general.sampling.changes
        for slot, followed in enumerate(self._followed):
            if followed.stream.exporter == exporter:
                self._sample(slot)

    def give_all_back(self) -> None:
        """Tell all sequences what the kernels counted; the next number of each is judged anew."""
        mine = self._arrays["streams"][: len(self._followed)]
        for slot in np.flatnonzero(mine[:, kernel_state.DATAGRAMS]):
            self.give_back(int(slot))
        mine[:, kernel_state.EXPECTED] = -1

    def _add(self, key: Words4) -> int | None:
        number, version = key[0] >> 32, key[0] & 0xFFFFFFFF
        exporter = self.general.state.exporters.addresses[number]
        agent = sender(key[2], key[3]) if key[2] or key[3] else None
        stream = Stream(exporter, version, key[1], agent)
        if stream not in self.general.sequences.streams or len(self._followed) >= MOST_STREAMS:
            return None
        slot = len(self._followed)
        self._followed.append(MirroredStream(stream, key))
        self._room("streams", slot + 1)
        self._streams.put(key, slot)
        return slot

    def _expect(self, slot: int) -> None:
        sequence = self.general.sequences.streams.get(self._followed[slot].stream)
        expected = sequence.expected if sequence else None
        self._arrays["streams"][slot, kernel_state.EXPECTED] = -1 if expected is None else expected

    def _sample(self, slot: int) -> None:
        """Take over the rates of a stream's domain."""
        domain, sampling = self._followed[slot].domain, self.general.sampling
        mine = self._arrays["streams"][slot]
        known = sampling.rates_of(domain)
        static = sampling.static.get(domain.exporter, 0)
        fixed = sampling.override.get(domain.exporter)
        mine[kernel_state.FIXED] = -1 if fixed is None else min(fixed, MOST_RATE)
        mine[kernel_state.PLAIN] = min((known.only if known else 0) or static, MOST_RATE)
        mine[kernel_state.NAMED] = mine[kernel_state.PLAIN]
        if known and known.samplers:
            mine[kernel_state.NAMED] = min(known.whole or static, MOST_RATE)
        boot = self.general.state.boots.get(domain)
        mine[kernel_state.BOOT] = -1 if boot is None else boot
        self._tell(slot, known)

    def _tell(self, slot: int, known: Rates | None) -> None:
        """Take over the rates by what names them, and forget those that are gone."""
        rates: dict[Words4, int] = {}
        if known:
            rates = {
                (slot, kind, number, 1): min(rate, MOST_RATE)
                for kind, table in (
                    (BY_SAMPLER, known.samplers),
                    (BY_INTERFACE, known.interfaces),
                    (BY_TEMPLATE, known.templates),
                )
                for number, rate in table.items()
            }
        before = self._told.get(slot, {})
        for key in before.keys() - rates.keys():
            self._rates.drop(key)
        for key, rate in rates.items():
            if before.get(key) != rate:
                self._rates.put(key, rate)
        self._told[slot] = rates
        self._arrays["streams"][slot, kernel_state.TOLD] = int(bool(rates))

    def _show_rate(self, slot: int) -> None:
        """Let the sampling say which rate the last record had, and from where."""
        mine = self._arrays["streams"][slot]
        if not mine[kernel_state.ROWS]:
            return
        mine[kernel_state.ROWS] = 0
        own, header, sampler, interface, template = (
            int(mine[column])
            for column in (
                kernel_state.OWN, kernel_state.HEADER, kernel_state.SAMPLER,
                kernel_state.INTERFACE, kernel_state.TEMPLATE,
            )
        )  # fmt: skip
        self.general.sampling.of(
            self._followed[slot].domain,
            own=own,
            header=header,
            sampler=None if sampler < 0 else sampler,
            interface=interface,
            template=template,
        )

    def _learn(self, key: TemplateKey, template: FlowTemplate | None) -> None:
        """Mirror a template that is new, changed or gone."""
        number = self.general.state.exporters.number(key.exporter)
        words = (number, key.version, key.domain, key.id)
        old = self._templates.drop(words)
        if old is not None:
            self._free.append(old)
        plan = compile_plan(template, key.version) if template else None
        if plan is not None and (self._free or self._plans < MOST_PLANS):
            self._templates.put(words, self._put_plan(plan))

    def _put_plan(self, plan: CompiledPlan) -> int:
        place = self._free.pop() if self._free else self._plans
        self._plans = max(self._plans, place + 1)
        self._room("plans", self._plans)
        self._room("steps", self._plans)
        about = self._arrays["plans"][place]
        about[kernel_state.SIZE], about[kernel_state.STEPS] = plan.size, len(plan.steps)
        about[kernel_state.WITH], about[kernel_state.KIN] = plan.has, plan.family
        about[kernel_state.GUESS_ICMP], about[kernel_state.RATED] = plan.guess_icmp, plan.rated
        about[kernel_state.SAMPLER_AT], about[kernel_state.SAMPLER_SHIFT] = plan.sampler
        if plan.steps:
            self._arrays["steps"][place, : len(plan.steps)] = plan.steps
        return place

    def _room(self, name: str, count: int) -> None:
        """Make an array at least so long, its rows kept."""
        old = self._arrays[name]
        if count > len(old):
            new = np.zeros((max(count, 2 * len(old)), *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            self._arrays[name] = new

    @property
    def tables(self) -> KernelTables:
        """The arrays as they are now; ask again after anything was put or dropped."""
        return KernelTables(
            self._senders.keys,
            self._senders.values,
            self._streams.keys,
            self._streams.values,
            self._templates.keys,
            self._templates.values,
            self._rates.keys,
            self._rates.values,
            self._arrays["streams"],
            self._arrays["plans"],
            self._arrays["steps"],
            self._arrays["exporters"],
            self.refused,
        )
