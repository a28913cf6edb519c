"""Junos by NETCONF (RFC 6241) over the operator's own command, e.g. `ssh -s … netconf`.

    read = ["ssh", "-p", "830", "-s", "aupkeep@edge1.example", "netconf"]

One session for each question: our hello, one `<command>` that only shows, the end. A flow is asked
of the table `inetflow.0`, where Junos keeps what it validated and accepted; hidden routes are not
in it. What was read here is the form that public answers of Junos have; none was at hand.
"""

import re
import struct
from html import escape
from typing import NoReturn
from xml.parsers import expat

from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind, host, matching
from aupkeep.enforcement.bgp.table_reader import DISCARDED, TableReader
from aupkeep.model.errors import Unreadable

END = "]]>]]>"  # RFC 6242 section 4.3
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
HELLO = (
    f'<hello xmlns="{BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0'
    f"</capability></capabilities></hello>{END}"
)
ASKED = 'message-id="1"'
RATE = re.compile(r"traffic-rate:\d+:(\d{1,15})")
TERM = re.compile(r"/term:\d+$")
ALONE = re.compile(r"^([0-9.]+)/32$|^([0-9a-f:]+)/128$")  # a host as Junos writes it has no length
NAMES = {"protocol": "proto", "destination-port": "dstport", "source-port": "srcport"}
KEPT = ("rt-destination", "active-tag", "community")


def _asks(question: str) -> tuple[list[str], str]:
    """A session with one question, whole."""
    command = f'<command format="xml">{escape(question, quote=False)}</command>'
    rpc = f'<rpc {ASKED} xmlns="{BASE}">{command}</rpc>{END}'
    return [], f'{HELLO}{rpc}<rpc message-id="2" xmlns="{BASE}"><close-session/></rpc>{END}'


class _Routes:
    """Collects the routes of one reply: destination, whether it is active, its communities."""

    def __init__(self) -> None:
        self.table: dict[str, bytes] = {}
        self.error = ""
        self._kind = RouteKind.FLOW
        self._text = ""
        self._found: dict[str, list[str]] = {}

    def read(self, kind: RouteKind, text: str) -> None:
        """Read one reply. Raises `Unreadable`, `expat.ExpatError`."""
        self._kind = kind
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._data
        parser.EndElementHandler = self._end
        parser.Parse(text, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self._text = ""
        if name.rpartition(":")[2] == "rt":
            self._found = {}

    def _data(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        name, text = name.rpartition(":")[2], self._text.strip()
        if name in KEPT:
            self._found.setdefault(name, []).append(text)
        elif name == "error-message":
            self.error = text[:200]
        elif name == "rt":
            self._keep()
        self._text = ""

    def _keep(self) -> None:
        """One route is whole; one that is not active counts as not there."""
        names = self._found.get("rt-destination", [])
        if not names or "*" not in self._found.get("active-tag", []):
            return
        rates = map(RATE.search, self._found.get("community", []))
        numbers = [float(rate[1]) for rate in rates if rate]
        rate = struct.pack(">f", numbers[0]) if numbers else b""
        self.table[_plain(names[0])] = rate if self._kind is RouteKind.FLOW else DISCARDED


def _refuse(*_: object) -> NoReturn:
    raise Unreadable("Junos: expected its routes, found a document type")


def _plain(name: str) -> str:
    """A destination without the number of its term, its hosts without a length.

    >>> _plain("203.0.113.10/32,*,proto=17,dstport=53/term:2")
    '203.0.113.10,*,proto=17,dstport=53'
    """
    parts = TERM.sub("", name.replace(" ", "")).split(",")
    return ",".join(ALONE.sub(lambda match: match[1] or match[2], part) for part in parts)


def _table(kind: RouteKind, answer: str) -> dict[str, bytes]:
    """The active routes of every reply. Raises `Unreadable`, also where it answers an error."""
    replies = [part.strip() for part in answer.split(END)]
    routes, read = _Routes(), False
    try:
        for reply in replies:
            if "<rpc-reply" in reply and ASKED in reply:
                routes.read(kind, reply)
                read = True
    except expat.ExpatError as error:
        raise Unreadable(f"Junos: expected its routes, found {error}") from error
    if routes.error or not read:
        raise Unreadable(f"Junos: expected its routes, found {routes.error or 'no reply'}")
    return routes.table


def _text(route: BgpRoute) -> str:
    """As Junos names it: `203.0.113.10,*,proto=17,dstport=53`."""
    if route.kind is RouteKind.BLACKHOLE:
        return _plain(host(route.destination)) if route.destination else ""
    ends = [_plain(host(x)) if x else "*" for x in (route.destination, route.source)]
    parts = [f"{NAMES[name]}{matching(ranges)}" for name, ranges in route.matches]
    return ",".join([*ends, *parts, *(["tcp-flag:02&!:10"] if route.asks else [])])


JUNOS = TableReader(
    questions={
        RouteKind.BLACKHOLE: ("show route community 65535:666 detail",),
        RouteKind.FLOW: (
            "show route table inetflow.0 detail",
            "show route table inet6flow.0 detail",
        ),
    },
    read=_table,
    text=_text,
    asks=_asks,
)
