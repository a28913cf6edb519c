"""Placement: which targets carry a measure, decided from settings and capabilities alone.

A measure has one scope or several (an isolation: each address and assignment of the resource). For
each scope the targets that serve it and can carry the measure are found; those of the lowest order
carry it, all of them, since traffic may take any of two edge routers. A measure goes everywhere it
must, or nowhere: half a block is said to nobody to be one.

    place(Measure.BLOCK_PORT, [WantedScope(scope=scope, site="oslo")], targets, {"edge-1": 3})
    # (Placed(target="edge-1", …), Placed(target="edge-2", …)), or NotPlaced("no target serves …")

Pure: what a target may do comes from its driver's `Capabilities`, never from a list here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.local_bounds import lies_inside
from aupkeep.enforcement.protect import scope_host
from aupkeep.model.decision import Scope
from aupkeep.model.holding import Network
from aupkeep.model.host import plain_name
from aupkeep.model.ladder import INTERCEPTING, Measure

NEXT_NARROWEST = {  # what to take where no target serves the narrower one
    Measure.BLOCK_URL: Measure.BLOCK_NAME,
    Measure.BLOCK_NAME: Measure.ISOLATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A system that carries measures out; an empty list serves all.

    `trouble` says why its driver cannot be had: then nothing is placed where it would be needed.
    """

    name: str
    able: Capabilities
    sites: frozenset[str] = frozenset()
    prefixes: tuple[Network, ...] = ()
    kinds: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    measures: frozenset[Measure] = frozenset()
    order: int = 0
    cap: int
    trouble: str = ""

    @property
    def carries(self) -> frozenset[Measure]:
        """What its driver can do, as far as the settings let it; an interception they must name."""
        return self.able.measures & (self.measures or self.able.measures - INTERCEPTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedScope:
    """A scope, the site it is at (None: not known, or several), its resource's kind ("": none)."""

    scope: Scope
    site: str | None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One target that carries one scope."""

    target: str
    driver: str
    scope: Scope
    names_clause: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPlaced:
    """Why no target carries it, in words.

    `by_hand`: no target's driver can do such a measure at all, so that a person does it.
    """

    reason: str
    by_hand: bool = False


def place(
    measure: Measure,
    wanted: Sequence[WantedScope],
    targets: Iterable[Target],
    standing: Mapping[str, int],
) -> tuple[Placed, ...] | NotPlaced:
    """Each scope on each target that must carry it, in the order of the targets.

    `standing` is how many measures stand on each target.
    """
    able = [target for target in targets if measure in target.carries]
    if not able:
        return NotPlaced(reason=f"no target's driver can {measure}", by_hand=True)
    placed: list[Placed] = []
    for item in wanted:
        reasons = {target.name: _unserved(target, item) for target in able}
        serving = [target for target in able if reasons[target.name] is None]
        if not serving:
            said = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
            wider = NEXT_NARROWEST.get(measure)
            then = f"; the next narrowest measure is {wider}" if wider else ""
            where = f"no target serves {_named(item.scope)} for {measure} ({said})"
            return NotPlaced(reason=f"{where}{then}")
        first = min(target.order for target in serving)
        if trouble := _trouble(serving, first):
            return trouble
        placed += [
            Placed(
                target=target.name,
                driver=target.able.driver,
                scope=item.scope,
                names_clause=target.able.names_clause,
            )
            for target in serving
            if target.order == first
        ]
    caps = {target.name: target.cap for target in able}
    for name in dict.fromkeys(choice.target for choice in placed):
        more = sum(choice.target == name for choice in placed)
        if (count := standing.get(name, 0)) + more > caps[name]:
            return NotPlaced(
                reason=f"target {name} is full: {count} of {caps[name]} measures stand, "
                f"and this needs {more}"
            )
    return tuple(placed)


def _trouble(serving: Sequence[Target], order: int) -> NotPlaced | None:
    """What keeps a target of this order from carrying anything, the first in their order."""
    wrong = (x for x in serving if x.order == order and x.trouble)
    return next((NotPlaced(reason=f"target {x.name}: {x.trouble}") for x in wrong), None)


def _unserved(target: Target, item: WantedScope) -> str | None:
    """Why a target does not serve a scope, None where it does; what is unknown is not served."""
    if target.sites and item.site not in target.sites:
        here = f"site {item.site}" if item.site else "a site that is not known"
        return f"serves {', '.join(sorted(target.sites))}, not {here}"
    if target.kinds and item.kind not in target.kinds:
        kind = item.kind or "a resource that names no kind"
        return f"serves {', '.join(sorted(target.kinds))}, not {kind}"
    host = scope_host(item.scope)
    if target.names and not any(fnmatchcase(host, plain_name(name)) for name in target.names):
        return f"serves {', '.join(target.names)}"
    if target.prefixes and not lies_inside(item.scope, target.prefixes):
        return f"serves {', '.join(map(str, target.prefixes))}"
    return None


def _named(scope: Scope) -> str:
    named = scope.url or scope.name or scope.account
    return str(scope.network or scope.address or named or scope.resource)
