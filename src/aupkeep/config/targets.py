"""Where measures go: `[enforcement]`, and a table `[[enforcement.targets]]` for each target.

Without such tables there is one target, by the driver that `[enforcement]` names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import NETWORK, Measure

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
RESERVED = ("people",)  # the target of what a person carries out
CAP = 10_000  # measures that may stand on a target, unless it says fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """One system that carries measures out; an empty list serves all.

    Of the targets that serve an address and carry a measure, those of the lowest `order` carry it,
    all of them: two edge routers have one number, what stands behind them a higher one.
    """

    name: str = ""  # required
    driver: str = "nftables"
    agent: str = ""  # the agent that carries it, `aupkeep agent --name`; empty = the one beside us
    sites: tuple[str, ...] = ()  # of the inventory
    prefixes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # what stands before the colon of a resource, e.g. "instance"
    names: tuple[str, ...] = ()  # of pages and names: "shop.example", "*.sites.example"
    measures: tuple[str, ...] = ()  # fewer than its driver can
    order: int = 0
    cap: int = CAP
    options: Mapping[str, Any] = field(default_factory=dict)  # the driver's own; see its page

    def __post_init__(self) -> None:
        """Raises `Invalid` for a name, prefix, measure or cap that is none."""
        where = f"[[enforcement.targets]] {self.name[:40]!r}"
        if not NAME.fullmatch(self.name) or self.name in RESERVED:
            raise Invalid(
                f"{where}: expected a name of letters, digits, - _ and ., no reserved one"
            )
        for prefix in self.prefixes:
            try:
                ip_network(prefix)
            except ValueError as error:
                raise Invalid(f"{where} prefixes: expected a prefix, found: {error}") from error
        known = [measure.value for measure in Measure]
        for measure in self.measures:
            if measure not in known:
                raise Invalid(
                    f"{where} measures: expected one of {', '.join(known)}, found {measure[:40]!r}"
                )
        if self.cap < 1:
            raise Invalid(f"{where} cap: expected at least 1, found {self.cap}")

    def open_options(self) -> dict[str, Any]:
        """The options with each secret read: `file:PATH` is the file's text, `env:NAME` a variable.

        Raises `Invalid` for a file that cannot be read, for a variable that is not set, and for
        what is not one line.
        """
        return {name: opened(name, value, f"target {self.name}")
                for name, value in self.options.items()}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementSettings:
    """Which agent carries measures out, and by which driver."""

    driver: str = "nftables"
    target: str = "main"
    poll: float = 1.0  # seconds between an agent's looks
    targets: tuple[TargetSettings, ...] = ()  # [[enforcement.targets]]; none = the one above

    def __post_init__(self) -> None:
        """Raises `Invalid` where two targets have one name."""
        names = [target.name for target in self.targets]
        for name in names:
            if names.count(name) > 1:
                raise Invalid(f"[[enforcement.targets]]: expected each name once, found {name!r}")

    def all_targets(self) -> tuple[TargetSettings, ...]:
        """Every target, the first one being the install's own where a command names none."""
        if self.targets:
            return self.targets
        measures = tuple(measure.value for measure in NETWORK)
        return (TargetSettings(name=self.target, driver=self.driver, measures=measures),)

    def targets_of_agent(self, agent: str) -> tuple[TargetSettings, ...]:
        """What one agent carries; "" is the agent beside the server. Raises `Invalid` for none."""
        carried = tuple(target for target in self.all_targets() if target.agent == agent)
        if not carried:
            known = sorted({target.agent for target in self.all_targets()} - {""})
            expected = ", ".join(known) or "none: no target names one"
            raise Invalid(f"agent: expected {expected}, found {agent[:60]!r}")
        return carried

    def target_named(self, name: str | None) -> TargetSettings:
        """The target of this name, the first for None. Raises `Invalid` for an unknown one."""
        known = {target.name: target for target in self.all_targets()}
        if name is None:
            return next(iter(known.values()))
        if name not in known:
            raise Invalid(f"target: expected one of {', '.join(known)}, found {name[:60]!r}")
        return known[name]
