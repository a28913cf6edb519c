"""OpenPhish, and lists like it: a phishing URL a line, without a time."""

from collections.abc import Iterator

from aupkeep.intake.feed import HOUR, LIKELY, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import lines


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each URL."""
    del options
    for number, line in lines(copy.text, ("#",)):
        yield ListedItem(number, line, "content/phishing", line, confidence=LIKELY)


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
