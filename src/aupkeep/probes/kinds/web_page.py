"""Is the page still there? One GET at the address of the case; what it shows is not looked at."""

from urllib.parse import urljoin, urlsplit

from aupkeep.model.case import Claim
from aupkeep.model.probe import ProbeOutcome, ProbeTarget
from aupkeep.probes.probe import Knock, PageAnswer, Probe, ProbeAnswer, ProbeMeans, silence

DEFAULT = {"http": 80, "https": 443}
CONTENT = ("content/", "copyright/", "infrastructure/botnet")
GONE = (404, 410, 451)  # RFC 9110 sections 15.5.5 and 15.5.11, RFC 7725
MOVED = (301, 302, 303, 307, 308)  # RFC 9110 section 15.4


def aims(claim: Claim) -> ProbeTarget | None:
    """A page that is the harm itself, where the claim says at which address."""
    subject = claim.finding.subject
    if subject.address is None or subject.url is None:
        return None
    port = _port(subject.url)
    if port is None or not claim.finding.kind.startswith(CONTENT):
        return None
    return ProbeTarget(
        probe="web-page",
        address=subject.address,
        port=port,
        protocol="tcp",
        url=subject.url,
        claim=claim.id,
    )


def _port(url: str) -> int | None:
    """The port of a web page that can be asked for, None for anything else."""
    try:
        split = urlsplit(url)
        port = split.port or DEFAULT.get(split.scheme)
    except ValueError:
        return None
    return port if split.hostname and split.username is None else None


def ask(target: ProbeTarget, means: ProbeMeans) -> ProbeAnswer:
    """2xx: it is there. A redirect is followed to the same page by https, and nowhere else."""
    url = target.url or ""
    answer = means.page(target, url)
    if answer.status in MOVED and answer.location is not None:
        there = urljoin(url, answer.location)
        if not _same_page(url, there):
            text = f"the page answers {answer.status} and sends elsewhere; that was not followed"
            return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)
        answer = means.page(target, there)
    return _judged(answer)


def _same_page(url: str, there: str) -> bool:
    """Whether a redirect goes from http to https, and is the same host, path and query."""
    try:
        old, new = urlsplit(url), urlsplit(there)
        ports = old.port in (None, 80) and new.port in (None, 443)
    except ValueError:
        return False
    same = (old.hostname, old.path or "/", old.query) == (new.hostname, new.path or "/", new.query)
    return ports and same and (old.scheme, new.scheme) == ("http", "https")


def _judged(answer: PageAnswer) -> ProbeAnswer:
    if answer.knock is Knock.SILENT:
        return silence("the web server did not answer")
    if answer.knock is Knock.REFUSED:
        return ProbeAnswer(outcome=ProbeOutcome.GONE, text="the web server refused a connection")
    if answer.status is None:
        return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text="what came back is no web page")
    text = f"the page answers {answer.status}"
    if answer.status in GONE:
        return ProbeAnswer(outcome=ProbeOutcome.GONE, text=text)
    if answer.status // 100 == 2:  # noqa: PLR2004 - RFC 9110 section 15.3, successful
        text = f"{text}, {answer.size} bytes; what it shows was not looked at"
        return ProbeAnswer(outcome=ProbeOutcome.THERE, text=text)
    return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)


PROBE = Probe(
    name="web-page",
    version=1,
    says="Is the page still there?",
    most="two GET requests, of which 64 KiB are read and nothing is kept",
    aims=aims,
    ask=ask,
)
