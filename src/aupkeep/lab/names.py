"""A name server for the lab: answers TXT, A and AAAA from a table, on loopback, over UDP.

The desk asks it as it would ask any resolver, so DKIM and SPF are really evaluated.
"""

import socket
import threading
from collections.abc import Mapping

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

MAX_DATAGRAM = 4096
TTL = 60


class NameServer:
    """`records` maps (lower-case name without final dot, type) to values in zone-file form."""

    def __init__(self, records: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        """Bind a free loopback port; `port` tells which."""
        self._records = dict(records)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="names", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._socket.recvfrom(MAX_DATAGRAM)
            except OSError:
                return
            answer = self._answer(data)
            if answer is not None:
                self._socket.sendto(answer, peer)

    def _answer(self, data: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA | dns.flags.RA
        for question in query.question:
            kind = dns.rdatatype.to_text(question.rdtype)
            name = question.name.to_text(omit_final_dot=True).lower()
            values = self._records.get((name, kind))
            if values:
                reply.answer.append(dns.rrset.from_text(question.name, TTL, "IN", kind, *values))
            elif not any(known == name for known, _ in self._records):
                reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()

    def close(self) -> None:
        """Stop answering."""
        self._socket.close()
