"""EOS by eAPI: one JSON-RPC request on standard input of the operator's own command, e.g. curl.

    read = ["curl", "-sS", "--netrc-file", "/etc/aupkeep/edge1.netrc", "--data-binary", "@-",
            "https://edge1.example/command-api"]

`show flow-spec` says of each rule whether the hardware has it: one that is not installed counts as
not there. It writes rates rounded. What was read here is the form that public answers of EOS have;
none was at hand.
"""

import json
import re
import struct
from typing import Any

from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind, host, matching
from aupkeep.enforcement.bgp.table_reader import DISCARDED, TableReader
from aupkeep.model.errors import Unreadable

RULE = "Flow-spec rule: "
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
LIMIT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) ?([KMG]?)bps", re.IGNORECASE)
INSTALLED = re.compile(r"^\s*Installed: yes\b", re.MULTILINE)
DROP = re.compile(r"^\s*Drop\s*$", re.MULTILINE)
OPEN = re.compile(r"([<>])(\d{1,5})")
NAMES = {"protocol": "IP", "destination-port": "DP", "source-port": "SP"}


def _asks(question: str) -> tuple[list[str], str]:
    """One request; flows are asked for as text, whose form is known."""
    form = "text" if "flow-spec" in question else "json"
    params = {"version": 1, "cmds": [question], "format": form}
    request = {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "aupkeep"}
    return [], json.dumps(request)


def _table(kind: RouteKind, answer: str) -> dict[str, bytes]:
    """The routes of one answer. Raises `Unreadable`, also where it answers an error."""
    try:
        said = json.loads(answer)
        if "error" in said:
            raise Unreadable(f"EOS: {str(said['error']['message'])[:200]}")
        (result,) = said["result"]
        if kind is RouteKind.FLOW:
            return dict(_rule(part) for part in result["output"].split(RULE)[1:] if _there(part))
        return {prefix: DISCARDED for prefix, entry in _entries(result) if _active(entry)}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Unreadable(f"EOS: expected its routes, found {type(error).__name__}") from error


def _entries(result: dict[str, Any]) -> list[tuple[str, Any]]:
    tables = [vrf["bgpRouteEntries"] for vrf in result["vrfs"].values()]
    return [(prefix, entry) for table in tables for prefix, entry in table.items()]


def _active(entry: dict[str, Any]) -> bool:
    return any(path["routeType"]["active"] is True for path in entry["bgpRoutePaths"])


def _there(rule: str) -> bool:
    return INSTALLED.search(rule) is not None


def _rule(rule: str) -> tuple[str, bytes]:
    """Its text with closed ranges, and its rate; empty where it says none."""
    text = OPEN.sub(_closed, rule.split("\n", 1)[0].strip().replace(" ", ""))
    limit = LIMIT.search(rule.partition("Counter:")[0])
    if DROP.search(rule):
        return text, DISCARDED
    if limit is None:
        return text, b""
    return text, struct.pack(">f", float(limit[1]) * UNITS[limit[2].upper()] / 8)


def _closed(match: re.Match[str]) -> str:
    """`>1023` is `>=1024`."""
    return f">={int(match[2]) + 1}" if match[1] == ">" else f"<={int(match[2]) - 1}"


def _text(route: BgpRoute) -> str:
    """As EOS names it: `203.0.113.10/32;*;IP:=17;DP:=53;`."""
    if route.kind is RouteKind.BLACKHOLE:
        return host(route.destination) if route.destination else ""
    ends = [host(x) if x else "*" for x in (route.destination, route.source)]
    parts = [f"{NAMES[name]}:{matching(ranges)}" for name, ranges in route.matches]
    return "".join(f"{part};" for part in [*ends, *parts, *(["TCP:2&!16"] if route.asks else [])])


EOS = TableReader(
    questions={
        RouteKind.BLACKHOLE: (
            "show ip bgp community 65535:666",
            "show ipv6 bgp match community 65535:666",
        ),
        RouteKind.FLOW: ("show flow-spec ipv4", "show flow-spec ipv6"),
    },
    read=_table,
    text=_text,
    asks=_asks,
    rounds=True,
)
