"""The one nftables table: installed once, never edited; a measure is an element of a set.

    table inet aupkeep
      set port4 { 203.0.113.10 . tcp . 22 timeout 55m comment "case K7QF-2M9X action 019b…" }
      chain forward { ip saddr . meta l4proto . th dport @port4 reject … }

Sets for single hosts are hash sets: an interval set costs seconds per change at 100,000 elements, a
hash set 0.14 ms. Two more of each outgoing measure hold intervals, and few elements: `portp4` for
the source ports of one who shares an address, `portn6` for a whole IPv6 assignment. The chain
stands in the forward hook before the usual filter priority and is a base chain of its own: no
accept elsewhere, of an established connection or otherwise, gets past a drop here. Blocked traffic
that leaves a customer is answered with "administratively prohibited" (RFC 1812 section 5.2.7.1, RFC
4443 section 3.1), so that the customer's side fails at once; only a whole isolation, and what
protects an address from a flood, are silent: an answer to a forged sender would be a flood of our
own.
"""

from dataclasses import dataclass, replace
from typing import Any

from aupkeep.enforcement import nft_fragments, nft_sources
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import OUTGOING, SMTP_PORTS, Measure

VERSION = "aupkeep ruleset 1"
SIZE = 65_535  # per set; the driver's cap lies below it
OPENING = "tcp flags & (syn | ack) == syn"  # RFC 9293 section 3.5: it asks for a connection
OTHER = "meta l4proto != 6"  # whatever is not TCP
WITH_PORTS = "meta l4proto { tcp, udp } "  # what has ports: the first bytes of others mean more
REJECT = "reject with icmpx admin-prohibited"
RATE = "limit rate over 1 mbytes/second burst 1 mbytes"  # a form; each element brings its own


@dataclass(frozen=True, slots=True)
class Slot:
    """One set an IP version: its key type and the rules that look into it ({} = ip or ip6)."""

    name: str
    measure: Measure
    key: str
    rules: tuple[str, ...]
    statement: str = "counter"
    reach: str = ""  # "ports" of a sharer, "prefix" of an assignment; "" = one whole address

    @property
    def versions(self) -> tuple[tuple[str, str, str], ...]:
        """The IP versions it exists for: an IPv4 measure is never on a prefix."""
        return VERSIONS[1:] if self.reach == "prefix" else VERSIONS

    @property
    def flags(self) -> str:
        """How its elements are kept."""
        return "interval, timeout" if self.reach else "timeout"


PORTED = "{addr} . inet_proto . inet_service"
INTO = "{ip} daddr . meta l4proto @{set} drop"
PLAIN_SLOTS = (
    Slot("host", Measure.ISOLATE, "{addr}", ("{ip} saddr @{set} drop", "{ip} daddr @{set} drop")),
    Slot("peer", Measure.BLOCK_DESTINATION, "{addr} . {addr}",
         ("{ip} saddr . {ip} daddr @{set} " + REJECT,)),
    Slot("port", Measure.BLOCK_PORT, PORTED,
         ("{ip} saddr . meta l4proto . th dport @{set} " + REJECT,)),
    Slot("smtp", Measure.LIMIT_SMTP, "{addr}",
         ("{ip} saddr @{set} tcp dport {ports} " + REJECT,)),
    Slot("rate", Measure.LIMIT_RATE, "{addr}", ("{ip} saddr @{set} drop",), RATE + "; counter"),
    Slot("from", Measure.BLOCK_INBOUND, PORTED,
         ("{ip} daddr . meta l4proto . th sport @{set} drop",)),
    Slot("into", Measure.LIMIT_INBOUND, "{addr} . inet_proto",
         (f"{OPENING} {INTO}", f"{OTHER} {INTO}"), RATE + "; counter"),
    Slot("spoof", Measure.BLOCK_SPOOFED, "{addr}", (), ""),  # its rules: `nft_sources`
)  # fmt: skip
SHARED = "{addr} . inet_service"
PORT_SLOTS = (
    Slot("hostp", Measure.ISOLATE, SHARED,
         (WITH_PORTS + "{ip} saddr . th sport @{set} drop",
          WITH_PORTS + "{ip} daddr . th dport @{set} drop"), reach="ports"),
    Slot("peerp", Measure.BLOCK_DESTINATION, SHARED + " . {addr}",
         (WITH_PORTS + "{ip} saddr . th sport . {ip} daddr @{set} " + REJECT,), reach="ports"),
    Slot("portp", Measure.BLOCK_PORT, PORTED + " . inet_service",
         ("{ip} saddr . meta l4proto . th sport . th dport @{set} " + REJECT,), reach="ports"),
    Slot("smtpp", Measure.LIMIT_SMTP, SHARED,
         ("{ip} saddr . tcp sport @{set} tcp dport {ports} " + REJECT,), reach="ports"),
    Slot("ratep", Measure.LIMIT_RATE, SHARED, (WITH_PORTS + "{ip} saddr . th sport @{set} drop",),
         RATE + "; counter", reach="ports"),
)  # fmt: skip
PREFIX_SLOTS = tuple(
    replace(slot, name=f"{slot.name}n", reach="prefix")
    for slot in PLAIN_SLOTS
    if slot.measure in OUTGOING
)
CHAINS = (
    nft_sources.SHAPE,
    "chain forward filter forward -10 accept",
    nft_sources.FORGED_SHAPE,
    nft_fragments.SHAPE,
)  # as `shape` says them
OUR_CHAINS = ("forward", nft_sources.CHAIN, nft_sources.FORGED, nft_fragments.CHAIN)
SLOTS = (*PLAIN_SLOTS, *PORT_SLOTS, *PREFIX_SLOTS)
CONDITIONS = {
    OPENING: "flags&ack|syn==syn",
    OTHER: "l4proto!={6}",
    WITH_PORTS.strip(): "l4proto{6,17}",
}  # as `shape` says them
VERSIONS = (("4", "ip", "ipv4_addr"), ("6", "ip6", "ipv6_addr"))
SLOT_OF = {slot.measure: slot for slot in PLAIN_SLOTS}
SLOT_OF_REACH = {(slot.measure, slot.reach): slot for slot in SLOTS}
MEASURE_OF = {
    slot.name + version: slot.measure for slot in SLOTS for version, _, _ in slot.versions
}


def _fill(text: str, name: str, version: tuple[str, str, str]) -> str:
    digit, ip, kind = version
    ports = f"{{ {', '.join(str(port) for port in SMTP_PORTS)} }}"
    text = text.replace("{ports}", ports)
    return text.replace("{ip}", ip).replace("{set}", name + digit).replace("{addr}", kind)


@dataclass(frozen=True, slots=True)
class SetKey:
    """How the key of a set is built: its fields' types, and whether it may be of intervals."""

    fields: tuple[str, ...]
    interval: bool


KEYS_OF = {
    slot.name + version[0]: SetKey(
        tuple(_fill(slot.key, slot.name, version).split(" . ")), interval=bool(slot.reach)
    )
    for slot in SLOTS
    for version in slot.versions
} | {f"stopped{version}": SetKey((kind,), interval=False) for version, _, kind in VERSIONS}


def slot_of(measure: Measure, scope: Scope) -> Slot | None:
    """The set that carries a measure on this scope; None where there is none."""
    reach = "ports" if scope.source_ports is not None else ""
    return SLOT_OF_REACH.get((measure, "prefix" if scope.prefix_length is not None else reach))


def sets() -> dict[str, str]:
    """Set name → its definition inside `{ }`."""
    return (
        nft_fragments.sets(SIZE)
        | nft_sources.sets(SIZE)
        | {
            slot.name + version[0]: f"type {_fill(slot.key, slot.name, version)}; size {SIZE};"
            f" flags {slot.flags};{slot.statement and f' {slot.statement};'}"
            for slot in SLOTS
            for version in slot.versions
        }
    )


def rules() -> list[str]:
    """The rules of the chain `forward` on measures, in order."""
    return [rule for rule, _ in _rules()]


def _rules(*, ported: bool = False) -> list[tuple[str, str]]:
    """Each rule and its IP version, of those alone that stop by ports where asked so."""
    return [
        (_fill(rule, slot.name, version), version[0])
        for slot in SLOTS
        for version in slot.versions
        for rule in slot.rules
        if not ported or (slot.statement == "counter" and (". th " in rule or "tcp " in rule))
    ]


def install(table: str, *, rewrites: bool = True) -> str:
    """The batch that makes the table, or completes it; elements that stand are kept.

    Adding what is there is no change; the chain is flushed and filled in the same transaction, so
    no packet ever meets half a chain. Without `rewrites` no rule of it writes into a packet, and
    nothing is done about forged senders.
    """
    lines = [f'add table inet {table} {{ comment "{VERSION}"; }}']
    lines += [f"add set inet {table} {name} {{ {body} }}" for name, body in sets().items()]
    lines += [
        f"add map inet {table} {x} {{ {body} }}" for x, body in nft_sources.maps(SIZE).items()
    ]
    hook = "type filter hook forward priority filter - 10; policy accept;"
    before = "type filter hook prerouting priority raw - 10; policy accept;"
    lines += [
        f"add chain inet {table} forward {{ {hook} }}",
        f"add chain inet {table} {nft_sources.CHAIN} {{ {before} }}",
        f"add chain inet {table} {nft_sources.FORGED}",
        f"add chain inet {table} {nft_fragments.CHAIN}",
    ]
    lines += [f"flush chain inet {table} {chain}" for chain in OUR_CHAINS]
    if rewrites:
        sources, forged = nft_sources.rules(), nft_sources.dropping()
        lines += [f"add rule inet {table} {nft_sources.CHAIN} {rule}" for rule in sources]
        lines += [f"add rule inet {table} {nft_sources.FORGED} {rule}" for rule in forged]
    whole = [*nft_sources.learning(), *nft_fragments.rules(), *rules()]
    lines += [f"add rule inet {table} forward {rule}" for rule in whole]
    learning = [nft_fragments.learning(*rule) for rule in _rules(ported=True)]
    learning += nft_fragments.forgetting()
    lines += [f"add rule inet {table} {nft_fragments.CHAIN} {rule}" for rule in learning]
    return "\n".join(lines)


def extras(listing: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What somebody added to the table beside elements: `("chain", "extra")`, sets, maps.

    The chain `forward` on another hook, priority or policy than ours is one of them.
    """
    added: list[tuple[str, str]] = []
    for item in listing:
        ((kind, body),) = item.items()
        ours = {"set": sets(), "map": nft_sources.maps(SIZE)}
        whole = kind in ours and body["name"] in ours[kind]
        if kind not in ("metainfo", "table", "rule") and not whole and _shown(item) not in CHAINS:
            added.append((kind, str(body["name"])))
    return added


def remove(table: str, added: list[tuple[str, str]]) -> str:
    """The batch that takes these away: first what holds others, then the others."""
    order = ("map", "set", "chain")
    last = sorted(added, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    flushed = [f"flush {kind} inet {table} {name}" for kind, name in last if kind in order]
    return "\n".join([*flushed, *(f"delete {kind} inet {table} {name}" for kind, name in last)])


def expected(*, rewrites: bool = True) -> tuple[str, ...]:
    """The `shape` of a table that is whole."""
    sources = (*nft_sources.shapes(), *nft_sources.dropping_shapes()) if rewrites else ()
    return (
        "table []",
        *(f"map {name}" for name in nft_sources.maps(SIZE)),
        *sorted(f"set {name}" for name in sets()),
        *CHAINS,
        *nft_sources.learning_shapes(),
        *nft_fragments.shapes(),
        *(_expected_rule(rule) for rule in rules()),
        *sources,
        *(
            nft_fragments.learning_shape(_expected_rule(rule), version)
            for rule, version in _rules(ported=True)
        ),
        *nft_fragments.forgetting_shapes(),
    )


def _expected_rule(rule: str) -> str:
    before = [f"{term} " for text, term in CONDITIONS.items() if rule.startswith(text)]
    for text in CONDITIONS:
        rule = rule.removeprefix(text)
    looks, _, rest = rule.partition(" @")
    fields = ".".join(
        word for word in looks.split() if word not in ("ip", "ip6", "meta", "th", "tcp", ".")
    )
    name = rest.split()[0]
    ports = f" dport{{{','.join(str(port) for port in SMTP_PORTS)}}}" if "dport" in rest else ""
    return (
        f"rule {''.join(before)}{fields}@{name}{ports} {'reject' if 'reject' in rest else 'drop'}"
    )


def shape(listing: list[dict[str, Any]]) -> tuple[str, ...]:
    """What a listing of the table amounts to: its sets, its chains, each rule's look and verdict.

    Two tables of one shape stop the same packets: read back, it shows a rule that was removed, put
    in front, or a table made dormant, while the elements still stand there looking well.
    """
    first: list[str] = []
    names: list[str] = []
    chains: list[str] = []
    rest: dict[str, list[str]] = {}  # a chain's rules; chains themselves stand in any order
    for item in listing:
        if "table" in item:
            first.append(f"table {item['table'].get('flags', [])}")
        elif "rule" in item:
            rules_there = rest.setdefault(item["rule"].get("chain", ""), [])
            rules_there.append(" ".join(["rule", *_terms(item["rule"]["expr"])]))
        elif "chain" in item:
            chains.append(_shown(item))
        elif "metainfo" not in item:
            names.append(_shown(item))
    last = len(OUR_CHAINS)
    order = sorted(rest, key=lambda x: OUR_CHAINS.index(x) if x in OUR_CHAINS else last)
    whole = (rule for chain in order for rule in rest[chain])
    return (*first, *sorted(names), *sorted(chains, reverse=True), *whole)


def _shown(item: dict[str, Any]) -> str:
    """A set, a chain or another object of a listing with what makes it ours."""
    ((kind, body),) = item.items()
    words = ("name", "type", "hook", "prio", "policy") if kind == "chain" else ("name",)
    return " ".join([kind, *(str(body.get(word)) for word in words)])


def _terms(expressions: list[dict[str, Any]]) -> list[str]:
    """`saddr@host4 drop` for a rule's expressions: what it looks into and what it does."""
    terms: list[str] = []
    for expression in expressions:
        if "match" in expression:
            right = expression["match"]["right"]
            plain = right if isinstance(right, str) else f"{{{_members(right)}}}"
            terms.append(f"{_side(expression['match']['left'])}{_sign(expression['match'])}{plain}")
        elif "map" in expression:
            lookup = expression["map"]
            between = f"{_side(lookup['elem'])}:{_side(lookup['data'])}"
            terms.append(f"{lookup['op']}{lookup['map']} {between}")
        elif "mangle" in expression:
            key, value = expression["mangle"]["key"], expression["mangle"]["value"]
            looked_up = isinstance(value, dict) and "map" in value
            terms.append(f"{_side(key)}={value['map']['data'] if looked_up else value}")
        elif "set" in expression:
            terms.append(f"{expression['set']['op']}{expression['set']['set']}")
        elif "jump" in expression:
            terms.append(f"jump {expression['jump']['target']}")
        else:
            terms.extend(expression)
    return terms


def _sign(match: dict[str, Any]) -> str:
    """How both sides are compared, "" where that is the usual: equal to a field, or in a set."""
    usual = match["op"] in ("==", "in") and "&" not in match["left"]
    return "" if usual else str(match["op"])


def _members(right: Any) -> str:  # noqa: ANN401 - JSON
    members = right.get("set", ()) if isinstance(right, dict) else (right,)
    return ",".join(str(member) for member in members)


def _side(left: dict[str, Any]) -> str:
    """The fields a match reads, such as `saddr.l4proto.dport`."""
    if "&" in left:
        field, mask = left["&"]
        bits = mask["|"] if isinstance(mask, dict) else [mask] if isinstance(mask, int) else mask
        return f"{_side(field)}&{'|'.join(sorted(map(str, bits)))}"
    if "concat" in left:
        return ".".join(_side(part) for part in left["concat"])
    if "fib" in left:
        return f"fib {'.'.join(left['fib']['flags'])} {left['fib']['result']}"
    inner = left.get("payload") or left.get("meta") or left.get("exthdr") or {}
    return str(inner.get("field") or inner.get("key") or "?")
