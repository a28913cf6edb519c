"""Later fragments of what a block on ports stopped: they have no ports and go by their datagram.

A first fragment that a rule on ports stops leaves the name of its datagram in a set: source,
destination, protocol and identification (RFC 791 section 3.2; RFC 8200 section 4.5). Later
fragments of that name are dropped. Those of another datagram pass, from the same source too: names
come again (there are 65,536 of a source and a destination in IPv4, and whoever shares an address
has the same ones), so a first fragment that nothing stops takes its name out of the set. Where the
set is full, or a later fragment comes before its first, it passes: nobody can put it together.
"""

CHAIN = "first_fragments"
SHAPE = f"chain {CHAIN} None None None None"  # of a chain without a hook, as `shape` says it
KEPT = 30  # seconds that a Linux host waits for the rest of a datagram (ip-sysctl: ipfrag_time)
NAMES = {
    "4": "ip saddr . ip daddr . ip protocol . ip id",
    "6": "ip6 saddr . ip6 daddr . frag id",
}
LATER = {"4": "ip frag-off & 0x1fff != 0", "6": "frag frag-off != 0"}
FIRST = {"4": "ip frag-off & 0x3fff == 0x2000", "6": "frag frag-off 0 frag more-fragments 1"}


def sets(size: int) -> dict[str, str]:
    """Set name → its definition inside `{ }`."""
    return {
        f"frag{version}": f"typeof {name}; size {size}; flags dynamic, timeout; timeout {KEPT}s;"
        for version, name in NAMES.items()
    }


def rules() -> list[str]:
    """What the chain `forward` begins with."""
    later = [f"{LATER[x]} {name} @frag{x} drop" for x, name in NAMES.items()]
    return [*later, *(f"{first} jump {CHAIN}" for first in FIRST.values())]


def shapes() -> list[str]:
    """The same as `nft_ruleset.shape` says them."""
    return [
        "rule frag-off&8191!={0} saddr.daddr.protocol.id@frag4 drop",
        "rule frag-off!={0} saddr.daddr.id@frag6 drop",
        f"rule frag-off&16383=={{8192}} jump {CHAIN}",
        f"rule frag-off{{0}} more-fragments{{1}} jump {CHAIN}",
    ]


def learning(rule: str, version: str) -> str:
    """A rule that drops or rejects, which besides keeps the name of the datagram."""
    verdict = "reject" if " reject " in rule else "drop"
    looks, _, rest = rule.rpartition(f" {verdict}")
    return f"{looks} update @frag{version} {{ {NAMES[version]} }} {verdict}{rest}"


def learning_shape(shape: str, version: str) -> str:
    """Its shape."""
    looks, _, verdict = shape.rpartition(" ")
    return f"{looks} update@frag{version} {verdict}"


def forgetting() -> list[str]:
    """What ends the chain of first fragments: nothing stopped this one, so its name is free."""
    return [f"delete @frag{version} {{ {name} }}" for version, name in NAMES.items()]


def forgetting_shapes() -> list[str]:
    """Their shapes."""
    return [f"rule delete@frag{version}" for version in NAMES]
