"""blocklist.de: addresses that attacked its reporters in the last 48 hours, a list a service."""

from collections.abc import Iterator

from aupkeep.intake.feed import (
    LIKELY,
    Feed,
    FetchedList,
    ListedItem,
    Options,
    ParsedRow,
    one_for_each,
)
from aupkeep.intake.formats.list_rows import lines

LOGIN, BLOCKED = "connection/login_attack", "reputation/blocklist"
KINDS = {
    "ssh": LOGIN,
    "mail": LOGIN,
    "imap": LOGIN,
    "ftp": LOGIN,
    "sip": LOGIN,
    "bruteforcelogin": LOGIN,
    "apache": "connection/vulnerability_scan",
    "bots": "connection/infected_host",
    "strongips": BLOCKED,
}  # as https://www.blocklist.de/en/export.html describes its lists
PORTS = {"ssh": "22", "mail": "25", "imap": "143", "ftp": "21", "sip": "5060"}


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each address, of the kind of its list; a list of another name is a blocklist."""
    del options
    service = copy.name.partition(".")[0]
    kind = KINDS.get(service, BLOCKED)
    port = PORTS.get(service, "")
    for number, line in lines(copy.text):
        yield ListedItem(number, line, kind, line, target_port=port, confidence=LIKELY)


FEED = Feed(
    name="blocklist-de",
    version=1,
    title="blocklist.de",
    origin="blocklist.de",
    terms="blocklist.de: free to use; register as a provider to get the reports with log lines",
    parse=parse,
    options={"lists": tuple(KINDS)},
    plan=one_for_each("lists", "https://lists.blocklist.de/lists/{}.txt"),
)
