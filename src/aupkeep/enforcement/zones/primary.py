"""A zone's primary: what a name has there, and changes that hold only if nothing else changed.

RFC 2136: one message is carried out whole or not at all, and its prerequisites are judged with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataset
import dns.rdatatype
import dns.tsigkeyring
import dns.update

from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.options import address_and_port
from aupkeep.model.errors import Unavailable

PATIENCE = 5.0  # seconds
TTL = 60  # seconds, of our own record
ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
TYPES = ("A", "AAAA", "CNAME", "HTTPS", "SVCB")  # by which a name leads somewhere
CHANGED = {dns.rcode.YXDOMAIN, dns.rcode.YXRRSET, dns.rcode.NXRRSET, dns.rcode.NXDOMAIN}
Records = tuple[tuple[str, int, tuple[str, ...]], ...]  # type, TTL in seconds, values as text


class ChangedMeanwhile(Unavailable):
    """A prerequisite did not hold: somebody else changed the name since it was read."""


class Primary:
    """One server; `zones` are those that it may change."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """The options were judged when the driver was opened."""
        self._server = address_and_port(options["server"])
        self._algorithm = dns.name.from_text(str(options.get("key_algorithm", ALGORITHMS[0])))
        self._keys = dns.tsigkeyring.from_text({options["key_name"]: options["key_secret"]})

    def records(self, name: str, kinds: Sequence[str] = TYPES) -> Records:
        """What the name has there of these types.

        Raises `PartAway` where its zone is not served there, `Unavailable`.
        """
        owner = dns.name.from_text(name)
        return tuple(
            (kind, rrset.ttl, tuple(sorted(data.to_text() for data in rrset)))
            for kind in kinds
            for rrset in self._asked(name, kind).answer
            if rrset.name == owner and rrset.rdtype == dns.rdatatype.from_text(kind)
        )

    def texts(self, name: str) -> set[str]:
        """The TXT records of the name."""
        return {text.strip('"') for _, _, texts in self.records(name, ("TXT",)) for text in texts}

    def exchange(
        self,
        zone: str,
        name: str,
        expected: Records | None,
        new: Records,
        marks: tuple[Iterable[str], Iterable[str]],
    ) -> None:
        """Put `new` in the place of `expected`, and the second marks in that of the first.

        For None the name itself must have nothing. Raises `ChangedMeanwhile` where it is otherwise
        by now, `Unavailable`.
        """
        update = dns.update.UpdateMessage(zone, keyring=self._keys, keyalgorithm=self._algorithm)
        owner = dns.name.from_text(name)
        if expected is None:
            update.absent(owner)
        for kind in TYPES if expected is not None else ():
            there = [records for records in expected or () if records[0] == kind]
            if there:
                update.present(owner, _rdataset((kind, 0, there[0][2])))  # RFC 2136 section 2.4.2
            else:
                update.absent(owner, kind)
        for kind, _, _ in expected or ():
            update.delete(owner, kind)
        for mark in marks[0]:
            update.delete(owner, "TXT", f'"{mark}"')
        for records in new:  # beside a TXT record no CNAME is taken
            update.add(owner, _rdataset(records))
        for mark in marks[1]:
            update.add(owner, TTL, "TXT", f'"{mark}"')
        code = self._sent(update).rcode()
        if code in CHANGED:
            raise ChangedMeanwhile(f"{name}: it was changed meanwhile; nothing was written")
        if code != dns.rcode.NOERROR:
            raise Unavailable(f"{name}: the primary answers {dns.rcode.to_text(code)}")

    def _asked(self, name: str, kind: str) -> dns.message.Message:
        query = dns.message.make_query(name, kind)
        query.flags &= ~dns.flags.RD
        answer = self._sent(query)
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            code = dns.rcode.to_text(answer.rcode())
            raise PartAway(f"{name}: the primary answers {code}")
        if not answer.flags & dns.flags.AA:
            raise PartAway(f"{name}: expected the zone's primary, found a server that is not")
        return answer

    def _sent(self, message: dns.message.Message) -> dns.message.Message:
        host, port = self._server
        try:
            return dns.query.tcp(message, host, port=port, timeout=PATIENCE)
        except (OSError, EOFError, dns.exception.DNSException) as error:
            raise Unavailable(f"the primary does not answer: {type(error).__name__}") from error


def _rdataset(records: tuple[str, int, tuple[str, ...]]) -> dns.rdataset.Rdataset:
    kind, ttl, texts = records
    return dns.rdataset.from_text("IN", kind, ttl, *texts)
