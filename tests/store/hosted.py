"""A record of a host name with every field set."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aupkeep.model.hosted_name import HostedName

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOSTED_NAME = HostedName(
    id="n1",
    site="oslo",
    name="shop.example",
    address=ip_address("192.0.2.7"),
    customer="c1",
    resource="shop",
    start=NOW,
    end=NOW + timedelta(days=1),
    known_from=NOW,
    known_until=NOW + timedelta(days=1),
)
