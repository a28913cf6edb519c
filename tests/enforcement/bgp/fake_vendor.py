"""A Junos's NETCONF or an EOS's eAPI on standard input and output, before a real BIRD's table.

    python fake_vendor.py junos|eos COMMAND…    COMMAND asks BIRD, e.g. birdc -s SOCKET

What BIRD holds is told in the form that public answers of these routers have. It is no Junos and no
EOS: it shows that our reader, our driver and the contract agree over those forms.
"""

import json
import re
import struct
import subprocess
import sys
from xml.sax.saxutils import escape

WHERE = "all where source = RTS_BGP && (65535, 666) ~ bgp_community"
NETWORK = re.compile(r"^(flow[46] \{ .* \}|\S+/\d+) ")
RATE = re.compile(r"\(generic, 0x8006[0-9a-f]{4}, 0x([0-9a-f]{1,8})\)")
END = "]]>]]>"


def bird(words: list[str], question: str) -> list[tuple[str, float]]:
    """BIRD's networks with their rates."""
    said = subprocess.run([*words, question], capture_output=True, text=True, check=True).stdout
    found: list[tuple[str, float]] = []
    for line in said.splitlines():
        if match := NETWORK.match(line):
            found.append((match[1], 0.0))
        elif found and (rate := RATE.search(line)):
            (value,) = struct.unpack(">f", bytes.fromhex(rate[1].zfill(8)))
            found[-1] = (found[-1][0], value)
    return found


def parts_of(flow: str) -> dict[str, str]:
    """`dst 203.0.113.10/32; proto 17` as a dictionary."""
    inside = flow[flow.index("{") + 1 : flow.rindex("}")]
    rows = (part.strip().rpartition(" ") for part in inside.split(";") if part.strip())
    return {name: value for name, _, value in rows}


def numbers(value: str, *, opened: bool) -> str:
    """`25,465` and `1024..2047` as the router writes them."""
    out = []
    for part in value.split(","):
        first, _, last = part.partition("..")
        if not last:
            out.append(f"={first}")
        elif opened:
            out.append(f">{int(first) - 1}&<{int(last) + 1}")
        else:
            out.append(f">={first}&<={last}")
    return ",".join(out)


def matches(flow: str, names: dict[str, str], *, opened: bool) -> tuple[list[str], list[str]]:
    """Both ends, and the numbers by their names."""
    parts = parts_of(flow)
    ends = [parts.get("dst", "*"), parts.get("src", "*")]
    return ends, [f"{names[k]}{numbers(parts[k], opened=opened)}" for k in names if k in parts]


def junos(words: list[str]) -> str:
    """A whole session."""
    asked = re.search(r'<command format="xml">([^<]*)</command>', sys.stdin.read())
    question = asked[1] if asked else ""
    if "community 65535:666" in question:
        tables = [bird(words, f"show route table master{n} {WHERE}") for n in (4, 6)]
        body = "".join(entry(name, "65535:666") for rows in tables for name, _ in rows)
    else:
        four = "inetflow.0" in question
        rows = bird(words, f"show route table {'flowtab4' if four else 'flowtab6'} all")
        body = "".join(
            entry(junos_name(flow, term), f"traffic-rate:0:{rate:.0f}")
            for term, (flow, rate) in enumerate(rows, 1)
        )
    hello = "<hello><capabilities/><session-id>7</session-id></hello>"
    table = f"<route-information xmlns='x'><route-table>{body}</route-table></route-information>"
    return (
        f'{hello}\n{END}\n<rpc-reply message-id="1">{table}</rpc-reply>\n{END}\n'
        f'<rpc-reply message-id="2"><ok/></rpc-reply>\n{END}\n'
    )


def entry(name: str, community: str) -> str:
    """One active route."""
    return (
        f"<rt><rt-destination>{escape(name)}</rt-destination>"
        f"<rt-entry><active-tag>*</active-tag><communities><community>{community}"
        "</community></communities></rt-entry></rt>"
    )


def junos_name(flow: str, term: int) -> str:
    """`203.0.113.10,*,proto=17,dstport=53/term:1`."""
    names = {"proto": "proto", "next header": "proto", "dport": "dstport", "sport": "srcport"}
    ends, more = matches(flow, names, opened=False)
    plain = [re.sub(r"/(32|128)$", "", end) for end in ends]
    flags = ["tcp-flag:02&!:10"] if "tcp flags" in flow else []
    return f"{','.join([*plain, *more, *flags])}/term:{term}"


def eos(words: list[str]) -> str:
    """One answer."""
    request = json.loads(sys.stdin.read())
    (question,) = request["params"]["cmds"]
    four = "ipv6" not in question
    if "flow-spec" in question:
        rows = bird(words, f"show route table {'flowtab4' if four else 'flowtab6'} all")
        output = "Flow specification rules for VRF default\n" + "".join(
            eos_rule(*row) for row in rows
        )
        result: dict[str, object] = {"output": output}
    else:
        rows = bird(words, f"show route table {'master4' if four else 'master6'} {WHERE}")
        path = {"routeType": {"valid": True, "active": True}}
        entries = {name: {"bgpRoutePaths": [path]} for name, _ in rows}
        result = {"vrfs": {"default": {"bgpRouteEntries": entries}}}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": [result]})


def eos_rule(flow: str, rate: float) -> str:
    """One rule that is installed."""
    names = {"proto": "IP:", "next header": "IP:", "dport": "DP:", "sport": "SP:"}
    ends, more = matches(flow, names, opened=True)
    flags = ["TCP:2&!16"] if "tcp flags" in flow else []
    action = f"Police: {rate * 8 / 1000:.2f} Kbps" if rate else "Drop"
    return (
        f"  Flow-spec rule: {''.join(f'{part};' for part in [*ends, *more, *flags])}\n"
        f"    Actions:\n      {action}\n    Status:\n      Installed: yes\n"
        "      Counter: 0 packets, 0 bytes\n"
    )


if __name__ == "__main__":
    sys.stdout.write({"junos": junos, "eos": eos}[sys.argv[1]](sys.argv[2:]))
