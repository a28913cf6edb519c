"""Mails that only link to reports: which ones, so that a person or the feed can fetch them.

Nothing is fetched here: whoever sends a mail must not be able to make us ask a server.
"""

import re
from urllib.parse import unquote, urlsplit

from aupkeep.intake.mail.mail import Mail, PartRole

PUBLISHER = "shadowserver.org"
URL = re.compile(r"https://[a-z0-9.-]{1,100}/[^\s\"'<>\\]{1,500}", re.IGNORECASE)
REPORT = re.compile(r"\d{4}-\d{2}-\d{2}-[a-z0-9_]{3,60}(?:-[a-z0-9._-]{1,100})?\.(?:csv|json|zip)")
SITE = ("www.", "shadowserver.org")  # how hosts begin that serve pages, not reports
MOST = 1_000  # links of one mail that are counted
TOLD = 10  # of them that are named


def linked_reports(mail: Mail) -> list[str]:
    """Names of the reports that a mail of the publisher links to, or their addresses; no twice."""
    domain = mail.domain or ""
    if domain != PUBLISHER and not domain.endswith(f".{PUBLISHER}"):
        return []
    texts = [part.text for part in mail.parts if part.place is PartRole.PROSE]
    urls = (match[0] for text in texts for match in URL.finditer(text))
    return list(dict.fromkeys(filter(None, map(_report, urls))))[:MOST]


def remark(names: list[str]) -> str:
    """What a person reads about such a mail."""
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return (
        f"Shadowserver: {len(names)} reports are linked, none is attached: "
        f"{', '.join(names[:TOLD])}{more}; fetch them with the feed shadowserver, or by hand"
    )


def _report(link: str) -> str:
    """The name of the report behind a link, "" for a link to a page."""
    parts = urlsplit(link.rstrip(".,;)"))
    host = (parts.hostname or "").lower()
    if not host.endswith(f".{PUBLISHER}") or host.startswith(SITE):
        return ""
    name = REPORT.search(unquote(link).lower())
    return name[0] if name else f"{host}{parts.path}"[:100]
