"""OpenPhish, and lists like it: a phishing URL a line, without a time."""

from collections.abc import Iterator

from aupkeep.intake.feed import HOUR, LIKELY, Copy, Feed, Item, Options, Told
from aupkeep.intake.formats.list_rows import lines


def parse(copy: Copy, options: Options) -> Iterator[Told]:
    """Each URL."""
    del options
    for number, line in lines(copy.text, ("#",)):
        yield Item(number, line, "content/phishing", line, confidence=LIKELY)


FEED = Feed(
    name="openphish",
    version=1,
    title="OpenPhish",
    origin="openphish",
    terms="OpenPhish: the community feed is for non-commercial use; https://openphish.com/terms.html",
    parse=parse,
    urls=("https://openphish.com/feed.txt",),
    every=12 * HOUR,
)
