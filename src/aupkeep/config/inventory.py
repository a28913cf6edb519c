"""Systems that know who holds what: a table `[[inventory.sources]]` for each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
RESERVED = ("import", "correction", "csv", "json")  # what records of other ways have as source
HIGHEST = 100
SOONEST = 5  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySourceSettings:
    """One system that is asked who holds what, again and again.

    Of two sources around an address that of the higher precedence counts; what a source with
    `prefixes` does not name there is nobody's.
    """

    name: str = ""  # required; the journal and each record name it
    kind: str = ""  # required; see: aupkeep inventory sources
    url: str = ""  # none for what reads files
    site: str = "main"
    prefixes: tuple[str, ...] = ()  # it knows every holder there; empty = it speaks of all our own
    precedence: int = 0
    precedences: tuple[str, ...] = ()  # "203.0.113.0/24 = 10": another one for a prefix
    mapping: str = ""  # of kind http: a shipped one, or a file; relative to the home
    customers: tuple[str, ...] = ()  # "PROJECT = CUSTOMER": whose a project, tenant or pool is
    every: int = 0  # seconds between two looks; 0 = what suits the kind
    shrink: float = 0.3  # a snapshot in which more of its records end waits for a person
    options: Mapping[str, Any] = field(default_factory=dict)  # the kind's own, secrets too

    def __post_init__(self) -> None:
        """Raises `Invalid` for a name, prefix, precedence, share or time that is none."""
        where = f"[[inventory.sources]] {self.name[:40]!r}"
        if not NAME.fullmatch(self.name) or self.name in RESERVED:
            raise Invalid(
                f"{where}: expected a name of small letters, digits, - _ and ., no reserved one"
            )
        if not self.kind:
            raise Invalid(f"{where} kind: expected one, found none")
        for prefix in self.prefixes:
            _prefix(prefix, f"{where} prefixes")
        if any(abs(number) > HIGHEST for number in (self.precedence, *self.by_prefix().values())):
            raise Invalid(f"{where} precedence: expected -{HIGHEST} to {HIGHEST}")
        if not 0 < self.shrink <= 1:
            raise Invalid(f"{where} shrink: expected a share of records, found {self.shrink}")
        if self.every and self.every < SOONEST:
            raise Invalid(f"{where} every: expected {SOONEST} seconds or more, found {self.every}")
        self.by_project()

    def by_prefix(self) -> dict[IPv4Network | IPv6Network, int]:
        """The precedences of prefixes. Raises `Invalid`."""
        where = f"[[inventory.sources]] {self.name[:40]!r} precedences"
        numbers = {}
        for line in self.precedences:
            prefix, _, number = (part.strip() for part in line.partition("="))
            try:
                numbers[_prefix(prefix, where)] = int(number)
            except ValueError as error:
                raise Invalid(f"{where}: expected 'PREFIX = 10', found {line[:60]!r}") from error
        return numbers

    def by_project(self) -> dict[str, str]:
        """The customers of projects. Raises `Invalid`."""
        table = {}
        for line in self.customers:
            project, _, customer = (part.strip() for part in line.partition("="))
            if not (project and customer):
                raise Invalid(
                    f"[[inventory.sources]] {self.name[:40]!r} customers: expected "
                    f"'PROJECT = CUSTOMER', found {line[:60]!r}"
                )
            table[project] = customer
        return table

    def open_options(self) -> dict[str, Any]:
        """The options with each secret read. Raises `Invalid` where one cannot be."""
        return {name: opened(name, value, f"source {self.name}")
                for name, value in self.options.items()}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySettings:
    """Who is asked who holds what; none by default."""

    sources: tuple[InventorySourceSettings, ...] = ()  # [[inventory.sources]]
    rdap: str = "https://rdap.org"  # or file:PATH; whom the doctor asks for abuse contacts

    def __post_init__(self) -> None:
        """Raises `Invalid` where two sources have one name."""
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise Invalid(f"[[inventory.sources]]: expected each name once, found {name!r}")

    def source_named(self, name: str) -> InventorySourceSettings:
        """The source of this name. Raises `Invalid` for an unknown one."""
        known = {source.name: source for source in self.sources}
        if name not in known:
            expected = ", ".join(known) or "a table [[inventory.sources]] in aupkeep.toml"
            raise Invalid(f"source: expected {expected}, found {name[:60]!r}")
        return known[name]


def _prefix(text: str, where: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise Invalid(f"{where}: expected a prefix, found: {error}") from error
