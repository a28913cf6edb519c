"""The collector over loopback: what is sent is a row, or is counted."""

import socket
from contextlib import closing
from ipaddress import ip_address

import pytest

from aupkeep.telemetry.receive.collector import Collector
from aupkeep.telemetry.receive.listener import wait
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.wire.decoder import Decoder
from aupkeep.telemetry.wire.template_store import Templates
from telemetry.wire.exports import a_set, message, netflow5, record5, template

pytestmark = pytest.mark.network
HERE, ELSEWHERE = ip_address("127.0.0.1"), ip_address("192.0.2.1")
FLOW = ((8, 4), (12, 4), (2, 4))
NOW = 1_772_366_401_000


def collector(allowed=(HERE,), *, places=(("127.0.0.1", 0),), templates=None, buffer=1 << 20):
    decoder = Decoder(Exporters(), templates or Templates())
    return closing(Collector(places, allowed, decoder, clock=lambda: NOW, buffer=buffer))


def send(hears, *datagrams: bytes, which=0):
    listener = hears.listeners[which]
    with closing(socket.socket(listener.socket.family, socket.SOCK_DGRAM)) as made:
        for datagram in datagrams:
            made.sendto(datagram, (listener.host, listener.port))


def test_flows_of_a_listed_exporter_become_rows():
    with collector() as hears:
        send(hears, netflow5(record5(1, 2), record5(3, 4)), netflow5(record5(5, 6), sequence=2))
        assert hears.receive(1000)["src_lo"].tolist() == [1, 3, 5]
        assert str(hears.exporters.addresses[0]) == "127.0.0.1"


def test_nothing_sent_is_no_rows():
    with collector() as hears:
        assert len(hears.receive(0)) == 0


def test_who_is_not_listed_is_refused_and_named():
    with collector([ELSEWHERE]) as hears:
        send(hears, netflow5(record5(1, 2)), b"anything")
        assert len(hears.receive(1000)) == 0
        assert [(str(one.sender), one.datagrams) for one in hears.refused] == [("127.0.0.1", 2)]
        assert hears.statuses()[ELSEWHERE].datagrams == 0


def test_without_a_list_whoever_sends_is_heard():
    with collector(None) as hears:
        send(hears, netflow5(record5(1, 2)))
        assert len(hears.receive(1000)) == 1


def test_an_exporter_may_be_listed_later():
    with collector([ELSEWHERE]) as hears:
        hears.allow([HERE])
        send(hears, netflow5(record5(1, 2)))
        assert len(hears.receive(1000)) == 1


def test_an_exporter_that_is_listed_no_more_is_refused():
    with collector() as hears:
        hears.allow([ELSEWHERE])
        send(hears, netflow5(record5(1, 2)))
        assert len(hears.receive(1000)) == 0


def test_what_is_missing_is_told_by_the_numbers():
    with collector() as hears:
        numbers = (0, 1, 2, 5, 6, 4)  # 3 is lost; 4 came late
        send(hears, *(netflow5(record5(1, 2), sequence=number) for number in numbers))
        hears.receive(1000)
        statuses = hears.statuses()[HERE]
        assert (statuses.lost, statuses.reordered) == (1, 1)
        assert (statuses.datagrams, statuses.records) == (6, 6)


def test_every_datagram_is_a_row_or_was_dropped_by_the_kernel():
    """Nobody takes anything while a thousand are sent to a buffer that holds fewer."""
    with collector(buffer=1 << 16) as hears:
        send(hears, *(netflow5(record5(1, 2), sequence=number) for number in range(1000)))
        assert drained(hears) + hears.drops() == 1000
        assert hears.drops() > 0


def drained(hears):
    taken = 0
    while wait(hears.listeners, 0):
        taken += len(hears.receive(0))
    return taken


def test_data_before_its_template_is_kept():
    with collector() as hears:
        body = a_set(256, bytes(range(12)))
        send(hears, message(9, body), message(9, template(9, 256, FLOW), sequence=1))
        assert len(hears.receive(1000)) == 1


def test_templates_of_the_last_run_are_known():
    with collector() as first:
        send(first, message(10, template(10, 256, FLOW)))
        first.receive(1000)
        kept = first.decoder.templates.to_json()
    templates = Templates()
    templates.restore(kept)
    with collector(templates=templates) as second:
        send(second, *(message(10, a_set(256, bytes(12)), sequence=number) for number in range(3)))
        assert len(second.receive(1000)) == 3
        assert second.statuses()[HERE].general == 1  # the first of a stream begins it


def test_a_template_that_is_withdrawn_is_the_kernels_no_more():
    with collector() as hears:
        body = a_set(256, bytes(12))
        withdrawn = a_set(2, bytes.fromhex("01000000"))
        send(hears, message(10, template(10, 256, FLOW)), message(10, body),
             message(10, withdrawn, sequence=1), message(10, body, sequence=1))  # fmt: skip
        assert len(hears.receive(1000)) == 1
        assert hears.statuses()[HERE].templates == 0


def test_both_families_are_heard_at_once():
    try:
        opened = collector([HERE, ip_address("::1")], places=[("127.0.0.1", 0), ("::1", 0)])
    except OSError:
        pytest.skip("this machine has no ::1")
    with opened as hears:
        for which in (0, 1):
            send(hears, netflow5(record5(which + 1, 2)), which=which)
        found = [*hears.receive(1000)["src_lo"], *hears.receive(100)["src_lo"]]
        assert sorted(found) == [1, 2]


def test_kernel_drops_are_the_exporters_where_nobody_else_is_heard():
    with collector(buffer=1 << 16) as hears:
        send(hears, *(netflow5(record5(1, 2), sequence=number) for number in range(1000)))
        taken = drained(hears)
        send(hears, netflow5(record5(1, 2), sequence=1000))
        taken += drained(hears)
        statuses = hears.statuses()[HERE]
        assert statuses.drops == statuses.lost == 1001 - taken > 0


def test_kernel_drops_of_a_shared_socket_are_nobodys():
    others = ip_address("127.0.0.2")
    with collector([HERE, others], buffer=1 << 16) as hears:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as made:
            made.bind(("127.0.0.2", 0))
            made.sendto(netflow5(record5(1, 2)), ("127.0.0.1", hears.listeners[0].port))
        send(hears, *(netflow5(record5(1, 2), sequence=number) for number in range(1000)))
        drained(hears)
        assert hears.statuses()[HERE].drops is None
        assert hears.drops() > 0


def test_an_address_that_is_not_ours_is_an_error():
    with pytest.raises(OSError, match="assign"):
        collector(places=[("127.0.0.1", 0), ("192.0.2.77", 2055)])
