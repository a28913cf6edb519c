"""What a feed is: one module in `feeds/` with one constant, FEED, found by itself.

    FEED = Feed(name="feodo", version=1, title="Feodo Tracker", origin="abuse.ch", …, parse=parse)

A feed names what is fetched and when, and reads what came. It opens no socket and reads no clock:
`plan` and `follow` say which requests to make, `questions` what to ask of the DNS, and `parse`
turns one fetched copy into items. `lists.fetch` and `lists.dnsbl_client` do the rest at the edge.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from aupkeep.intake.parser import Remark
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address
from aupkeep.plugins import plugins

HOUR = 3600
DAY = 86_400
MEBI = 1 << 20
SURE, LIKELY, VAGUE = 0.9, 0.7, 0.5  # confidence: observed by the list's maker, gathered, resold
PLACE = re.compile(r"\{([a-z_]+)\}")
Options = Mapping[str, Any]
"""One subscription's values, of the types of `Feed.options` (`feed_client.subscription`)."""


class ListedItem(NamedTuple):
    """One row of a list, as text and unchecked, so that a million of them cost little.

    `where` is what the row lists: an address, a prefix, a URL or a domain; `text` the row itself.
    `at` is when it was last seen doing it and `since` when first, as the list writes them, in UTC
    where no zone is said. `address` is where a URL or domain lived, if the list says so. `role` and
    `rsit` default to those of the kind. `finding` replaces all of it where a feed has a reader of
    its own; its `source` and `maker` are set by the intake.
    """

    row: int
    where: str
    kind: str
    text: str = ""
    at: str = ""
    since: str = ""
    role: Role | None = None
    rsit: str = ""
    address: str = ""
    port: str = ""
    transport: str | None = None
    target_port: str = ""
    events: int = 1
    confidence: float = LIKELY
    details: Mapping[str, str] | None = None
    finding: Finding | None = None


ParsedRow = ListedItem | RejectedRow | Remark


class FetchedList(NamedTuple):
    """One fetched list: `name` tells the lists of one feed apart, `data` is unpacked."""

    name: str
    data: bytes

    @property
    def text(self) -> str:
        """The list as text with line feeds; a broken byte shows as the replacement character."""
        text = self.data.decode("utf-8-sig", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class FeedRequest(NamedTuple):
    """One request: `name` is the copy's name; what `headers` and `url` hold is never logged.

    `shown` is the address without secrets, for people and logs; "" = `url` holds none.
    """

    name: str
    url: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = {}
    shown: str = ""


class DnsblQuestion(NamedTuple):
    """One question to the DNS: is `address` in `zone`? `name` is what to look up."""

    name: str
    zone: str
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchContext:
    """What a plan may know: the options, the API key or "", the time, and the copies kept so far.

    `kept` holds the names of copies fetched before and still kept, newest last.
    """

    options: Options
    key: str
    now: datetime
    kept: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one fetch may take: bytes on the wire and unpacked, seconds in all and between bytes."""

    size: int = 32 * MEBI
    unpacked: int = 64 * MEBI
    seconds: float = 120.0
    idle: float = 20.0
    requests: int = 40  # of one fetch, those that `follow` adds included


def _nothing_more(
    request: FeedRequest, data: bytes, context: FetchContext
) -> Sequence[FeedRequest]:
    """Most feeds ask once."""
    del request, data, context
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed. `parse` is pure and raises only `Unreadable`, when a copy is no such list at all.

    `origin` is who observed it: feeds of one origin, also resold, count as one source. `terms` says
    in a sentence who may use it. `urls` may hold `{option}`; `{key}` is the API key, and then never
    shown. `key_header` is the header that carries the key otherwise; `needs` are options, or "key",
    without which the feed cannot run. `options` gives each option its default, and by it its type.
    An item that stands in the list is told once; where rows carry the time of the event itself,
    `again` is after how many seconds of it an item is told anew, None = never while it stands.
    `plan` overrules `urls`; `follow` adds requests by what an answer says; a `listing` answer is
    only followed, never parsed. `questions` makes it a feed that asks the DNS. A list `of_others`
    says whom ours should not call: that one of ours stands in it is counted, and nobody is told.
    """

    name: str
    version: int
    title: str
    origin: str
    terms: str
    parse: Callable[[FetchedList, Options], Iterator[ParsedRow]]
    urls: tuple[str, ...] = ()
    every: int = HOUR
    again: float | None = None
    options: Options = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    key_header: str = ""
    limits: FetchLimits = FetchLimits()
    plan: Callable[[FetchContext], Sequence[FeedRequest]] | None = None
    follow: Callable[[FeedRequest, bytes, FetchContext], Sequence[FeedRequest]] = _nothing_more
    listing: Callable[[FeedRequest], bool] = lambda _: False
    questions: Callable[[Sequence[Address], Options], Iterator[DnsblQuestion]] | None = None
    of_others: bool = False

    @property
    def maker(self) -> str:
        """Name and version, as a finding carries it."""
        return f"{self.name}/{self.version}"

    def requests(self, context: FetchContext, urls: Sequence[str] = ()) -> list[FeedRequest]:
        """What to ask first; `urls` stand in for the feed's own where the operator gives some.

        Each has a name of its own. Raises `Invalid` for an option the addresses need and lack.
        """
        headers = {self.key_header: context.key} if self.key_header and context.key else {}
        if self.plan is not None and not urls:
            requests = list(self.plan(context))
        else:
            requests = [get_request(template, context, headers) for template in urls or self.urls]
        used: dict[str, int] = {}
        named = []
        for request in requests:
            used[request.name] = used.get(request.name, 0) + 1
            again = used[request.name] > 1
            named.append(
                request._replace(name=f"{request.name}-{used[request.name]}") if again else request
            )
        return named


def get_request(
    template: str, context: FetchContext, headers: Mapping[str, str] | None = None
) -> FeedRequest:
    """A GET of an address with `{option}` and `{key}` filled in; named after its last part.

    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> context = FetchContext(options={"list": "ssh"}, key="", now=day)
    >>> get_request("https://feeds.example/{list}.txt", context).name
    'ssh.txt'
    """
    shown = _filled(template, {**context.options, "key": "…"})
    url = _filled(template, {**context.options, "key": context.key})
    name = shown.partition("?")[0].rstrip("/").rpartition("/")[2] or shown
    return FeedRequest(name, url, headers=headers or {}, shown=shown)


def one_for_each(option: str, template: str) -> Callable[[FetchContext], list[FeedRequest]]:
    """A feed's `plan`: one GET for each value of an option, whose place in the address is `{}`."""
    return lambda context: [
        get_request(template.format(value), context) for value in context.options[option]
    ]


def _filled(template: str, values: Mapping[str, Any]) -> str:
    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not isinstance(value, str) or not value:
            raise Invalid(f"{template}: expected the option {match[1]!r}, found none")
        return value

    return PLACE.sub(fill, template)


@cache
def feeds() -> dict[str, Feed]:
    """All feeds, own and installed, by name."""
    installed: dict[str, Feed] = plugins("aupkeep.intake.feeds", "FEED")
    return installed
