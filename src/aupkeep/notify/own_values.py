"""What the accused may read of a finding: values that were read as theirs, in words of ours.

A line is built from typed values, never cut out of what a source sent, so that nothing of a
reporter or a victim can stand in it (invariant 10):

* when it was, or when we heard of it; how exact that is;
* the accused's own address, its port, the page or name of theirs that it is about;
* the service that was reached, by its well-known port; never whose it is;
* the kind, how many, and what our own detectors counted;
* of a mail they sent its Subject, Date and Message-ID, its recipients hidden by the reader.
"""

import base64
import binascii
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from urllib.parse import unquote, urlsplit

from aupkeep.model.finding import Finding
from aupkeep.model.moments import parse_moment
from aupkeep.model.taxonomy import PROTECTION
from aupkeep.notify import measurements, phrases
from aupkeep.notify.kind_names import named
from aupkeep.notify.phrases import Language

HIDDEN = "…"
# of a mail that was sent, these hide the recipients; what others tell beside a claim is a sender's
MAIL_READERS = frozenset({"arf", "reporter", "text", "x-arf", "xarf"})
SENT_SUBJECT, SENT_DATE, SENT_ID = "sent-subject", "sent-date", "sent-message-id"
OWN_PAGES = ("content/", "copyright/")  # kinds whose page is the accused's beside an address too
LONGEST_SEGMENT = 60  # characters of a piece of a path that is shown
SHORTEST_CODE = 8  # characters that may be a text in base64 or hex
SHORTEST_SECRET = 4
CODE = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
WORD = re.compile(r"[^\W_]+")
READABLE = re.compile(r"[\w.@ +'-]{5,}")
SPELLED_AT = re.compile(r"[(\[{] ?(?:at|alfakrøll) ?[)\]}]|_at_", re.IGNORECASE)
SERVICES = {
    20: "FTP", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 69: "TFTP", 80: "HTTP",
    110: "POP3", 111: "RPC", 123: "NTP", 135: "RPC", 137: "NetBIOS", 139: "NetBIOS", 143: "IMAP",
    161: "SNMP", 389: "LDAP", 443: "HTTPS", 445: "SMB", 465: "SMTP", 587: "SMTP", 636: "LDAP",
    873: "rsync", 990: "FTP", 993: "IMAP", 995: "POP3", 1080: "SOCKS", 1433: "SQL Server",
    1521: "Oracle", 1723: "PPTP", 1900: "SSDP", 2049: "NFS", 2375: "Docker", 3128: "proxy",
    3306: "MySQL", 3389: "RDP", 5060: "SIP", 5061: "SIP", 5432: "PostgreSQL", 5900: "VNC",
    6379: "Redis", 8080: "HTTP", 8443: "HTTPS", 9200: "Elasticsearch", 11211: "memcached",
    27017: "MongoDB",
}  # fmt: skip  # IANA service names; another port could be known to one operator alone


def own_subject(finding: Finding, secrets: Collection[str] = ()) -> str:
    """Whom a finding names, as its holder may read it; "" where no value is certainly theirs.

    Beside an address a page counts as theirs for kinds about content alone: for all others it may
    be what was attacked, and a name or account what was tried.
    """
    subject = finding.subject
    names_page = subject.address is None or finding.kind.startswith(OWN_PAGES)
    page = own_url(subject.url, secrets) if subject.url and names_page else ""
    if subject.address is not None:
        return f"{subject.address} ({page})" if page else str(subject.address)
    return page or subject.domain or subject.account or ""


def own_url(url: str, secrets: Collection[str] = ()) -> str:
    """A page without what may name a victim: user, query, fragment, pieces of the path that do.

    >>> own_url("https://shop.example/login/me@victim.example/x.php?u=someone")
    'https://shop.example/login/…/x.php?…'
    """
    try:
        split = urlsplit(url)
        port = f":{split.port}" if split.port else ""
        host = split.hostname or ""
    except ValueError:
        return ""
    if not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    segments = (_segment(segment, secrets) for segment in split.path.split("/"))
    return f"{split.scheme}://{host}{port}{'/'.join(segments)}{f'?{HIDDEN}' if split.query else ''}"


def _segment(segment: str, secrets: Collection[str]) -> str:
    """A piece of a path, hidden where it could be a person's address, a code or a secret."""
    plain = _unquoted(segment)
    odd = len(plain) > LONGEST_SEGMENT or not plain.isprintable() or SPELLED_AT.search(plain)
    if odd or any(sign in plain for sign in "@=;") or _names(plain, secrets):
        return HIDDEN
    return HIDDEN if _holds_text(plain, secrets) else segment


def _unquoted(segment: str) -> str:
    """A piece of a path as it was before anybody encoded it, however often.

    >>> _unquoted("me%252540victim")
    'me@victim'
    """
    while (plain := unquote(segment)) != segment:
        segment = plain
    return plain


def _names(text: str, secrets: Collection[str]) -> bool:
    """Whether something that leads to a reporter stands in it, or a word of a local part."""
    known = [secret.casefold() for secret in secrets if len(secret) >= SHORTEST_SECRET]
    local = {x for name in known if "@" in name for x in WORD.findall(name.partition("@")[0])}
    words = {word for word in WORD.findall(text.casefold()) if len(word) >= SHORTEST_SECRET}
    return any(secret in text.casefold() for secret in known) or not words.isdisjoint(local)


def _holds_text(plain: str, secrets: Collection[str] = ()) -> bool:
    """Whether base64 or hex in it decodes to an address, a secret or a name one could read."""
    for match in CODE.finditer(plain):
        for data in _decoded(match[0]):
            text = data.decode("utf-8", "replace")
            readable = len(text) >= SHORTEST_CODE and READABLE.fullmatch(text)
            if "@" in text or readable or _names(text, secrets):
                return True
    return False


def _decoded(code: str) -> Iterator[bytes]:
    with suppress(binascii.Error):
        yield base64.b64decode(f"{code}==", altchars=b"-_")
    with suppress(ValueError):
        yield bytes.fromhex(code)


def event_lines(
    finding: Finding, at: datetime, language: Language, secrets: Collection[str] = ()
) -> tuple[str, ...]:
    """One event in one line, and the mail it is about in a second where it is about one."""
    parts = (own_subject(finding, secrets), *_ports(finding, language))
    who = ", ".join(filter(None, parts))
    counted = measured_counts(finding, language)
    what = counted or named(finding.kind, language)
    if finding.count > 1 and not counted:
        number = measurements.format_number(finding.count, language)
        what = f"{what}, {number} {('events', 'hendelser')[language == 'nb']}"
    line = f"{_when(finding, at, language)}, {who}: {what}"
    sent = _sent_mail(finding, language)
    return (line, sent) if sent else (line,)


def measured_counts(finding: Finding, language: Language) -> str:
    """What our own detector counted, "" for what another source says."""
    if not finding.source.own or measurements.WINDOW not in finding.details:
        return ""
    known = {
        name: value
        for name, value in finding.details.items()
        if name in measurements.PHRASES or name in {measurements.WINDOW, "of", "protocol"}
    }
    return measurements.describe_counts(known, language)


def _when(finding: Finding, at: datetime, language: Language) -> str:
    """The stated time with its exactness, else when we received it."""
    moment = phrases.moment(at, None)
    if finding.at is None:
        return f"{('received', 'mottatt')[language == 'nb']} {moment}"
    if finding.exact < 1:
        return moment
    return f"{moment} (± {measurements.format_duration(finding.exact, language)})"


def _ports(finding: Finding, language: Language) -> Iterator[str]:
    """The accused's own port, and the service at the other end where it is a well-known one."""
    port = finding.subject.port
    own = finding.subject.address is not None and port
    if own:
        yield f"port {port}"
    target = finding.target.port if finding.target else None
    if target in SERVICES and not finding.kind.startswith(PROTECTION):
        number = f" (port {target})" if finding.told_port else ""
        yield f"{('to', 'til')[language == 'nb']} {SERVICES[target]}{number}"


def _sent_mail(finding: Finding, language: Language) -> str:
    """The mail a complaint is about: what its sender's own log has of it."""
    if finding.maker.partition("/")[0] not in MAIL_READERS:
        return ""
    details = finding.details
    words = {
        "en": ("the mail: subject", "Message-ID", "dated"),
        "nb": ("e-posten: emne", "Message-ID", "datert"),
    }[language]
    dated, own_id = details.get(SENT_DATE), details.get(SENT_ID)
    parts = (
        f"{words[0]} “{details[SENT_SUBJECT]}”" if details.get(SENT_SUBJECT) else "",
        f"{words[2]} {phrases.moment(parse_moment(dated, SENT_DATE), None)}" if dated else "",
        f"{words[1]} {own_id}" if own_id and not _holds_text(own_id) else "",
    )
    return ", ".join(filter(None, parts))
