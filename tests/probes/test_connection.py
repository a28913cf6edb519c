"""Questions over loopback: bounded in time and size, from the address that was named."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from aupkeep.model.errors import Unavailable
from aupkeep.model.probe import ProbeTarget
from aupkeep.probes import connection
from aupkeep.probes.connection import MOST, PATIENCE, NetworkMeans
from aupkeep.probes.probe import Knock

pytestmark = pytest.mark.network
HERE, SOURCE = ip_address("127.0.0.1"), ip_address("127.0.0.53")


def means():
    """What one question can ask."""
    return NetworkMeans([SOURCE], "Aupkeep-probe (+https://provider.example)")


@contextmanager
def server(answer, kind=socket.SOCK_STREAM):
    """One peer that is answered once; its port, and what it was asked and from where."""
    heard = []
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            listener.listen()
        listener.settimeout(5)

        def run() -> None:
            if kind == socket.SOCK_DGRAM:
                data, peer = listener.recvfrom(2000)
                heard.append((data, peer[0]))
                for piece in answer:
                    listener.sendto(piece, peer)
                return
            peer, address = listener.accept()
            with peer:
                peer.settimeout(5)
                heard.append((peer.recv(5000), address[0]))
                try:
                    for piece in answer:
                        peer.sendall(piece)
                except OSError:
                    pass

        thread = threading.Thread(target=run)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join(5)


def page_at(answer, path="/x?y=1"):
    """What is seen of a page, and what its server heard."""
    with server(answer) as (port, heard):
        url = f"http://shop.example:{port}{path}"
        target = ProbeTarget(probe="web-page", address=HERE, port=port, url=url)
        return means().page(target, url), heard


def test_a_port_is_open_or_not():
    """Nothing is sent; a closed one refuses."""
    with server([b""]) as (port, heard):
        assert means().connect(HERE, port) is Knock.ACCEPTED
    assert heard == [(b"", "127.0.0.53")]
    assert means().connect(HERE, port) is Knock.REFUSED


def test_a_page_is_asked_at_the_case_s_address_by_its_name():
    """From the named address, with who asks; the name is looked up nowhere."""
    seen, heard = page_at([b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", b"secret " * 10])
    assert (seen.status, seen.size, seen.location) == (200, 70, None)
    request, source = heard[0]
    assert source == "127.0.0.53"
    assert request.startswith(b"GET /x?y=1 HTTP/1.1\r\nHost: shop.example:")
    assert b"\r\nUser-Agent: Aupkeep-probe (+https://provider.example)\r\n" in request


def test_a_page_without_an_end_is_read_to_the_limit():
    """No more than 64 KiB is taken."""
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    seen, _ = page_at([head, *[b"x" * 65_536] * 4])
    assert seen.size == MOST - len(head)


def test_a_page_that_comes_drop_by_drop_ends_in_time(monkeypatch):
    """All of it has one deadline, not each read its own."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    hold = threading.Event()

    def drops() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        hold.wait(1.5)

    seen, _ = page_at(drops())
    hold.set()
    assert (seen.knock, seen.status) == (Knock.ACCEPTED, 200)


def test_where_a_page_sends_is_told():
    """The head alone is read for it."""
    seen, _ = page_at([b"HTTP/1.1 302 Found\r\nLocation: http://victim.example/a\r\n\r\n"])
    assert (seen.status, seen.location) == (302, "http://victim.example/a")


def test_no_line_is_added_by_a_page_s_address():
    """Line breaks and blanks in a path are encoded."""
    _, heard = page_at([b"HTTP/1.1 200 OK\r\n\r\n"], path="/a b\x0bX-Y:ø")
    assert b"GET /a%20b%0BX-Y:%C3%B8 HTTP/1.1\r\n" in heard[0][0]


def test_datagrams_are_counted_with_what_follows():
    """The first is given, all are counted; nothing listening is refused."""
    with server([b"one", b"two2"], socket.SOCK_DGRAM) as (port, heard):
        seen = means().datagram(HERE, port, b"ask")
    assert (seen.knock, seen.data, seen.size) == (Knock.ACCEPTED, b"one", 7)
    assert heard == [(b"ask", "127.0.0.53")]
    assert means().datagram(HERE, port, b"ask").knock is Knock.REFUSED


def test_without_an_address_of_that_version_nothing_is_sent():
    """A source is named for each IP version."""
    with pytest.raises(Unavailable, match=r"\[probes\] source: expected an IPv6"):
        means().connect(ip_address("2001:db8::1"), 22)


def test_a_question_has_one_end_however_often_it_asks(monkeypatch):
    """What a redirect leads to has what is left of the same three seconds."""
    passed = [0.0]
    monkeypatch.setattr(connection, "monotonic", lambda: passed[0])
    one = means()
    with server([b"HTTP/1.1 301 Moved\r\n\r\n"]) as (port, _):
        url = f"http://shop.example:{port}/"
        target = ProbeTarget(probe="web-page", address=HERE, port=port, url=url)
        assert one.page(target, url).status == 301
    with server([b"HTTP/1.1 200 OK\r\n\r\n"]) as (port, _):
        passed[0] = PATIENCE + 0.1
        target = ProbeTarget(probe="web-page", address=HERE, port=port, url=url)
        assert one.page(target, f"http://shop.example:{port}/").knock is Knock.SILENT
        passed[0] = 0.0
        assert means().connect(HERE, port) is Knock.ACCEPTED
