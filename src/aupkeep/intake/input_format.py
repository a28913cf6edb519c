"""What received bytes look like, when nobody says: mail, mbox, JSON, table, text or nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import islice, pairwise

from aupkeep.intake.formats.table import header
from aupkeep.intake.mail.decoding import decode
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.shadowserver.open_report import open_report
from aupkeep.model.errors import Unreadable

LOOKED_AT = 64 << 10  # bytes from which the form is told
UTF16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks
FIRST = re.compile(rb"(?:>?From [^\n]*\n)?[!-9;-~]{1,80}[ \t]*:")
KNOWN = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Content-Type"
    rb"|Delivered-To|Reply-To|Sender|X-[A-Za-z-]{1,40}|DKIM-Signature|Auto-Submitted)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
# a list of JSON holds objects, lists or words; `[2026-03-01 …` and `[client …` begin a log's line
JSON = re.compile(rb"(?:\{\s{0,80}[\"}]|\[\s{0,80}[\[{\"\]])")
EVENT = re.compile(
    rb'"(?:eventid|event_?type|src_?ip|remote_?(?:addr(?:ess)?|ip)|client_?ip|msg|message|level'
    rb'|severity|logger)"\s{0,9}:',
    re.IGNORECASE,
)
REPORT = re.compile(
    rb'"(?:x-?arf\w{0,20}|report\w{0,20}|source_?identifier|source_?ip|schema\w{0,20}|spec_version'
    rb'|objects|version)"\s{0,9}:',
    re.IGNORECASE,
)
LETTERHEAD = frozenset({b"from", b"to", b"cc", b"date"})
MBOX = re.compile(rb"\n\r?\n(?=From [^\n]{1,200}\d{4}[^\n]{0,20}\n[!-9;-~]{1,80}:)")
MOST_MAILS = 1_000  # of one mbox that is read in one piece


class InputFormat(StrEnum):
    """How bytes are to be read; `auto` lets `detect_format` decide.

    `report` is `auto` for what a person has read and calls a report, whatever its letter says.
    """

    AUTO = "auto"
    REPORT = "report"
    MAIL = "mail"
    XARF = "xarf"
    CSV = "csv"
    TEXT = "text"
    EMPTY = "empty"
    BINARY = "binary"


def detect_format(data: bytes) -> InputFormat:
    r"""The form by structure alone, never by the file's name.

    >>> [detect_format(data).value for data in (b"Subject: hi\n\nx", b"ip,time\n", b"")]
    ['mail', 'csv', 'empty']
    """
    if data.startswith(UTF16):
        return detect_format(decode(data[:LOOKED_AT]).encode())
    head = data[:LOOKED_AT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = head.lstrip(b"\xef\xbb\xbf \t\n")
    if not text:
        return InputFormat.EMPTY if len(data) <= LOOKED_AT else InputFormat.TEXT
    if JSON.match(text):
        return InputFormat.XARF
    block = text.partition(b"\n\n")[0]
    if FIRST.match(text) and KNOWN.search(block) and not _letterhead(block):
        return InputFormat.MAIL
    if head.count(b"\0") > len(head) // 100:
        return InputFormat.BINARY
    return InputFormat.CSV if _tabular(text) else InputFormat.TEXT


def _letterhead(block: bytes) -> bool:
    """True for the first lines of a letter that say who writes to whom, without an address."""
    if b"@" in block:
        return False
    named = {match[0].rstrip(b" \t:").lower() for match in KNOWN.finditer(block)}
    return named <= LETTERHEAD


def is_json_log(data: bytes) -> bool:
    """True for a log whose lines are JSON objects, as Suricata, Cowrie and many services write.

    A report in JSON names its version or its parts; a line of a log tells one event.
    """
    line = data[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0].rstrip()
    event = line.startswith(b"{") and line.endswith(b"}") and EVENT.search(line) is not None
    return event and REPORT.search(line) is None


def with_logs_as_prose(mail: Mail) -> Mail:
    """The mail with the logs in it whose lines are JSON objects as words of its sender."""
    parts = tuple(
        replace(part, place=PartRole.PROSE)
        if part.place is PartRole.DATA and is_json_log(part.text[:LOOKED_AT].encode())
        else part
        for part in mail.parts
    )
    return mail if parts == mail.parts else replace(mail, parts=parts)


def _tabular(head: bytes) -> bool:
    line = decode(head.partition(b"\n")[0])
    if not any(mark in line for mark in ",;\t|"):
        return False
    try:
        header(line)
    except Unreadable:
        return open_report(MailPart(text=line, place=PartRole.DATA)) is not None
    return True


def mails_of(data: bytes, most: int | None = MOST_MAILS) -> Iterator[bytes]:
    """The mails of an mbox (RFC 4155), or the one mail; the one above `most` is all the rest."""
    starts = islice(MBOX.finditer(data), most) if data.startswith(b"From ") else ()
    for start, end in pairwise([0, *(match.end() for match in starts), len(data)]):
        yield data[start:end]


def split_mails(data: bytes, name: str, as_: str = "auto") -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each mail of an mbox of any length, or the one thing that it is."""
    form = detect_format(data) if as_ == InputFormat.AUTO else InputFormat(as_)
    several = (
        form is InputFormat.MAIL and data.startswith(b"From ") and MBOX.search(data) is not None
    )
    for number, mail in enumerate(mails_of(data, None) if several else [data], 1):
        yield (f"{name}!{number}" if several else name), mail
