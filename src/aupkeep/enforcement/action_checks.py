"""The agent's own judgement of an action, made again without trusting who signed it.

`casework.permit` judged first. The agent has only the signed action, so it asks only what an
action alone can answer, and refuses on any doubt (invariants 4, 5, 6 and 11).
"""

import re
from datetime import timedelta

from aupkeep.enforcement.protect import scope_host
from aupkeep.model.action import Action
from aupkeep.model.decision import NARROWING, WIDEST_PREFIX, PortRange, Scope
from aupkeep.model.holding import ALL_PORTS
from aupkeep.model.host import literal_address
from aupkeep.model.ladder import (
    INTERCEPTING,
    LEVELS,
    MEASURES,
    NEEDS,
    OUTGOING,
    Level,
    Measure,
    level_of,
)
from aupkeep.model.subject import MAX_PORT

MAX_AUTOMATIC = timedelta(days=7)  # a rule's measure; a person may go on from there
MAX_BY_PERSON = timedelta(days=90)
MAX_INTERCEPT = timedelta(days=1)
REACH_FIELDS = ("source_ports", "prefix_length")  # how much of the address, or around it
WHOLE_ADDRESS = 128
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)  # a last label that makes a host an address
PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)


def scope_refusal(measure: Measure, scope: Scope) -> str | None:
    """Why the scope does not fit the measure, or None.

    * A field the measure needs is absent (invariant 6: nothing is implied).
    * A field is set that the measure cannot narrow by (invariant 5: never wider than the scope).
    * The address is not one host: unspecified, loopback, multicast, broadcast or IPv4-mapped.
    * Address and destination are of two IP versions.
    * The name has one label alone, such as a top-level domain.
    """
    needed = NEEDS.get(measure, ())
    given = tuple(name for name in NARROWING if getattr(scope, name) is not None)
    missing = [name for name in needed if name not in given]
    if missing:
        return f"{measure} expected a scope with {', '.join(missing)}, found none"
    wider = [name for name in given if name not in needed] if measure in NEEDS else []
    if wider:
        return f"{measure} cannot narrow by {', '.join(wider)}: it would touch more than the scope"
    named = _name_refusal(scope)
    return (
        named
        or _host_refusal(scope)
        or _figure_refusal(measure, scope)
        or _reach_refusal(measure, scope)
    )


def _reach_refusal(measure: Measure, scope: Scope) -> str | None:
    """Why the ports of a sharer, or the assignment around the address, do not fit, or None."""
    given = [name for name in REACH_FIELDS if getattr(scope, name) is not None]
    if given and measure not in OUTGOING:
        return f"{measure} cannot be on {', '.join(given)}: it would touch more than the scope"
    if len(given) > 1:
        return "expected the ports of a shared address or an assignment, found both"
    return _ports_refusal(scope.source_ports) or _prefix_refusal(scope)


def _ports_refusal(ports: PortRange | None) -> str | None:
    if ports is not None and not 0 <= ports.first <= ports.last <= MAX_PORT:
        return f"expected source ports from 0 to {MAX_PORT}, found {ports}"
    return "expected the ports of one sharer, found all" if ports == ALL_PORTS else None


def _prefix_refusal(scope: Scope) -> str | None:
    length = scope.prefix_length
    if length is None:
        return None
    if scope.address is None or scope.address.version != 6:  # noqa: PLR2004 - the IP version
        return "expected an assignment around an IPv6 address, found another"
    if not WIDEST_PREFIX <= length < WHOLE_ADDRESS:
        return f"expected an assignment from /{WIDEST_PREFIX} to /127, found /{length}"
    return None


def _host_refusal(scope: Scope) -> str | None:
    for address in (scope.address, scope.destination):
        if address is not None and (
            address.is_unspecified
            or address.is_loopback
            or address.is_multicast
            or str(address) == "255.255.255.255"
            or getattr(address, "ipv4_mapped", None)
        ):
            return f"expected the address of one host, found {address}"
    if scope.address and scope.destination and scope.address.version != scope.destination.version:
        return "expected address and destination of one IP version, found two"
    return None


def _name_refusal(scope: Scope) -> str | None:
    """Why a name is too wide, or a page's host an address in a form that clients read otherwise.

    One label is a registry's, and all names below it are others'.
    """
    host = scope_host(scope)
    if NUMBER.fullmatch(host.rpartition(".")[2]) and literal_address(host) is None:
        return f"expected a name or an address in its usual form, found {host[:60]!r}"
    if scope.name is not None and "." not in scope.name.strip(". "):
        return f"expected a name of at least two labels, found {scope.name[:60]!r}"
    return None


def _figure_refusal(measure: Measure, scope: Scope) -> str | None:
    known = MEASURES[measure].protocols
    if scope.protocol not in (None, *known):
        return f"expected protocol {' or '.join(known)}, found {scope.protocol!r}"
    if scope.port is not None and not 1 <= scope.port <= 65535:  # noqa: PLR2004 - RFC 6335 section 6
        return f"expected a port from 1 to 65535, found {scope.port}"
    if scope.rate is not None and not 1 <= scope.rate <= 1 << 40:
        return f"expected a rate from 1 to 2^40 bytes per second, found {scope.rate}"
    return None


def refusal(action: Action, target: str, driver: str) -> str | None:
    """Why this agent will not carry the action, as a sentence, or None.

    * It is for another agent or another driver.
    * Its level is not the level of its measure, or restricts nothing.
    * A rule wants more than L4, or longer than seven days; a person longer than 90 days; an
      interception longer than one.
    * It does not end after it starts, or has times without a zone.
    * Decision, case, reference or one of the versions is blank.
    * Its id or reference is no plain word: they stand in commands, comments and headers.
    * The scope does not fit the measure (see `scope_refusal`).
    """
    if action.target != target or action.driver != driver:
        return (
            f"expected an action for {target} by {driver}, found {action.target} by {action.driver}"
        )
    return (
        _level_refusal(action)
        or _time_refusal(action)
        or _blank_refusal(action)
        or scope_refusal(action.measure, action.scope)
    )


def _level_refusal(action: Action) -> str | None:
    right = level_of(action.measure, action.scope.rate)
    if action.level not in {right, LEVELS[action.measure]}:  # an older desk knew no low rates
        return f"{action.measure} is {right.name}, found {action.level.name}"
    if action.level < Level.L3:
        return f"{action.measure} restricts nothing: there is nothing to apply"
    if action.automatic and action.level > Level.L4:
        return f"a rule alone may reach L4, found {action.level.name}"
    return None


def _time_refusal(action: Action) -> str | None:
    if action.starts.tzinfo is None or action.until.tzinfo is None:
        return "expected times with a zone, found one without"
    longest = MAX_AUTOMATIC if action.automatic else MAX_BY_PERSON
    if action.measure in INTERCEPTING:
        longest = MAX_INTERCEPT
    lasts = action.until - action.starts
    if lasts <= timedelta() or lasts > longest:
        return f"expected an end within {longest.days} days after the start, found {lasts}"
    return None


def _blank_refusal(action: Action) -> str | None:
    versions = action.versions
    named = {
        "id": action.id,
        "decision": action.decision,
        "case": action.case,
        "reference": action.reference,
        "detector version": versions.detector,
        "rule version": versions.rule,
        "policy version": versions.policy,
        "attribution version": versions.attribution,
    }
    blank = [name for name, value in named.items() if not value.strip()]
    if blank:
        return f"expected {', '.join(blank)}, found a blank"
    plain = PLAIN_ID.fullmatch(action.id) and PLAIN_REFERENCE.fullmatch(action.reference)
    return None if plain else "expected a reference and an id of letters, digits and hyphens"
