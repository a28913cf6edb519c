"""Facts of a mail complained about that its sender's log has too; recipients are hidden.

Subject, Date and Message-ID let whoever runs the sending machine find the mail. Whoever complains
is most often its recipient: what a recipient, or the server that took the mail, could be known by
is not among them. A server that finds no Message-ID writes one of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from aupkeep.intake.domains import organisation
from aupkeep.intake.mail.address_list import addresses_in
from aupkeep.intake.times import mail_time
from aupkeep.model.finding import LONGEST_DETAIL
from aupkeep.model.moments import show_moment

Headers = Mapping[str, Sequence[str]]
TO = ("to", "cc", "bcc", "delivered-to", "envelope-to", "x-original-to", "original-recipient",
      "original-rcpt-to", "removal-recipient", "x-rcpt-to", "resent-to",
      "apparently-to")  # fmt: skip
BY = re.compile(r"\bby[ \t]+([\w.-]{1,253})|\bfor[ \t]+<?([^\s<>;]{1,320})", re.IGNORECASE)
NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
WORD = re.compile(r"[^\W_]{3,}")
CODE = re.compile(r"(?=\S*\d)\S{8,}|\d{4,}")  # a number or a code may be one recipient's
MESSAGE_ID = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{1,200})@([\w.-]{1,200})>")
HIDDEN = "…"
MOST = 20  # header lines of a name that are looked at


def sent_mail(original: Headers, reporter: str, stated: Iterable[str] = ()) -> dict[str, str]:
    """Subject, Date and Message-ID of a mail as details of a finding, those that can be shown.

    `reporter` is the domain of who complains; `stated` are texts of the complaint that name a
    recipient or a server of its side.
    """
    people, hosts = _receiving_side(original, reporter, stated)
    subject = " ".join(_shown_words(_first(original, "subject"), people | hosts))
    sent = mail_time(_first(original, "date"))
    details = {
        "sent-subject": subject[:LONGEST_DETAIL],
        "sent-date": show_moment(sent[0]) if sent else "",
        "sent-message-id": _own_id(_first(original, "message-id"), people, hosts),
    }
    return {name: value for name, value in details.items() if value}


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name, ())
    return values[0] if values else ""


def _receiving_side(
    original: Headers, reporter: str, stated: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Words of recipients' names and addresses, and host names of those who took the mail."""
    given = [value for name in TO for value in original.get(name, ())[:MOST]]
    people, hosts = set[str](), {reporter.lower()} if reporter else set()
    for line in original.get("received", ())[:MOST]:
        for match in BY.finditer(line):
            hosts |= {match[1].lower()} if match[1] else set()
            given += [match[2]] if match[2] else []
    for text in (*stated, *original.get("authentication-results", ())[:1]):
        given.append(text)
        hosts |= {name.lower() for name in NAME.findall(text)}
    for name, address in addresses_in(given):
        local, _, domain = address.lower().rpartition("@")
        people |= {word.lower() for word in WORD.findall(f"{name} {local}")}
        hosts |= {domain} if domain else set()
    return people, hosts | {own for host in hosts if (own := organisation(host))}


def _shown_words(subject: str, secrets: set[str]) -> Iterator[str]:
    """The subject word by word; a word that could be a recipient's, or a code, is hidden."""
    for word in subject.split():
        plain = word.lower()
        secret = any(part in plain for part in secrets) or "@" in word or bool(CODE.search(word))
        yield HIDDEN if secret or not word.isprintable() else word


def _own_id(text: str, people: set[str], hosts: set[str]) -> str:
    """The Message-ID, where nothing in it is of the receiving side."""
    match = MESSAGE_ID.search(text)
    if match is None:
        return ""
    local, domain = match[1].lower(), match[2].lower()
    theirs = domain in hosts or organisation(domain) in hosts
    # RFC 5321's "=" for "@" and the like put an address into a local part
    addressed = any(word in local for word in people | hosts) or "=" in local or "@" in local
    return "" if theirs or addressed or len(match[0]) > LONGEST_DETAIL else match[0]
