"""DMARC aggregate reports (RFC 7489 appendix C) and TLS reports (RFC 8460): statistics, no claims.

They tell a domain's owner how mail under its name fared at one receiver. Nobody is accused in them,
so they are told apart, by their structure alone, and ignored with a reason that names the domain.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.formats import json_parts
from aupkeep.intake.formats.json_parts import scalar
from aupkeep.intake.formats.xml_fragments import fragments, holds
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.parser import ParsedItem, Parser, WholeOutcome
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import ReadingOutcome, RejectedRow

ROOT = "feedback"
POLICY = "policy_published"
OPENING = re.compile(rf"<((?:[\w.-]{{1,40}}:)?{ROOT})(?=[\s>])", re.IGNORECASE)
RECORD = re.compile(r"<(?:[\w.-]{1,40}:)?record>")
COUNT = re.compile(r"<(?:[\w.-]{1,40}:)?count>\s{0,20}(\d{1,9})\s{0,20}<", re.ASCII)
TLS = ('"policies"', '"report-id"')
LONGEST = 100  # characters of a name in the reason


def recognises(mail: Mail) -> bool:
    """A `feedback` document with a published policy, or a TLS report."""
    return not mail.feedback and any(_is_dmarc(part) or _is_tls(part) for part in mail.parts)


def _is_dmarc(part: MailPart) -> bool:
    xml = part.place is PartRole.DATA or part.text[:200].lstrip("\ufeff \t\n").startswith("<")
    return xml and POLICY in part.text and holds(part, ROOT)


def _is_tls(part: MailPart) -> bool:
    return json_parts.is_json(part) and all(
        mark in part.text[: json_parts.LOOKED_AT] for mark in TLS
    )


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """What each report is about; one that cannot be read stands in the inbox."""
    for part in mail.parts:
        try:
            if _is_dmarc(part):
                yield WholeOutcome(ReadingOutcome.IGNORED, _dmarc(part.text))
            elif _is_tls(part):
                yield WholeOutcome(ReadingOutcome.IGNORED, _tls(part.text))
        except Unreadable as error:
            yield RejectedRow(row=1, reason=f"DMARC or TLS report: {error}")


def _dmarc(text: str) -> str:
    """The head is read; of the records, which may be many, the mails are counted.

    Raises `Unreadable`.
    """
    first, named = RECORD.search(text), OPENING.search(text)
    head = f"{text[: first.start()]}</{named[1]}>" if first and named else text
    for fragment in fragments(head, ROOT):
        root, _ = fragment.load()
        metadata, policy = root.first("reportmetadata"), root.first("policypublished")
        who = metadata.word("orgname") if metadata else ""
        domain = policy.word("domain") if policy else ""
        records = sum(1 for _ in RECORD.finditer(text))
        mails = sum(int(count[1]) for count in COUNT.finditer(text))
        return (
            f"a DMARC aggregate report about {_named(domain)} by {_named(who)}:"
            f" {mails} mails from {records} sources (RFC 7489)"
        )
    raise Unreadable("expected a feedback element, found none")


def _tls(text: str) -> str:
    """Raises `Unreadable`."""
    value = json_parts.load(text)
    if not isinstance(value, dict) or not isinstance(value.get("policies"), list):
        raise Unreadable("TLS report: expected an object with policies, found something else")
    policies = [policy for policy in value["policies"][:100] if isinstance(policy, dict)]
    inner = [policy["policy"] for policy in policies if isinstance(policy.get("policy"), dict)]
    domains = sorted({_named(scalar(policy.get("policy-domain"))) for policy in inner})
    who = _named(scalar(value.get("organization-name")))
    return f"a TLS report about {', '.join(domains[:5]) or 'nobody'} by {who} (RFC 8460)"


def _named(text: str) -> str:
    return clean(" ".join(text.split())[:LONGEST]) or "nobody"


PARSER = Parser("dmarc", 1, recognises, parse)
