"""What a machine itself allows, whoever signed: own prefixes and how many measures may stand.

A file `bounds` in the folder of an agent, or of the signer; `#` begins a comment:

    prefix 203.0.113.0/24     only what lies inside such a prefix may be restricted
    name customer.example     only such a name, or one below it, may be blocked, or its pages
    account alder             what this login sends may be intercepted, and no other's
    most isolate 20           so many of this measure may stand at once
    most-automatic 60         so many measures of rules may stand at once

No signed state lifts a bound: they are changed on the machine alone. Without a file there are none,
and an agent intercepts nothing: that takes an own prefix, or the account.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path

from aupkeep.enforcement.durable_file import text_lines
from aupkeep.enforcement.protect import scope_host
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid
from aupkeep.model.holding import Network
from aupkeep.model.host import literal_address, plain_name
from aupkeep.model.ladder import Measure

FILE = "bounds"
MAX_BYTES = 1 << 20
AUTOMATIC = "most-automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBounds:
    """Own prefixes and names, empty for any; the most that may stand of a measure or by rules."""

    prefixes: tuple[Network, ...] = ()
    most: Mapping[Measure, int] = field(default_factory=dict)
    most_automatic: int | None = None
    names: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # whose mail may be intercepted

    def against(self, action: Action) -> str | None:
        """Why this machine lets nobody restrict there, or None."""
        scope, host = action.scope, scope_host(action.scope)
        address = scope.address or literal_address(host)
        if address is None:
            return self._against_name(host)
        placed = replace(scope, address=address)
        if not self.prefixes or lies_inside(placed, self.prefixes):
            return None
        whole = placed.network or ip_network(address)
        return f"{whole} lies outside this machine's own prefixes (its file {FILE})"

    def unbounded(self, action: Action) -> str | None:
        """Why an agent diverts nothing where it is not told which addresses or accounts are own."""
        account = (action.scope.account or "").lower()
        if action.measure is Measure.INTERCEPT_MAIL and account not in self.accounts:
            return f"an interception needs the account in this machine's own file {FILE}"
        if action.measure is not Measure.INTERCEPT or self.prefixes:
            return None
        return f"an interception needs this machine's own prefixes (its file {FILE})"

    def _against_name(self, host: str) -> str | None:
        if not host or not self.names or f".{host}".endswith(tuple(f".{x}" for x in self.names)):
            return None
        return f"{host} is none of this machine's own names (its file {FILE})"

    def surplus(self, actions: Iterable[Action], standing: Iterable[str] = ()) -> dict[str, str]:
        """The actions above a bound and why, those that stand and the earliest first within it."""
        there, counts, over = set(standing), Counter[str](), {}
        for action in sorted(actions, key=lambda x: (x.id not in there, x.starts, x.id)):
            limits = {f"most {action.measure}": self.most.get(action.measure)}
            if action.automatic:
                limits[AUTOMATIC] = self.most_automatic
            full = [f"{name} {top}" for name, top in limits.items() if _full(counts[name], top)]
            if full:
                over[action.id] = f"more than this machine lets stand: {full[0]} (its file {FILE})"
            else:
                counts.update(tuple(limits))
        return over


def _full(count: int, most: int | None) -> bool:
    return most is not None and count >= most


def lies_inside(scope: Scope, prefixes: Iterable[Network]) -> bool:
    """Whether all of a scope's address, or assignment, lies in one of the prefixes."""
    if scope.network is None:
        return scope.address is not None and any(scope.address in prefix for prefix in prefixes)
    return any(
        scope.network.version == prefix.version and scope.network.subnet_of(prefix)
        for prefix in prefixes
    )


def read_bounds(lines: Iterable[str], where: str = FILE) -> LocalBounds:
    """The bounds of these lines. Raises `DriverRefused` that names the line.

    >>> read_bounds(["prefix 203.0.113.0/24", "most isolate 2  # routers"]).most
    {<Measure.ISOLATE: 'isolate'>: 2}
    """
    prefixes: list[Network] = []
    most: dict[Measure, int] = {}
    names: list[str] = []
    accounts: list[str] = []
    automatic: int | None = None
    for number, line in enumerate(lines, 1):
        wrong = f"{where}, line {number}: expected prefix, name, account, most or most-automatic, "
        try:
            match line.partition("#")[0].split():
                case []:
                    continue
                case ["prefix", prefix]:
                    prefixes.append(ip_network(prefix))
                case ["name", name]:
                    names.append(plain_name(name))
                case ["account", account]:
                    accounts.append(account.lower())
                case ["most", measure, count] if count.isdecimal():
                    most[Measure(measure)] = int(count)
                case ["most-automatic", count] if count.isdecimal():
                    automatic = int(count)
                case _:
                    raise DriverRefused(f"{wrong}found {line[:60]!r}")
        except ValueError as error:
            raise DriverRefused(f"{wrong}found {line[:60]!r}: {error}") from error
    return LocalBounds(
        prefixes=tuple(prefixes),
        most=most,
        most_automatic=automatic,
        names=tuple(names),
        accounts=tuple(accounts),
    )


def own_bounds(folder: Path) -> LocalBounds:
    """The bounds of a machine's folder. Raises `DriverRefused` for a file that cannot be read."""
    path = folder / FILE
    try:
        lines = text_lines(path, MAX_BYTES)
    except Invalid as error:
        raise DriverRefused(f"the bounds cannot be read: {error}") from error
    return LocalBounds() if lines is None else read_bounds(lines, str(path))
