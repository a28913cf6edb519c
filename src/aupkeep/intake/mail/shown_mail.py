"""The mails that a complaint shows: attached, or pasted into its text with their headers.

A pasted one is known by a `Received:` line; what stands around it in the form of header lines, with
the same sign of a quote before each, is its header block.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from aupkeep.intake.mail.mail import Mail, PartRole, read_mail
from aupkeep.intake.mail.received import peer
from aupkeep.intake.mail.recipients import Headers, names_recipients
from aupkeep.intake.mail.sent_mail import sent_mail
from aupkeep.model.subject import Address

RECEIVED = re.compile(r"^([ \t>|*]{0,8})received:[ \t]", re.IGNORECASE | re.MULTILINE)
LINE = re.compile(r"[!-9;-~]{1,80}[ \t]*:|[ \t]+\S")  # a field, or what continues one
FOR = re.compile(r"\bfor[ \t]+<?[^\s<>;@]{1,200}@", re.IGNORECASE)
MOST, LONGEST = 20, 65_536  # mails shown, characters of one that are looked at
FIELDS = 200  # lines of one header block


def shown_mails(mail: Mail) -> Iterator[Headers]:
    """The header fields of each mail shown, attached ones first."""
    blocks = [part.text for part in mail.parts if part.place is PartRole.HEADERS]
    for text in mail.prose:
        blocks += islice(pasted_headers(text), MOST)
    for block in blocks[:MOST]:
        yield headers_of(block)


def complainant(mail: Mail) -> tuple[str, ...]:
    """Name and address of who complains, where the mail says it."""
    return (f"{mail.sender_name or ''} <{mail.sender}>",) if mail.sender else ()


def headers_of(block: str) -> Headers:
    """The fields of a header block, or of a whole mail."""
    return read_mail(block[:LONGEST].encode("utf-8", "replace")).headers


def pasted_headers(text: str) -> Iterator[str]:
    """The header blocks that stand in a text, without the signs of a quote."""
    done = 0
    for match in RECEIVED.finditer(text):
        if match.start() < done:
            continue
        start = _first_line(text, match.start(), match[1], done)
        lines, done = _block(text, start, match[1])
        yield "\n".join(lines) + "\n\n"


def _first_line(text: str, start: int, prefix: str, least: int) -> int:
    """Where the header block around a line begins."""
    for _ in range(FIELDS):
        above = text.rfind("\n", 0, start - 1) + 1 if start else 0
        if start <= least or above < least or not _is_header(text[above : start - 1], prefix):
            break
        start = above
    return start


def _block(text: str, start: int, prefix: str) -> tuple[list[str], int]:
    """The lines of a header block and where it ends."""
    lines: list[str] = []
    while start < len(text) and len(lines) < FIELDS:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if not _is_header(text[start:end], prefix):
            break
        lines.append(text[start:end].removeprefix(prefix))
        start = end + 1
    return lines, start


def _is_header(line: str, prefix: str) -> bool:
    """Whether a line behind these signs of a quote is one of a header block."""
    return line.startswith(prefix) and LINE.match(line, len(prefix)) is not None


def told_of_mail(
    mails: Iterator[Headers], address: Address, reporter: str, who: Sequence[str] = ()
) -> dict[str, str]:
    """What the sender's own log has of the first mail that came from an address.

    That a server took it from there must stand in it, and the subject is told only where somebody
    is named as recipient: whoever complains is most often named in it.
    """
    for headers in mails:
        received = headers.get("received", ())[:MOST]
        peers = [peer(line) for line in received]
        if not any(sender is not None and sender[1] == address for sender in peers):
            continue
        details = sent_mail(headers, reporter, who=who)
        named = any(map(names_recipients, headers)) or any(map(FOR.search, received))
        return {key: value for key, value in details.items() if named or key != "sent-subject"}
    return {}
