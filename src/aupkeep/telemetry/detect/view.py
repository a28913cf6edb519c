"""The window at one moment, as detectors see it: entries as records, and how to make a hit."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.answers_awaited import AnswersAwaited
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode, at_most
from aupkeep.telemetry.detect.network_context import ListedContact
from aupkeep.telemetry.detect.observation import HEADS, SHOWN, Observation, SessionGroup, TriedPeer
from aupkeep.telemetry.detect.sampling_chance import FEWEST, SampledThreshold
from aupkeep.telemetry.rows import Rows, halves
from aupkeep.telemetry.window.exported_ways import exported_ways, have_met
from aupkeep.telemetry.window.find_peer import SlotAndPeer, find_pair
from aupkeep.telemetry.window.hash_table import PURPOSE
from aupkeep.telemetry.window.layout import IN, OUT, RING, TRACKED, WINDOW, EntryTag
from aupkeep.telemetry.window.live_entries import EntriesByTag, find_live, room
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.window.sketches import count_distinct, count_ports
from aupkeep.telemetry.window.state import TABLES, WindowState
from aupkeep.telemetry.window.udp_exchanges import ONE_WAY

BRIEF = 2_000  # ms: a stream's pair of ports talks for longer, or goes on
IDLE = 10  # packets a second: a stream has more
NEARLY = 0.97  # of a number: a sketch counts a little less now and then
Places = NDArray[np.int64]
Counting = Callable[[NDArray[Any]], NDArray[np.float64]]


class WindowView:
    """The window at a moment. Entries whose own window is over are not shown."""

    def __init__(
        self, state: WindowState, own: OwnSlots, now: int, contacts: Sequence[ListedContact] = (),
        modes: Mapping[str, Mode] | None = None, over: bool = False,  # noqa: FBT001, FBT002 - as `Watch.look` has it
        *, awaited: AnswersAwaited | None = None,
    ) -> None:  # fmt: skip
        """`contacts` are what is listed, by label; `modes` those of the rules, by detector.

        `over`: nothing more will come, so nothing is waited for. `awaited` are hits that wait.
        """
        self.state, self.own, self.now, self.contacts = state, own, now, contacts
        self.over = over
        self._modes = modes or {}
        self._awaited = awaited or AnswersAwaited()
        self.ways = exported_ways(state)
        self.followed = followed(state.record)
        self._sorted: dict[str, EntriesByTag] = {}
        self._own: dict[tuple[str, EntryTag], NDArray[np.int32]] = {}
        self.tables = {name: state.table(name) for name in TABLES}

    def met(self, slot: int, peer: Address) -> bool:
        """Whether a peer talked to an own address lately, or seems to have."""
        return have_met(self.state, slot, *halves(peer))

    def mode_of(self, detector: Detector) -> Mode:
        """How far the policy lets a detector go."""
        return self._modes.get(detector.name, detector.mode)

    def after_answers(self, hit: DetectorHit, slot: int) -> Iterator[DetectorHit]:
        """A hit that rests on missing answers, once those would have been exported."""
        if self._awaited.offer(hit, self.ways.wait(slot), self.now) or self.over:
            yield hit

    def answers_came(self, detector: str, slot: int) -> None:
        """A hit about an address that waits is none."""
        self._awaited.withdraw(detector, self.own.address(slot))

    def overdue(self, detector: str) -> Iterator[DetectorHit]:
        """Hits that waited, are over by now, and whose answers did not come meanwhile."""
        for hit in self._awaited.overdue(detector, self.now):
            slot = self.own.slot(hit.address)
            if slot >= 0 and not (hit.peer and self.met(slot, hit.peer)):
                yield hit

    @property
    def grace(self) -> int:
        """For how many ms a UDP request, or a reply, waits for the other side."""
        return int(self.state.record["grace"][0])

    @property
    def blind(self) -> bool:
        """Whether the exporters show nearly nothing that comes to us: then replies are unseen."""
        out, into = self.state.record["rows"][0]
        return bool(out > ONE_WAY * (into + 1))

    def fans(self, tag: EntryTag, least: float = 2, peers: float = 0) -> Iterator[Observation]:
        """Entries of a purpose with at least so many tries, the most first.

        `peers`: about so many different ones at least; of sampled entries a few are enough.
        """
        places = self._live("fan", tag, "failed", least)
        if not len(places):
            return
        places, count = self._many("fan", places, count_distinct, "sketch", peers)
        for row, many, at in self._shown("fan", places, count):
            yield Observation._make((*row, many, 0.0, at))

    def pairs(self, tag: EntryTag, least: float = 2, ports: float = 0) -> Iterator[Observation]:
        """Peers that were tried at least so often, the most first; `ports`: at so many of them."""
        places = self._live("pair", tag, "failed", least)
        if not len(places):
            return
        places, count = self._many("pair", places, count_ports, "words", ports)
        for row, many, at in self._shown("pair", places, count):
            yield Observation._make((*row, 0, 0.0, 1.0, many, at))

    def pair(self, tag: EntryTag, slot: int, peer: Address) -> TriedPeer:
        """What an own address tried of one peer in vain."""
        entry, (hi, lo) = self.tables["pair"].entry, halves(peer)
        whom = SlotAndPeer(slot, peer.version, np.uint64(hi), np.uint64(lo))
        at = find_pair(entry, self._alive("pair", tag), self._slots("pair", tag), whom)
        if at < 0 or entry["failed"][at] < 2:  # noqa: PLR2004 - of one try nothing is said
            return TriedPeer(0.0, 0.0, 0.0, 0, 0)
        it, ports = entry[at], float(count_ports(entry["words"][at]))
        tried = float(it["packets"]), float(it["bytes"])
        ungiven = int(it["low"]).bit_count()
        return TriedPeer(*tried, ports, int(it["good"]), ungiven)

    def stray_exchanges(self, slot: int, peer: Address) -> tuple[int, float]:
        """Pairs of ports that UDP had with a peer as no stream has; their share of packets.

        They were soon over, or are nearly idle. Both of lately, and of unsampled rows.
        """
        entry, at = self.tables["asked"].entry, self._of("asked", EntryTag.UDP, slot)
        hi, lo = halves(peer)
        its = entry[at[(entry["hi"][at] == np.uint64(hi)) & (entry["lo"][at] == np.uint64(lo))]]
        lasted = its["until"] - its["began"]
        over = (lasted < BRIEF) & (its["until"] < self.now - BRIEF)
        idle = its["packets"] * 1000 < IDLE * np.maximum(lasted, 1000)
        stray = its["packets"][over | idle]
        return len(stray), float(stray.sum() / max(its["packets"].sum(), 1))

    def pings(self, slot: int) -> float:
        """ICMP echo requests a second that an address sent lately."""
        entry, at = self.tables["fan"].entry, self._of("fan", EntryTag.ECHO, slot)
        seconds = np.maximum(entry["until"][at] - entry["began"][at], 1000) / 1000
        return float((entry["packets"][at] / seconds).sum())

    def sessions(
        self, tag: EntryTag, least: float = 2, what: str = "count"
    ) -> Iterator[SessionGroup]:
        """Peers' services with at least so many sessions (packets, bytes), the most first."""
        places = self._live("session", tag, what, least)
        if not len(places):
            return
        bands = self.tables["session"].entry["bands"][places]
        for row, histogram, at in self._shown("session", places, bands):
            size, *rest = row[HEADS:]
            seen = Observation._make((*row[:HEADS], 0, 0, size, 1.0, 0.0, at))
            yield SessionGroup(seen, histogram, *rest)

    def waited(self, name: str, place: int, wait: int) -> bool:
        """Whether a table's entry took its first row so many ms ago, or nothing more will come."""
        return self.over or self.now - int(self.tables[name].entry["first"][place]) >= wait

    def others(self, tag: EntryTag, slot: int, port: int) -> tuple[int, float]:
        """Of an own address: how many other ports it tried, and how many tries there were."""
        entry, at = self.tables["fan"].entry, self._of("fan", tag, slot)
        failed = entry["failed"][at]
        mine = (entry["port"][at] != port) & (failed > 0)
        return int(mine.sum()), float(failed[mine].sum())

    def answered(self, tag: EntryTag, slot: int, port: int) -> tuple[float, float]:
        """Bytes out and in of a service of ours, of those peers whose requests were seen."""
        entry, at = self.tables["session"].entry, self._of("session", tag, slot)
        at = at[(entry["port"][at] == port) & (entry["in_bytes"][at] > 0)]
        return float(entry["bytes"][at].sum()), float(entry["in_bytes"][at].sum())

    def minute(self, slot: int, port: int) -> tuple[float, float]:
        """The same of all its peers, within the last minute in which there were any."""
        entry, at = self.tables["lanes"].entry, self._of("lanes", EntryTag.AMPLIFY, slot)
        at = at[entry["port"][at] == port]
        return float(entry["answered"][at].sum()), float(entry["asked"][at].sum())

    def mail_in(self, slot: int) -> int:
        """About how many sessions that brought mail an address had within the last hours."""
        return int(self.state.slots["mail_in"][slot])

    def mail_bytes(self, slot: int) -> tuple[float, float]:
        """Bytes to and from the mail servers that an address calls."""
        entry, at = self.tables["session"].entry, self._of("session", EntryTag.MAIL, slot)
        return float(entry["bytes"][at].sum()), float(entry["in_bytes"][at].sum())

    def failed(self, slot: int, ports: Collection[int]) -> int:
        """How many TCP tries of an own address at these ports failed."""
        entry, at = self.tables["fan"].entry, self._of("fan", EntryTag.TCP, slot)
        return int(entry["failed"][at[np.isin(entry["port"][at], list(ports))]].sum())

    def hit(  # noqa: PLR0913 - a hit has many parts, each named
        self, detector: Detector, seen: Observation, need: SampledThreshold,
        evidence: dict[str, Any], *,
        confidence: float, cap: Mode = Mode.ACT, peer: Address | None = None,
        port: int | None = None, transport: str | None = None, inner: bool = False,
        answers: int | None = None, answerers: Sequence[int] = (),
    ) -> DetectorHit:  # fmt: skip
        """A hit with its sampling stated and its mode capped.

        Unknown sampling and traffic that stays among our own addresses never go beyond notify: the
        first is no measure of anything, the second is most often one customer's own; `inner` says
        that it is meant to be. `answers` (IN or OUT) is which way the answers go on whose absence
        the hit rests: where it is not known that the exporters show that way, it is only told, and
        says so. `answerers` are slots of which one is enough to know it, where it is not the hit's.
        """
        who = answerers or (seen.slot,)
        if answers is not None and not any(self.ways.shows(slot, answers) for slot in who):
            cap = at_most(cap, Mode.NOTIFY)
            evidence = {**evidence, "answers_unseen": True}
        if seen.unknown or (seen.inner * 2 > seen.tries and not inner):
            cap = at_most(cap, Mode.NOTIFY)
        stated = {
            "sampling": None if seen.unknown else seen.rate,
            "chance": need.chance,
            "window_s": round(max(seen.until - seen.at, 0) / 1000, 3),
        }
        return DetectorHit(
            detector=detector.name,
            version=detector.version,
            kind=detector.kind,
            role=detector.role,
            address=self.own.address(seen.slot),
            at=seen.at,
            until=seen.until,
            evidence={**evidence, **stated},
            confidence=confidence,
            mode=at_most(self.mode_of(detector), cap),
            peer=peer,
            port=port,
            transport=transport,
        )

    def _alive(self, name: str, tag: EntryTag) -> Places:
        """The entries of a purpose whose window goes on, in their order."""
        known = self._sorted.get(name)
        if known is None:  # nothing changes while a view is looked at
            key, last = self.tables[name].key, self.tables[name].last
            known = self._sorted[name] = room(len(WINDOW), len(key))
            find_live(key, last, PURPOSE, WINDOW, self.now, known)
        return known.of(tag)

    def _slots(self, name: str, tag: EntryTag) -> NDArray[np.int32]:
        """The own addresses of those."""
        known = self._own.get((name, tag))
        if known is None:
            known = self._own[name, tag] = self.tables[name].entry["slot"][self._alive(name, tag)]
        return known

    def _of(self, name: str, tag: EntryTag, slot: int) -> Places:
        """Those of one own address."""
        mine = self._slots(name, tag) == slot
        return self._alive(name, tag)[np.flatnonzero(mine)]

    def _live(self, name: str, tag: EntryTag, what: str, least: float) -> Places:
        """Entries that have so many; of sampled ones a few are enough to be looked at."""
        places, table = self._alive(name, tag), self.tables[name]
        if what != "packets":  # who was claimed less often cannot have as many
            places = places[table.weight[places] >= min(least, FEWEST)]
        if not len(places):
            return places
        counts = table.entry[what][places].astype(np.float64)
        enough = counts >= fewest(least, table.entry["rate"][places])
        order = np.argsort(-counts[enough], kind="stable")
        return places[enough][order]

    def _many(
        self, name: str, places: Places, counts: Counting, what: str, least: float
    ) -> tuple[Places, NDArray[np.float64]]:
        """Those of which a sketch says that there were about so many, and how many."""
        entry = self.tables[name].entry
        count = counts(entry[what][places])
        enough = count >= fewest(least, entry["rate"][places]) * NEARLY
        return places[enough], count[enough]

    def _shown(self, name: str, places: Places, beside: NDArray[Any]) -> Iterator[Any]:
        """Entries as plain numbers, something of each beside them, and their places."""
        rows = self.tables[name].entry.view(SHOWN[name])[places].tolist()
        more = beside.tolist() if beside.ndim == 1 else beside
        return zip(rows, more, places.tolist(), strict=True)


def followed(record: Rows) -> Places:
    """The places of tracked addresses: those that are not on the stack of free ones."""
    taken = np.ones(TRACKED, bool)
    taken[record["free"][0, : int(record["left"][0])]] = False
    return np.flatnonzero(taken)


def fewest(least: float, rate: NDArray[np.uint32]) -> NDArray[np.float64]:
    """How many must have been seen to be looked at, by sampling rate; `need` says the rest."""
    return np.where(rate > 1, min(least, FEWEST), least)


__all__ = ["IN", "OUT", "RING", "Observation", "SessionGroup", "WindowView", "at_most"]
