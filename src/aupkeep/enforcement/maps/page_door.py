"""Asks a web server on this machine for one page, as a visitor would, and reads what blocks it."""

import socket
from http.client import HTTPConnection, HTTPException

from aupkeep.config.tls import unchecked_context
from aupkeep.enforcement.maps.exact_url import PORTS, ExactUrl
from aupkeep.enforcement.options import address_and_port
from aupkeep.model.errors import Unavailable

HEADER = "Aupkeep-Action"  # in the answer of a blocked page, beside RFC 7725's Link
BLOCKED = 451  # RFC 7725 section 3
PATIENCE = 5.0  # seconds for a connection and an answer


class PageDoor:
    """One address of the server, for the pages of one scheme."""

    def __init__(self, value: object) -> None:
        """`options.DOOR` has judged it."""
        self._address = address_and_port(value)

    def action_at(self, page: ExactUrl) -> tuple[int, str]:
        """The status, and the action whose row blocks the page. Raises `Unavailable`."""
        connection = HTTPConnection(*self._address, timeout=PATIENCE)
        try:
            connection.sock = self._socket(page)
            connection.putrequest("HEAD", page.target, skip_host=True, skip_accept_encoding=True)
            usual = page.port == PORTS[page.scheme]
            connection.putheader("Host", page.host if usual else f"{page.host}:{page.port}")
            connection.putheader("User-Agent", "aupkeep")
            connection.endheaders()
            answer = connection.getresponse()
            action = answer.getheader(HEADER, "") if answer.status == BLOCKED else ""
            return answer.status, action[:100].encode("ascii", "backslashreplace").decode()
        except (OSError, HTTPException, ValueError) as error:
            why = error if isinstance(error, OSError) else type(error).__name__  # else its bytes
            raise Unavailable(f"the server does not answer for {page.host}: {why}") from error
        finally:
            connection.close()

    def _socket(self, page: ExactUrl) -> socket.socket:
        plain = socket.create_connection(self._address, timeout=PATIENCE)
        if page.scheme == "http":
            return plain
        context = unchecked_context()  # this machine: whoever serves the name has its key
        try:
            return context.wrap_socket(plain, server_hostname=page.host.strip("[]"))
        except OSError:
            plain.close()
            raise
