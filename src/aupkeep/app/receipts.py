"""The receipt to a reporter: only to a proven sender, once a day, never in a loop."""

from datetime import timedelta

from aupkeep.app.desk import Desk
from aupkeep.app.journal import entry
from aupkeep.app.links import make_link
from aupkeep.app.notices import Following, head, language_of, make_notice, put
from aupkeep.app.standing import listening
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.ids import reference
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Outcome, Report
from aupkeep.notify.loops import may_answer, within_limit
from aupkeep.store import notices

DAY = timedelta(days=1)
MAIL = (Channel.LMTP, Channel.SMTP, Channel.MAILDIR)
ANSWERED = (Outcome.PARSED, Outcome.INBOX)


def receipt_for(desk: Desk, raw: Raw, report: Report) -> Following:
    """The receipt with the reporter's link to the status page, or nothing."""
    follow = Following()
    sender = report.reading.reporter
    if sender is None or not _due(desk, raw, report, sender):
        return follow
    token, link = make_link(desk, LinkKind.REPORTER, sender, report=report.id)
    follow.rows.append(link)
    follow.entries.append(entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}))
    facts = head(desk) | {
        "link": f"{desk.settings.provider.url}/r/{token}/",
        "reference": report_reference(report),
        "received_at": raw.received_at,
        "read": report.reading.outcome is Outcome.PARSED,
    }
    headers = {"In-Reply-To": f"<{report.reading.message_id}>"} if report.reading.message_id else {}
    to = (Party.REPORTER, sender, language_of(desk.settings.provider.language))
    notice = make_notice(desk, NoticeKind.RECEIPT, to, facts, headers=headers)
    put(desk, notice, follow)
    return follow


def report_reference(report: Report) -> str:
    """A short name of a report for its reporter; it says nothing of the case."""
    return "R-" + reference(bytes.fromhex(report.id.replace("-", ""))[8:16])


def _due(desk: Desk, raw: Raw, report: Report, sender: str) -> bool:
    """Whether a receipt goes out; a sender nobody authenticated gets none (no backscatter)."""
    reading = report.reading
    if raw.channel not in MAIL or reading.outcome not in ANSWERED or listening(desk):
        return False
    if not reading.authentication.authenticated:
        return False
    own = (desk.settings.mail.sender,)
    if may_answer(reading.headers, raw.sender or sender, own=own) is not None:
        return False
    now = desk.now()
    recent = [one.made_at for one in notices.recent_to(sender, now - DAY)]
    return within_limit(recent, now, limit=desk.settings.mail.receipts_a_day)
