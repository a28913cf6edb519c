"""Names of zones that we host: a name's addresses are withdrawn at its primary, and put back.

RFC 2136 with TSIG (RFC 8945). What the name had is written down before the update is sent, and each
update holds only if nobody else changed the name since (`zones.primary`): nobody's edit is lost. A
TXT record at the name names the action and the home; it keeps a wildcard from answering there too,
and below there (RFC 4592 section 3.3.1), as the plan says.
The zone's serial moves on. A name that another home's record stands at, and that has no address, is
that home's: it is refused. With an address it is not, whatever a holder writes there.

A primary ends nothing by itself: the agent lifts in time. A holder who may change their zone can
put an address there: it is withdrawn and told at the next step, and is what comes back afterwards.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aupkeep.enforcement.asking import each_part
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.maps.host_name import host_name
from aupkeep.enforcement.options import BASE64, NAMES, SERVER, TEXT, one_of
from aupkeep.enforcement.zones.held_names import KEPT, HeldName, HeldNames, LeftName
from aupkeep.enforcement.zones.primary import ALGORITHMS, ChangedMeanwhile, Primary
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_moment

NAME = "dns-update"
NOTE = "where a wildcard of the zone answers for it, names below it have no address either"
MARK = re.compile(r"aupkeep [A-Za-z0-9_-]{1,100}(?: ([0-9a-f]{8}))?")
ABLE = Capabilities(
    driver=NAME,
    version="1",
    measures=frozenset({Measure.BLOCK_NAME}),
    system="the primary of zones that we host, by signed updates",
    cap=1_000,
    ends_by_itself=False,
    undoable=frozenset({Measure.BLOCK_NAME}),
    effect="the primary is asked for the name",
    tells_homes="the record at a name says so; a name that is held by one is refused to another",
)


class DnsUpdateDriver:
    """One primary, and a file in the agent's folder of what names had before."""

    def __init__(self, context: DriverContext) -> None:
        try:
            zones = map(host_name, context.options["zones"])
            self._zones = sorted(zones, key=len, reverse=True)
        except DriverRefused as error:
            raise Invalid(f"option zones: {error}") from error
        self._context = context
        self._held = HeldNames(context.folder)
        self._over = set[str]()  # names that do not stand and are long over, at the last look
        self.unread = ""  # names that somebody else gave an address, at the last look

    @property
    def _primary(self) -> Primary:
        return Primary(self._context.options)

    def capabilities(self) -> Capabilities:
        """Block a name."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is installed; what a person is to look at is told here for ten minutes."""
        return self._held.told(self._context.now())

    def place(self, action: Action) -> str:
        """The name, within a zone that is hosted here."""
        name = host_name(action.scope.name or "")
        self._zone(name)
        return name

    def _zone(self, name: str) -> str:
        """The zone of a name. Raises `DriverRefused` for one that is not hosted here."""
        for zone in self._zones:
            if name == zone or name.endswith(f".{zone}"):
                return zone
        raise DriverRefused(
            f"{name} is in no zone that is hosted here; the next narrowest measure is isolate"
        )

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One update."""
        del replaced  # whatever it is, the same is done
        name, until = self.place(action), show_moment(action.until)
        return DriverPlan(
            action=action,
            place=name,
            ops=(f"withdraw the addresses of {name} at its primary, until {until}",),
            note="; ".join(filter(None, (action.scope.note, NOTE))),
        )

    def apply(self, plan: DriverPlan) -> str:
        """Withdraw them, only as they were read. Raises `DriverRefused`, `Unavailable`."""
        primary, action, name = self._primary, plan.action, plan.place
        before, there = self._held.all().get(name), primary.records(name)
        marks = {text for text in primary.texts(name) if MARK.fullmatch(text)}
        stood = {text for text in marks if not self._is_others(text)}
        mine = before is not None and before.mark in marks
        if not (mine or there) and stood != marks:
            raise DriverRefused(f"{name}: another home holds it, by a record there")
        held = HeldName(
            name=name,
            zone=self._zone(name),
            action=action.id,
            reference=action.reference,
            until=action.until,
            home=self._context.home,
            had=json.dumps(there) if there or before is None else before.had,
            stood=before is not None and before.stood,
        )
        self._held.put(held, self._over - {name})
        try:
            primary.exchange(held.zone, name, there, (), (stood, [held.mark]))
        except ChangedMeanwhile:
            if stood:
                raise
            held = self._only_below_a_wildcard(held)
        if wrong := self._wrong(held):
            raise Unavailable(wrong)
        self._held.put(replace(held, stood=True))
        return f"{NAME}: {name} has no address"

    def _only_below_a_wildcard(self, held: HeldName) -> HeldName:
        """Where the name has nothing of its own, what was read is a wildcard's: put our record."""
        own = replace(held, had="[]")
        self._primary.exchange(held.zone, held.name, None, (), ((), [held.mark]))
        self._held.put(own)
        return own

    def _wrong(self, held: HeldName) -> str:
        """Why a name does not stand as we set it, "" where it does."""
        if held.mark not in self._primary.texts(held.name):
            return f"{held.name}: expected our record there, found none"
        there = self._primary.records(held.name)
        kinds = ", ".join(kind for kind, _, _ in there)
        return f"{held.name}: somebody gave it {kinds}" if there else ""

    def observe(self) -> tuple[InstalledElement, ...]:
        """Names with our record, or without it and an address since; else there is none of ours.

        One with an address again has no end, so that it is set anew.
        """
        wrongs: list[str] = []
        long_over = self._context.now() - KEPT
        self._over = set()

        def look(held: HeldName) -> InstalledElement | None:
            wrong = self._wrong(held)
            wrongs.extend([wrong] if wrong else [])
            if wrong and not self._stands(held):
                self._over |= {held.name} if held.until <= long_over else set()
                return None
            return held.element(whole=not wrong)

        elements, unread = each_part(self._held.all().values(), look)
        self.unread = "; ".join([*wrongs, *unread])
        return elements

    def _stands(self, held: HeldName) -> bool:
        """Whether what is not as we set it is ours still: by its record, or by having nothing."""
        if held.mark in self._primary.texts(held.name):
            return True
        return held.stood and not self._primary.records(held.name)

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The names of these places that we hold, as they are to be."""
        held = self._held.all()
        return [held[place].element() for place in places if place in held]

    def prove(self, action: Action) -> Proof:
        """Ask the primary now."""
        name = self.place(action)
        held = self._held.all().get(name)
        ours = held is not None and held.action == action.id
        wrong = self._wrong(held) if held is not None and ours else f"{name}: not withdrawn"
        return Proof(
            seen=not wrong,
            text=f"{NAME}: {wrong or f'{name} has no address'}, case {action.reference}",
            at=self._context.now(),
        )

    def revert(self, place: str, action: str) -> str:
        """Put back what the name had, unless somebody gave it something since."""
        del action  # the guard saw whose it is
        held, primary = self._held.all()[place], self._primary
        there, texts = primary.records(place), primary.texts(place)
        seen, others = held.mark in texts, any(map(self._is_others, texts))
        back = () if there or others or not (seen or held.stood) else held.former
        if seen or back:
            new = there or back
            primary.exchange(held.zone, place, there, new, ([held.mark] if seen else (), ()))
        if held.mark in primary.texts(place) or (back and not primary.records(place)):
            raise Unavailable(f"{place}: expected it as it was, found it withdrawn")
        self._held.drop(place, self._left(held) if there or others else None)
        none = f"; {LEFT}{place} has no address" if seen and not (there or back) else ""
        return f"{NAME}: {place} is as it was{none}"

    def _is_others(self, text: str) -> bool:
        """Whether a record is another home's mark."""
        match = MARK.fullmatch(text)
        return match is not None and self._context.is_others(match[1] or "")

    def _left(self, held: HeldName) -> LeftName | None:
        """What is told where the name is somebody else's by now, and it had something."""
        if not held.former:
            return None
        had = "; ".join(f"{kind} {' '.join(texts)}" for kind, _, texts in held.former)
        said = f"{held.name}: left as somebody changed it meanwhile; before it had {had}"
        return LeftName(at=self._context.now(), said=said)


OPTIONS = {
    "server": SERVER.needed,
    "zones": NAMES.needed,
    "key_name": TEXT.needed,
    "key_secret": BASE64.needed,
    "key_algorithm": one_of(*ALGORITHMS),
}
DRIVER = DriverPlugin(able=ABLE, make=DnsUpdateDriver, options=OPTIONS, system=("server", "zones"))
