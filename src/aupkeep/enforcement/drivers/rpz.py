"""A response-policy zone: a name that our resolvers answer without an address (unbound, BIND).

The zone is one file, which `reload` has the resolver read. A row gives the name one TXT record that
names the action. A resolver with such a record answers no other type from anywhere else, so nobody
who asks it finds an address; and who asks for TXT there is told by which action. Names below it and
beside it are not touched. The serial of the zone moves on with each change.

It blocks for those alone who ask these resolvers.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.maps.host_name import host_name
from aupkeep.enforcement.maps.map_driver import OPTIONS, MapDriver
from aupkeep.enforcement.maps.map_file import MapRow, RowFormat
from aupkeep.enforcement.options import SERVER, address_and_port
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure

PATIENCE = 5.0  # seconds
TTL = 60  # seconds: as long as a lifted name may stay blocked in a cache
HEAD = f"""\
$TTL {TTL}
@ SOA localhost. hostmaster.localhost. 1 3600 600 604800 {TTL}
@ NS localhost."""
SERIAL = re.compile(r"(@\s+(?:\d+\s+)?(?:IN\s+)?SOA\s+\S+\s+\S+\s+)(\d+)(\s+\d+.*)", re.DOTALL)
OWN = ("$TTL", "@", " ", "\t", ";", "\n", "\r")  # how a line of the zone itself begins
ABLE = Capabilities(
    driver="rpz",
    version="1",
    measures=frozenset({Measure.BLOCK_NAME}),
    system="resolvers: a response-policy zone in one file, for unbound or BIND",
    ends_by_itself=False,
    reads_back=False,  # only with a resolver to ask
    effect="the resolver is asked for the name",
    tells_homes="each row names its home",
    finds_own=True,
)


def _line(row: MapRow) -> str:
    return f'{row.key} TXT "aupkeep {row.action}" ; {row.mark}'


def _key(line: str) -> str | None:
    plain = line.partition(";")[0]
    words = plain.split()
    if not words or plain[0].isspace() or words[0].startswith(("$", "@")):
        return None
    return words[0].lower()


def _headed(lines: Sequence[str]) -> int:
    """All up to the SOA, which BIND wants first; then the records of the zone itself.

    A line that begins with a blank is one more of them. An origin after the SOA is of names below.
    """
    soa = next((number for number, line in enumerate(lines) if SERIAL.fullmatch(line)), -1)
    own = takewhile(lambda line: line.startswith(OWN), lines[soa + 1 :])
    return soa + 1 + sum(1 for _ in own)


def _spell(subject: str) -> str:
    """The name. Raises `DriverRefused` for what a policy zone reads as a rule on addresses."""
    name = host_name(subject)
    if name.rpartition(".")[2].startswith("rpz-"):
        raise DriverRefused(f"name: expected a host name, found a trigger of RPZ, {name[:80]!r}")
    return name


def _renewed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines with the next serial (RFC 1982). Raises `Unavailable` where none is found."""
    soa = [number for number, line in enumerate(lines) if SERIAL.fullmatch(line)]
    if len(soa) != 1:
        raise Unavailable("zone file: expected one SOA, whole on one line that begins with @")
    match = SERIAL.fullmatch(lines[soa[0]])
    assert match is not None  # noqa: S101 - it was found above
    serial = (int(match[2]) + 1) % (1 << 32) or 1
    renewed = f"{match[1]}{serial}{match[3]}"
    return (*lines[: soa[0]], renewed, *lines[soa[0] + 1 :])


class RpzDriver(MapDriver):
    """One zone file; `ask` is a resolver on this machine that reads it."""

    able = ABLE
    form = RowFormat(head=HEAD, spell=_spell, write=_line, key=_key, headed=_headed, renew=_renewed)
    note = "only those who ask these resolvers find no address"

    @property
    def asks(self) -> bool:
        """Whether there is a resolver to ask."""
        return "ask" in self.context.options

    def subject(self, action: Action) -> str:
        """The name, in ASCII and lower case."""
        return _spell(action.scope.name or "")

    def ask(self, row: MapRow) -> str:
        """Whether the resolver answers with this action's record."""
        host, port = address_and_port(self.context.options["ask"])
        query = dns.message.make_query(row.subject, dns.rdatatype.TXT)
        try:
            answer = dns.query.tcp(query, host, port=port, timeout=PATIENCE)
        except (OSError, dns.exception.DNSException) as error:
            raise Unavailable(f"the resolver does not answer: {type(error).__name__}") from error
        texts = [
            b"".join(data.strings).decode("ascii", "replace")
            for rrset in answer.answer
            if rrset.rdtype == dns.rdatatype.TXT
            for data in rrset
        ]
        if f"aupkeep {row.action}" in texts:
            return ""
        said = texts[0][:60] if texts else dns.rcode.to_text(answer.rcode())
        return f"{row.subject}: expected the record of action {row.action}, found {said}"


DRIVER = DriverPlugin(
    able=ABLE, make=RpzDriver, options={**OPTIONS, "ask": SERVER}, system=("map",)
)
