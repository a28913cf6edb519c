"""The holder of an address or a name at a moment in time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address

from aupkeep.app.context import AppContext
from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.names import addresses_of, holder_of
from aupkeep.model.case import Claim
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Assignment, Disputed, Held, Holding, NotOurs, Unknown
from aupkeep.model.host import host_of
from aupkeep.model.name import NameRecord
from aupkeep.model.subject import Address, Subject, parse_subject
from aupkeep.store import hosted_names
from aupkeep.store import inventory as stored


@dataclass(frozen=True, slots=True)
class CandidateHolder:
    """Somebody who may have held it, half-open in UTC; `until` None = still."""

    customer: str
    resource: str
    from_: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """The answer of `aupkeep who`: held, not-ours, unknown or disputed.

    `assignment` is the id of the record that proves a holder.
    """

    answer: str = "unknown"
    customer: str | None = None
    resource: str | None = None
    assignment: str | None = None
    candidates: tuple[CandidateHolder, ...] = ()


def holder(
    context: AppContext,
    subject: Subject,
    at: datetime,
    *,
    exact: float = 0.0,
    site: str | None = None,
    seen_at: datetime | None = None,
    known_at: datetime | None = None,
) -> Holding:
    """Who held a subject at a moment: an address by assignment, a name by records of `seen_at`.

    `known_at` answers by the records that were believed then.
    """
    lookup = HolderLookup(context, seen_at=seen_at or at, known_at=known_at)
    return lookup.holder(subject, at, exact=exact, site=site)


class HolderLookup:
    """Answers `holder` many times; own space and each address's assignments are loaded once.

    `names` are records not yet stored, taken at `seen_at` with the report that asks.
    """

    def __init__(
        self,
        context: AppContext,
        *,
        seen_at: datetime,
        names: Sequence[NameRecord] = (),
        known_at: datetime | None = None,
        records: Iterable[Assignment] = (),
    ) -> None:
        """Load own space; `records` are assignments that are loaded already."""
        self._known_at = known_at
        self._own = stored.own_space()
        self._tolerance = float(context.settings.deciding.tolerance)
        self._seen_at = seen_at
        self._names = names
        self._covering: dict[tuple[Address, str | None], Sequence[Assignment]] = {}
        self._sites: dict[str, str | None] = {record.id: record.site for record in records}

    def holder(
        self, subject: Subject, at: datetime, *, exact: float = 0.0, site: str | None = None
    ) -> Holding:
        """Who held the subject at `at` (aware, UTC), `exact` seconds before or after."""

        def held_by(subject: Subject) -> Holding:
            covering = self.covering(subject.address, site)
            return holder_at(
                covering,
                self._own,
                subject,
                at,
                exact=exact,
                site=site,
                tolerance=self._tolerance,
                known_at=self._known_at,
            )

        name = subject.url or subject.domain

        def served(address: Address) -> Holding:
            """Whose the name is at an address, else whose the address is."""
            tenant = self._tenant(name, address, at, exact=exact, site=site)
            return (
                held_by(Subject(address=address, port=subject.port)) if tenant is None else tenant
            )

        if subject.address is not None:
            return served(subject.address)
        if name is None:
            return NotOurs()
        return holder_of(name, self._named(name), served)

    def _tenant(
        self, name: str | None, address: Address, at: datetime, *, exact: float, site: str | None
    ) -> Holding | None:
        """Whose a name is at an address: by a record of it, else nobody's where many share it.

        None where the name says nothing that the address does not.
        """
        host = named_host(name)
        if host is None:
            return None
        tenant = holder_at(
            [item.as_assignment() for item in hosted_names.of_name(host, address)],
            self._own,
            Subject(address=address),
            at,
            exact=exact,
            site=site,
            tolerance=self._tolerance,
            known_at=self._known_at,
        )
        if isinstance(tenant, Held | Disputed):
            return tenant
        return Unknown() if address in _Gateways(self) else None

    def _named(self, name: str) -> Sequence[NameRecord]:
        """What a name meant at receipt."""
        return self._fresh(name) or _records(name, self._seen_at)

    def why_nobody(self, subject: Subject) -> str:
        """Why nobody is known to have held a subject, in words for the desk."""
        host, at = named_host(subject.url or subject.domain), self.addresses_of(subject)
        shared = next((address for address in at if address in _Gateways(self)), None)
        if host is None or shared is None:
            return "nobody on record held it then"
        return (
            f"{host} is served at {shared}, which many share, and no record says whose "
            "the name is there (aupkeep inventory names import)"
        )

    def addresses_of(self, subject: Subject) -> tuple[Address, ...]:
        """The subject's address, else what its name meant at receipt."""
        host = named_host(subject.url or subject.domain)
        if subject.address is not None or host is None:
            return (subject.address,) if subject.address else ()
        return addresses_of(host, self._named(host)).addresses

    def _fresh(self, name: str) -> Sequence[NameRecord]:
        """The records resolved with this report, which count before older ones."""
        with suppress(Invalid):
            host = host_of(name)
            return self._names if any(record.name == host for record in self._names) else ()
        return ()

    def site_of(self, claim: Claim) -> str | None:
        """The site a claim is about: where it was seen, else that of the record it was held by."""
        record = claim.held.assignment
        if not claim.finding.site and record not in self._sites:
            assignment = stored.get(record)
            self._sites[record] = assignment.site if assignment else None
        return claim.finding.site or self._sites[record]

    def known_site(self, site: str | None) -> str | None:
        """The site where own space is declared under its name; any other says nothing."""
        return site if any(space.site == site for space in self._own) else None

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

    def __init__(self, lookup: HolderLookup) -> None:
        """Use the assignments a look-up has loaded."""
        self._lookup = lookup

    def __contains__(self, address: object) -> bool:
        """True when a believed record of the address says it is a router's."""
        if not isinstance(address, IPv4Address | IPv6Address):
            return False
        return any(x.router and x.known_until is None for x in self._lookup.covering(address))

    def __iter__(self) -> Iterator[Address]:
        """Never walked: membership is asked of the store, address by address."""
        return iter(())

    def __len__(self) -> int:
        """Not counted."""
        return 0


def named_host(name: str | None) -> str | None:
    """The host of a URL or a domain; None for anything without one."""
    try:
        return host_of(name) if name else None
    except Invalid:
        return None


def _records(name: str, seen_at: datetime) -> Sequence[NameRecord]:
    """The records of a name's host, and of the names it leads to, as seen by then.

    Of each name only what was seen the last time counts. [] for what has no host.
    """
    try:
        host = host_of(name)
    except Invalid:
        return []
    records = _latest(host, seen_at)
    onward = [item.value for item in records if item.type.value == "CNAME"]
    for target in onward[:8]:
        records += _latest(target.lower().rstrip("."), seen_at)
    return records


def _latest(name: str, seen_at: datetime) -> list[NameRecord]:
    """The records of the last time a name was looked up by then."""
    known = stored.names(name, seen_at)
    newest = max((record.seen_at for record in known), default=None)
    return [record for record in known if record.seen_at == newest]


def who(
    context: AppContext,
    text: str,
    at: datetime,
    *,
    site: str | None = None,
    exact: float = 0.0,
    known_at: datetime | None = None,
) -> HolderAnswer:
    """The answer of `aupkeep who`. Raises `Invalid` for no subject."""
    subject = parse_subject(text)
    return answer_of(holder(context, subject, at, exact=exact, site=site, known_at=known_at))


def answer_of(holding: Holding) -> HolderAnswer:
    """A holding as the machine interface names it."""
    match holding:
        case Held():
            return HolderAnswer("held", holding.customer, holding.resource, holding.assignment)
        case NotOurs():
            return HolderAnswer("not-ours")
        case Disputed():
            candidates = (
                CandidateHolder(held.customer, held.resource, held.start, held.end)
                for held in holding.candidates
            )
            return HolderAnswer("disputed", candidates=tuple(candidates))
    return HolderAnswer()
