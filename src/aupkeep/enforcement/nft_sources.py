"""BCP 38 (RFC 2827) at one machine's port: what enters there under another's address is dropped.

A packet that the router sends to a measured address says which port is the machine's, and so does
an honest one of its own; the kernel remembers that for a while. At such a port a packet goes no
further whose source the router would not send back there (RFC 3704 section 2.2). A port is a tap or
a veth, behind which one machine is: never a bridge or a network card, where others are too.

The source of what is dropped is overwritten with the machine's address first: so its counter is
found, and whether that address is measured still. Where it is not, since its element ended, the
port is forgotten with this one packet: a measure ends when its element does. DHCP and address
detection begin without an address (RFC 2131 section 4.1, RFC 4862 section 5.4.2).
"""

from ipaddress import IPv4Address, IPv6Address

CHAIN = "sources"
SHAPE = f"chain {CHAIN} filter prerouting -310 accept"  # before defragmentation, as `shape` says it
FORGED = "forged"  # the chain of what is dropped
FORGED_SHAPE = f"chain {FORGED} None None None None"
KEPT = 120  # seconds for which a port is known after a packet to or from the machine
COUNTED = 86_400  # seconds for which a counter of what was dropped is kept
KINDS = ("tun", "veth")  # of a port with one machine, as the kernel names them (a tap is a tun)
VERSIONS = {
    "4": ("ip", "ipv4_addr", str(IPv4Address(0))),
    "6": ("ip6", "ipv6_addr", str(IPv6Address(0))),
}
OF = {"4": "spoof4", "6": "spoof6"}  # the sets of measures


def maps(size: int) -> dict[str, str]:
    """Map name → its definition inside `{ }`: a port and the measured address behind it."""
    kept = f"size {size}; flags dynamic, timeout; timeout {KEPT}s;"
    return {f"own{x}": f"typeof iifname : {ip} saddr; {kept}" for x, (ip, *_) in VERSIONS.items()}


def sets(size: int) -> dict[str, str]:
    """Set name → its definition inside `{ }`: how much was dropped of a measured address."""
    kept = f"size {size}; flags dynamic, timeout; timeout {COUNTED}s; counter;"
    return {f"stopped{x}": f"type {kind}; {kept}" for x, (_, kind, _) in VERSIONS.items()}


def learning() -> list[str]:
    """What the chain `forward` begins with: where the router sends what is for the machine."""
    kinds = ", ".join(KINDS)
    return [
        f"{ip} daddr @{OF[x]} meta oifkind {{ {kinds} }} update @own{x} {{ oifname : {ip} daddr }}"
        for x, (ip, *_) in VERSIONS.items()
    ]


def learning_shapes() -> list[str]:
    """The same as `nft_ruleset.shape` says them."""
    return [
        f"rule daddr@{OF[x]} oifkind{{{','.join(KINDS)}}} update@own{x} oifname:daddr"
        for x in VERSIONS
    ]


def rules() -> list[str]:
    """The rules of the chain `sources`."""
    kinds = ", ".join(KINDS)
    own = [
        f"{ip} saddr @{OF[x]} meta iifkind {{ {kinds} }} fib saddr . iif oif exists"
        f" update @own{x} {{ iifname : {ip} saddr }}"
        for x, (ip, *_) in VERSIONS.items()
    ]
    others = [
        f"{ip} saddr != {none} iifname @own{x} fib saddr . iif oif missing jump {FORGED}"
        for x, (ip, _, none) in VERSIONS.items()
    ]
    return own + others


def dropping() -> list[str]:
    """The rules of the chain `forged`."""
    return [
        rule
        for x, (ip, *_) in VERSIONS.items()
        for rule in (
            f"{ip} saddr set iifname map @own{x}",
            f"{ip} saddr @{OF[x]} update @stopped{x} {{ {ip} saddr }} drop",
            f"delete @own{x} {{ iifname : {ip} saddr }} drop",
        )
    ]


def dropping_shapes() -> list[str]:
    """Their shapes."""
    return [
        rule
        for x in VERSIONS
        for rule in (
            f"rule saddr=@own{x}",
            f"rule saddr@{OF[x]} update@stopped{x} drop",
            f"rule delete@own{x} iifname:saddr drop",
        )
    ]


def shapes() -> list[str]:
    """Their shapes."""
    own = [
        f"rule saddr@{OF[x]} iifkind{{{','.join(KINDS)}}} fib saddr.iif oif{{True}}"
        f" update@own{x} iifname:saddr"
        for x in VERSIONS
    ]
    others = [
        f"rule saddr!={none} iifname@own{x} fib saddr.iif oif{{False}} jump {FORGED}"
        for x, (_, _, none) in VERSIONS.items()
    ]
    return own + others
