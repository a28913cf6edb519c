"""CINS Army list of Sentinel: addresses of poor reputation, one a line, without a time."""

from aupkeep.intake.feed import HOUR, VAGUE, Feed
from aupkeep.intake.feeds.list import OPTIONS, plain

FEED = Feed(
    name="cins",
    version=1,
    title="CINS Army list",
    origin="sentinel-ips",
    terms="Sentinel IPS: free for non-commercial use, see https://cinsscore.com/",
    parse=plain,
    urls=("https://cinsscore.com/list/ci-badguys.txt",),
    options={name: OPTIONS[name] for name in ("kind", "rsit", "role")} | {"confidence": VAGUE},
    every=6 * HOUR,
)
