"""Facts of a mail complained about that its sender's log has too; recipients are hidden.

Subject, Date and Message-ID let whoever runs the sending machine find the mail. Whoever complains
is most often its recipient: what a recipient, or the server that took the mail, could be known by
is not among them. A server that finds no Message-ID writes one of its own.
"""

import re
from collections.abc import Iterable

from aupkeep.intake.domains import organisation
from aupkeep.intake.mail.recipients import Headers, Recipients, folded, recipients_of
from aupkeep.intake.times import mail_time
from aupkeep.model.finding import LONGEST_DETAIL
from aupkeep.model.moments import show_moment

MESSAGE_ID = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{1,200})@([\w.-]{1,200})>")


def sent_mail(
    original: Headers, reporter: str, stated: Iterable[str] = (), who: Iterable[str] = ()
) -> dict[str, str]:
    """Subject, Date and Message-ID of a mail as details of a finding, those that can be shown.

    `reporter` is the domain of who complains, `who` their names with addresses; `stated` are texts
    of the complaint that name a recipient or a server of its side.
    """
    recipients = recipients_of(original, reporter, stated, who)
    sent = mail_time(_first(original, "date"))
    details = {
        "sent-subject": recipients.without(_first(original, "subject"))[:LONGEST_DETAIL],
        "sent-date": show_moment(sent[0]) if sent else "",
        "sent-message-id": _own_id(_first(original, "message-id"), recipients),
    }
    return {name: value for name, value in details.items() if value}


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name, ())
    return values[0] if values else ""


def _own_id(text: str, recipients: Recipients) -> str:
    """The Message-ID, where nothing in it is of the receiving side."""
    match = MESSAGE_ID.search(text)
    if match is None:
        return ""
    local, domain = folded(match[1]), folded(match[2])
    theirs = domain in recipients.hosts or organisation(domain) in recipients.hosts
    # RFC 5321's "=" for "@" and the like put an address into a local part
    addressed = recipients.named_in(local) or "=" in local or "@" in local
    return "" if theirs or addressed or len(match[0]) > LONGEST_DETAIL else match[0]
