"""Asks what others see of this install, where it has a domain of its own and looks names up."""

from functools import partial
from urllib.parse import urljoin, urlsplit

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.pages.doctor.mail_names import senders_names
from aupkeep.app.pages.doctor.outside import contacts_check, mx_check, security_txt_check
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.http_client import MOVED, Fetcher
from aupkeep.model.errors import Unavailable
from aupkeep.store import inventory

LIMITS = FetchLimits(size=1 << 20, unpacked=1 << 20, seconds=10.0, idle=5.0)
MOST_HOPS = 4  # a redirector names the registry's own server (RFC 7480 section 5.2)
ANSWERS = frozenset({200, *MOVED})
ASKED = {"Accept": "application/rdap+json, application/json, text/plain"}


def outside_checks(context: AppContext) -> tuple[DoctorCheck, ...]:
    """The checks; none for the sample's domain, nor where the settings look nothing up."""
    settings = context.settings
    lookup, senders = resolver(settings.mail.nameservers), settings.senders
    names = senders_names(senders, lookup)
    if lookup is None or settings.mail.sender.lower().endswith(".example"):
        return names
    own = [space.prefix for space in inventory.own_space()]
    ask = partial(_fetched, context)
    return (
        *names,
        *mx_check(senders, own, lookup, mailboxes=len(settings.mail.mailboxes)),
        *contacts_check(own, senders, settings.inventory.rdap, ask),
        *security_txt_check(settings.provider.url, ask, context.now()),
    )


def _fetched(context: AppContext, url: str) -> bytes:
    """The body at an address, by HTTPS from hop to hop. Raises `Unavailable`."""
    feeds = context.settings.feeds
    named = urlsplit(url).hostname or ""
    for _ in range(MOST_HOPS):
        fetcher = Fetcher(
            limits=LIMITS,
            agent=f"aupkeep/{__version__} (+mailto:{context.settings.mail.sender})",
            inside=(named,),  # the operator named it; where it sends us is outside
            ca_file=str(context.home.path / feeds.ca_file) if feeds.ca_file else "",
            answers=ANSWERS,
        )
        answer = fetcher.fetch(FeedRequest("doctor", url, headers=ASKED))
        if answer.status not in MOVED:
            return answer.data or b""
        url = urljoin(url, answer.location)
        if urlsplit(url).scheme != "https":
            break
    raise Unavailable(f"{url}: expected an answer, found a redirect")
