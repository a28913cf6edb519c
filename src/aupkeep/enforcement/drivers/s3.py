"""S3-like object stores: nobody reads one object while a measure on its URL stands.

One statement of ours in the bucket's policy, whose Sid names the action; every other statement
stays. Which object, until when and what the policy was is in `s3.json` in the agent's folder before
the policy is changed. The store has no condition for a change, so what somebody else writes within
the same moment may be lost to them or to us: what is missing of ours is put back at the next step.

A store ends nothing by itself: the agent lifts in time. A bucket's owner may take the policy away.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from aupkeep.enforcement.asking import PartAway, each_part
from aupkeep.enforcement.buckets.object_store import BucketGone, ObjectStore
from aupkeep.enforcement.buckets.statements import (
    NoPolicy,
    read_policy,
    sid_of,
    statement,
    with_statements,
    without,
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
from aupkeep.enforcement.held_file import HeldFile
from aupkeep.enforcement.maps.exact_url import exact_url
from aupkeep.enforcement.options import NAMES, TEXT, URL
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_moment

FILE = "s3.json"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ABLE = Capabilities(
    driver="s3",
    version="1",
    measures=frozenset({Measure.BLOCK_URL}),
    system="an S3-like object store: a statement in a bucket's policy",
    cap=1_000,
    ends_by_itself=False,
    undoable=frozenset({Measure.BLOCK_URL}),
    tells_homes="by its action: a statement each, of which ours alone is taken away",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldObject(HeldPlace):
    """One object (`bucket/key`) that stands by us, and what the bucket's policy was before."""

    former: str | None = None


class S3Driver:
    """One object store, and a file in the agent's folder of what stands there."""

    def __init__(self, context: DriverContext) -> None:
        self._hosts = [host.lower() for host in context.options["hosts"]]
        self._context = context
        self._held = HeldFile(context.folder / FILE, HeldObject, "objects")
        self.unread = ""  # objects whose bucket's policy could not be read at the last look

    @property
    def _store(self) -> ObjectStore:
        return ObjectStore(self._context.options, self._context.now)

    def capabilities(self) -> Capabilities:
        """Block an object by its URL."""
        return ABLE

    def prepare(self) -> tuple[str, ...]:
        """Nothing is installed."""
        return ()

    def place(self, action: Action) -> str:
        """`bucket/key` of the URL, by the host's name or its path."""
        page = exact_url(action.scope.url or "")
        asked = unquote(page.target.partition("?")[0], errors="strict").removeprefix("/")
        for host in self._hosts:
            if page.host == host:
                bucket, _, key = asked.partition("/")
            elif page.host.endswith(f".{host}"):
                bucket, key = page.host.removesuffix(f".{host}"), asked
            else:
                continue
            return _named(bucket, key)
        raise DriverRefused(f"{page.host} is no host of this store: {', '.join(self._hosts)}")

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One statement."""
        del replaced  # whatever it is, the same is done
        place, until = self.place(action), show_moment(action.until)
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"deny reading {place} by the statement {sid_of(action.id)}, until {until}",),
            note="the object whole, whatever a URL of it asks besides",
        )

    def apply(self, plan: DriverPlan) -> str:
        """Add the statement and read it back. Raises `DriverRefused`, `Unavailable`."""
        store, action, held = self._store, plan.action, self._held.read()
        bucket, _, key = plan.place.partition("/")
        before, text = held.get(plan.place), store.policy(bucket)
        ours = {sid_of(hold.action) for hold in held.values()}
        plain = not any(row.get("Sid") in ours for row in read_policy(text)["Statement"])
        kept = next((x.former for x in held.values() if x.place.startswith(f"{bucket}/")), None)
        new = HeldObject(
            place=plan.place,
            action=action.id,
            reference=action.reference,
            until=action.until,
            former=text if plain else kept,
        )
        self._held.write({**held, plan.place: new})
        gone = sid_of(before.action) if before is not None else ""
        store.put_policy(bucket, with_statements(text, statement(action.id, bucket, key), gone))
        if wrong := self._wrong(new, store.policy(bucket)):
            raise Unavailable(wrong)
        return f"s3: {plan.place}: denied"

    def observe(self) -> tuple[InstalledElement, ...]:
        """Every object of ours; one whose statement is not as we set it, or gone, has no end.

        A policy that we may not read is its owner's doing: no other bucket waits for it.
        """
        read = cache(self._store.policy)

        def look(held: HeldObject) -> InstalledElement:
            try:
                return held.element(whole=not self._wrong(held, read(_bucket(held.place))))
            except BucketGone:
                return held.element(whole=False)
            except (DriverRefused, NoPolicy) as error:
                raise PartAway(str(error)) from error

        elements, unread = each_part(self._held.read().values(), look)
        self.unread = "; ".join(unread)
        return elements

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """The objects of these places that we hold, as they are to be."""
        return self._held.at(places)

    def prove(self, action: Action) -> Proof:
        """Read the policy now."""
        place = self.place(action)
        held = self._held.read().get(place)
        wrong = f"{place}: no statement of this action"
        if held is not None and held.action == action.id:
            wrong = self._wrong(held, self._store.policy(_bucket(place)))
        text = f"s3: {wrong or f'{place} is denied'}, case {action.reference}"
        return Proof(seen=not wrong, text=text, at=self._context.now())

    def revert(self, place: str, action: str) -> str:
        """Take our statement away and see it gone; everybody else's stay."""
        held = self._held.read()
        with suppress(BucketGone):
            self._take_away(held[place], sid_of(action))
        del held[place]
        self._held.write(held)
        return f"s3: {place}: our statement is gone"

    def _take_away(self, held: HeldObject, sid: str) -> None:
        store, bucket = self._store, _bucket(held.place)
        text = store.policy(bucket)
        if text is None or _statement(held, text) is None:
            return
        store.put_policy(bucket, without(text, sid, held.former))
        if _statement(held, store.policy(bucket)) is not None:
            raise Unavailable(f"{held.place}: expected our statement gone, found it")

    def _wrong(self, held: HeldObject, text: str | None) -> str:
        """Why an object does not stand as we set it, "" where it does."""
        bucket, _, key = held.place.partition("/")
        present = _statement(held, text)
        if present is None:
            return f"{held.place}: expected our statement, found none"
        right = present == statement(held.action, bucket, key)
        return "" if right else f"{held.place}: somebody changed our statement"


def _named(bucket: str, key: str) -> str:
    """The place of an object. Raises `DriverRefused` for a name that would be a pattern."""
    if not BUCKET.fullmatch(bucket) or not key or not key.isprintable():
        raise DriverRefused("URL: expected a bucket and a key, found another")
    if any(sign in key for sign in "*?$"):
        raise DriverRefused("URL: expected a key without * ? $, which a policy reads as patterns")
    return f"{bucket}/{key}"


def _bucket(place: str) -> str:
    return place.partition("/")[0]


def _statement(held: HeldObject, text: str | None) -> object:
    """Our statement in a policy, None where there is none."""
    rows = read_policy(text)["Statement"]
    return next((row for row in rows if row.get("Sid") == sid_of(held.action)), None)


OPTIONS = {
    "endpoint": URL.needed,
    "region": TEXT,
    "access_key": TEXT.needed,
    "secret_key": TEXT.needed,
    "hosts": NAMES.needed,
}
DRIVER = DriverPlugin(able=ABLE, make=S3Driver, options=OPTIONS, system=("endpoint", "hosts"))
