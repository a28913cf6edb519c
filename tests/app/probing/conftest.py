"""A desk that may probe, and a case about an open resolver."""

from datetime import timedelta

import pytest

from app.conftest import NOON, furnish, with_settings
from app.steps import post
from aupkeep.config.probes import ProbeSettings

LATELY = NOON - timedelta(minutes=5)


def probing(context, **chosen):
    """The same desk with other settings of probes."""
    wanted = ProbeSettings(source=("127.0.0.53",), **chosen)
    return with_settings(context, probes=wanted)


def open_service(address, port=53, transport="udp"):
    """A finding: a service of this address answers everybody."""
    return {
        "kind": "vulnerability/open_service", "address": address, "port": port, "at":
        LATELY.isoformat(), "role": "vulnerable", "transport": transport,
    }  # fmt: skip


@pytest.fixture
def desk(context):
    """Two customers, and probes from a named address."""
    return probing(furnish(context))


@pytest.fixture
def case(desk):
    """Alder's resolver answers everybody."""
    (case,) = post(desk, open_service("203.0.113.10"))
    return case
