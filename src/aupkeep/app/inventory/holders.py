"""The holder of an address or a name at a moment in time."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.names import holder_of, host_of
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment, Disputed, Held, Holding, NotOurs
from aupkeep.model.moments import show_moment
from aupkeep.model.name import NameRecord
from aupkeep.model.subject import Address, Subject, parse_subject
from aupkeep.store import inventory as stored


def holder(
    context: AppContext,
    subject: Subject,
    at: datetime,
    *,
    exact: float = 0.0,
    site: str | None = None,
    seen_at: datetime | None = None,
) -> Holding:
    """Who held a subject at a moment: an address by assignment, a name by records of `seen_at`."""
    return Asker(context, seen_at=seen_at or at).holder(subject, at, exact=exact, site=site)


class Asker:
    """Answers `holder` many times; own space and what covers an address are loaded once.

    `names` are records not yet stored, taken at `seen_at` with the report that asks.
    """

    def __init__(
        self, context: AppContext, *, seen_at: datetime, names: Sequence[NameRecord] = ()
    ) -> None:
        """Load own space."""
        self._own = stored.own_space()
        self._tolerance = float(context.settings.deciding.tolerance)
        self._seen_at = seen_at
        self._names = names
        self._covering: dict[tuple[Address, str | None], Sequence[Assignment]] = {}

    def holder(
        self, subject: Subject, at: datetime, *, exact: float = 0.0, site: str | None = None
    ) -> Holding:
        """Who held the subject at `at` (aware, UTC), `exact` seconds before or after."""

        def ask(one: Subject) -> Holding:
            covering = self.covering(one.address, site)
            return holder_at(
                covering, self._own, one, at, exact=exact, site=site, tolerance=self._tolerance
            )

        if subject.address is not None:
            return ask(subject)
        name = subject.url or subject.domain
        if name is None:
            return NotOurs()
        records = self._fresh(name) or _records(name, self._seen_at)
        return holder_of(name, records, lambda one: ask(Subject(address=one)), _Gateways(self))

    def _fresh(self, name: str) -> Sequence[NameRecord]:
        """What was resolved with this report, when its host was: it stands before older answers."""
        with suppress(Invalid):
            host = host_of(name)
            return self._names if any(one.name == host for one in self._names) else ()
        return ()

    def covering(self, address: Address | None, site: str | None = None) -> Sequence[Assignment]:
        """The assignments around an address."""
        if address is None:
            return ()
        key = address, site
        if key not in self._covering:
            self._covering[key] = stored.covering(address, site)
        return self._covering[key]


class _Gateways(Collection[Address]):
    """The addresses many customers share: those of assignments marked as a router's."""

    def __init__(self, asker: Asker) -> None:
        """Ask through what is loaded."""
        self._asker = asker

    def __contains__(self, address: object) -> bool:
        """True when a believed record of the address says it is a router's."""
        if not isinstance(address, IPv4Address | IPv6Address):
            return False
        return any(one.router and one.known_until is None for one in self._asker.covering(address))

    def __iter__(self) -> Iterator[Address]:
        """Never walked: membership is asked of the store, address by address."""
        return iter(())

    def __len__(self) -> int:
        """Not counted."""
        return 0


def _records(name: str, seen_at: datetime) -> Sequence[NameRecord]:
    """What the host of a name, and the names it leads to, were seen to mean by then.

    Of each name only what was seen the last time counts. [] for what has no host.
    """
    try:
        host = host_of(name)
    except Invalid:
        return []
    found = _latest(host, seen_at)
    onward = [item.value for item in found if item.type.value == "CNAME"]
    for target in onward[:8]:
        found += _latest(target.lower().rstrip("."), seen_at)
    return found


def _latest(name: str, seen_at: datetime) -> list[NameRecord]:
    """The records of the last time a name was looked up by then."""
    known = stored.names(name, seen_at)
    newest = max((one.seen_at for one in known), default=None)
    return [one for one in known if one.seen_at == newest]


def who(
    context: AppContext, text: str, at: datetime, *, site: str | None = None, exact: float = 0.0
) -> dict[str, Any]:
    """The stable machine answer of `aupkeep who`. Raises `Invalid` for no subject."""
    return show_holding(holder(context, parse_subject(text), at, exact=exact, site=site))


def show_holding(holding: Holding) -> dict[str, Any]:
    """A holding as `{"answer", "customer", "resource", "assignment", "candidates"}`."""
    shown: dict[str, Any] = {
        "answer": "unknown",
        "customer": None,
        "resource": None,
        "assignment": None,
        "candidates": [],
    }
    if isinstance(holding, Held):
        told = {"customer": holding.customer, "resource": holding.resource}
        return {**shown, "answer": "held", **told, "assignment": holding.assignment}
    if isinstance(holding, NotOurs):
        return {**shown, "answer": "not-ours"}
    if isinstance(holding, Disputed):
        shown["answer"] = "disputed"
        shown["candidates"] = [
            {
                "customer": one.customer,
                "resource": one.resource,
                "from": show_moment(one.start),
                "until": show_moment(one.end) if one.end else None,
            }
            for one in holding.candidates
        ]
    return shown
