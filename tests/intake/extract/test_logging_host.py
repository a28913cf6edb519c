"""Whatever time a line begins with, the host that logged it is none of its peers."""

from itertools import product

import pytest

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.line_shape import shape_of

TIMES = [
    "2026-03-01 11:56:02",
    "2026-03-01 11:56:02 +0000",
    "2026-03-01 11:56:02 UTC",
    "2026-03-01 11:56:02,123",
    "2026-03-01 11:56:02.123456+00:00",
    "2026-03-01T11:56:02Z",
    "2026/03/01 11:56:02",
    "2026.03.01 11:56:02",
    "01/03/2026 11:56:02",
    "01.03.2026 11:56:02",
    "[01/Mar/2026:11:56:02 +0000]",
    "01 Mar 2026 11:56:02",
    "Sun, 01 Mar 2026 11:56:02 +0000",
    "Sun Mar  1 11:56:02 UTC 2026",
    "Mar  1 11:56:02",
    "Mar 1 2026 11:56:02",
    "20260301T115602Z",
    "260301 11:56:02",
    "1772366162.123",
    "<38>2026-03-01 11:56:02",
    "2026-03-01 11:56:02 auth.info",
    "@4000000069a40000deadbeef",
    "03/01-11:56:02.123456",
    "11:56:02",
]
HOSTS = ["203.0.113.10", "2001:db8::10"]
MESSAGES = [
    "sshd[1]: Failed password for root from {} port 4 ssh2",
    "sshd[1]: Invalid user admin from {}",
    "sshd[1]: Connection closed by {} port 44 [preauth]",
    "postfix/smtpd[9]: warning: unknown[{}]: SASL LOGIN authentication failed",
    "dovecot: imap-login: Disconnected (auth failed): user=<x>, rip={}, lip=10.0.0.1",
    "proftpd[9]: 10.0.0.1 ({0}[{0}]) - USER root: no such user found",
    "kernel: IN=eth0 SRC={} DST=10.0.0.1 PROTO=TCP SPT=44 DPT=22",
]
PEERS = ["198.51.100.9", "2001:db8:5::9"]


@pytest.mark.parametrize("time", TIMES)
def test_the_peer_is_found_and_the_host_is_not(time):
    for host, message, peer in product(HOSTS, MESSAGES, PEERS):
        line = f"{time} {host} {message.format(peer)}"
        spots = find_addresses(line)
        shape = shape_of(line, spots)
        weighed = [(w, str(spot.address)) for w, spot in zip(shape.weights, spots, strict=True)]
        assert max(weighed)[1] == peer, line
        assert max(weighed)[0] > 0, line
        assert weighed[0][0] <= 0, line


@pytest.mark.parametrize("line", ["2026-03-01 11:56:02 203.0.113.10 login failed for root"])
def test_an_address_before_no_program_is_weighed_as_before(line):
    assert shape_of(line, find_addresses(line)).weights[0] >= 0
