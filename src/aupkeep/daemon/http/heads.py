"""The head of a request: how large it may be, and for which host it is (RFC 9112).

h11 has parsed it. What is refused here never reached a thread, and is told in the server's own
words.
"""

import h11

from aupkeep.daemon.http.gateway import Head, split_target

MOST_HEAD = 32 * 1024  # bytes, in however many pieces they come
MOST_TARGET = 8000  # bytes, which RFC 9112 section 3 asks for at least
MOST_LINES = 100  # header lines; browsers send some twenty
METHODS = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"))


class RefusedRequest(Exception):
    """The request cannot be served; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def too_long(begun: bytes) -> int:
    r"""The status for the beginning of a head that is too long: its first line, or its headers.

    >>> too_long(b"GET /" + b"x" * 9000), too_long(b"GET / HTTP/1.1\r\nX: ")
    (414, 431)
    """
    return 431 if b"\n" in begun[:MOST_TARGET] else 414


def read_head(event: h11.Request, size: int, place: tuple[str, str, int]) -> Head:
    """The head of `size` bytes; `place` is the peer, and where we listen.

    Raises `RefusedRequest`: 414, 431, 501, 505, and 400 for a target without a host of its own, for
    a body whose length is told in two ways (RFC 9112 section 6.3), and for one that an HTTP/1.0
    sender codes (section 6.1).
    """
    if len(event.target) > MOST_TARGET:
        raise RefusedRequest(414)
    if size > MOST_HEAD or len(event.headers) > MOST_LINES:
        raise RefusedRequest(431)
    if event.http_version not in {b"1.0", b"1.1"}:
        raise RefusedRequest(505)
    if event.method not in METHODS:
        raise RefusedRequest(501)
    names = [name for name, _ in event.headers]
    target = split_target(event.target)
    coded = b"transfer-encoding" in names
    if target is None or (coded and (b"content-length" in names or event.http_version == b"1.0")):
        raise RefusedRequest(400)
    path, query, authority = target
    headers = list(event.headers)
    if authority:  # it outweighs what Host says (RFC 9112 section 3.2.2)
        headers = [pair for pair in headers if pair[0] != b"host"]
        headers.append((b"host", authority.encode("latin-1")))
    return Head(event.method.decode("ascii"), path, query, headers, *place)
