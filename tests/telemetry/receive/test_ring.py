"""Datagrams off real sockets, on loopback."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from aupkeep.telemetry.receive.listener import Listener, drop_counter, listen, wait
from aupkeep.telemetry.receive.listener import _from_table as table_counter
from aupkeep.telemetry.receive.ring import Ring

pytestmark = pytest.mark.network
HOSTS = ("127.0.0.1", "::1")


@pytest.fixture(params=HOSTS)
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    try:
        made = listen(request.param, 0, buffer=1 << 18)
    except OSError:
        pytest.skip(f"this machine has no {request.param}")
    yield made
    made.close()


def send(listener: Listener, *datagrams: bytes) -> None:
    with closing(socket.socket(listener.socket.family, socket.SOCK_DGRAM)) as made:
        for datagram in datagrams:
            made.sendto(datagram, (listener.host, listener.port))


def test_datagrams_come_in_order_and_whole(listener: Listener):
    sent = [b"first", b"", b"x" * 60000]
    send(listener, *sent)
    batch = Ring().read(listener.socket.fileno())
    assert [batch.datagram(index, 7).data for index in range(batch.size)] == sent


def test_the_sender_is_known(listener: Listener):
    send(listener, b"one")
    assert str(Ring().read(listener.socket.fileno()).sender(0)) == listener.host


def test_a_ring_takes_no_more_than_it_has_slots(listener: Listener):
    send(listener, *[b"%d" % number for number in range(5)])
    ring = Ring(slots=3)
    counts = [ring.read(listener.socket.fileno()).size for _ in range(3)]
    assert counts == [3, 2, 0]


def test_waiting_names_the_socket_that_has_datagrams(listener: Listener):
    assert wait([listener], 0) == []
    send(listener, b"one")
    assert wait([listener], 1000) == [listener]


def test_what_the_kernel_drops_is_counted_to_the_last_one(listener: Listener):
    send(listener, *[bytes(1400)] * 1000)
    ring = Ring()
    taken = sum(iter(lambda: ring.read(listener.socket.fileno()).size, 0))
    assert taken + listener.count_drops() == 1000
    assert taken < 1000
    assert listener.count_drops() == 0
    assert listener.dropped == 1000 - taken


def test_both_places_the_kernel_tells_drops_agree(listener: Listener):
    send(listener, *[bytes(1400)] * 1000)
    assert drop_counter(listener.socket) == table_counter(listener.socket.fileno()) > 0
