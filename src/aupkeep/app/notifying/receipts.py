"""The receipt to a reporter: only to a proven sender, once a day, never in a loop."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import (
    add_notice,
    language_of,
    make_notice,
    provider_facts,
    reporter_link,
)
from aupkeep.model.grant import GrantKind
from aupkeep.model.ids import reference
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.raw import MAIL_CHANNELS, Raw
from aupkeep.model.report import ReadingOutcome, Report
from aupkeep.notify.auto_response import may_answer, within_limit
from aupkeep.store import notices

DAY = timedelta(days=1)
MACHINES = frozenset({"arf", "xarf", "x-arf"})  # who writes these can read JSON
REPORT_ID = re.compile(
    r'"report_id"\s{0,9}:\s{0,9}"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"'
)
LOOKED_AT = 200_000  # characters of a part in which report ids are looked for
MOST_IDS = 100
ANSWERED = (ReadingOutcome.PARSED, ReadingOutcome.INBOX)


def receipt_for(context: AppContext, raw: Raw, report: Report) -> ChangeSet:
    """The receipt with the reporter's link to the status page, or nothing."""
    changes = ChangeSet()
    sender = report.reading.reporter
    if sender is None or not _due(context, raw, report, sender):
        return changes
    facts = provider_facts(context) | {
        "link": reporter_link(context, report.id, sender, changes),
        "reference": report_reference(report),
        "received_at": raw.received_at,
        "read": report.reading.outcome is ReadingOutcome.PARSED,
    }
    headers = {"In-Reply-To": f"<{report.reading.message_id}>"} if report.reading.message_id else {}
    to = (Party.REPORTER, sender, language_of(context.settings.provider.language))
    attached = _for_machines(report, facts) if report.reading.container in MACHINES else ""
    notice = make_notice(context, NoticeKind.RECEIPT, to, facts, headers=headers, attached=attached)
    add_notice(context, notice, changes)
    return changes


def _for_machines(report: Report, facts: Mapping[str, object]) -> str:
    """The receipt as JSON, for a reporter who writes in a machine format.

    `report_ids` are the ids that his XARF reports gave themselves, at most 100.
    """
    reading = report.reading
    ids = [report_id for part in reading.parts for report_id in REPORT_ID.findall(part[:LOOKED_AT])]
    receipt = {
        "aupkeep_receipt": 1,
        "reference": facts["reference"],
        "message_id": reading.message_id,
        "report_ids": list(dict.fromkeys(ids))[:MOST_IDS],
        "received_at": show_moment(report.at),
        "read": facts["read"],
        "findings": len(reading.findings),
        "status": facts["link"],
    }
    return json.dumps(receipt, indent=1)


def report_reference(report: Report) -> str:
    """A short name of a report for its reporter; it reveals nothing of the case."""
    return reference_of_report(report.id)


def reference_of_report(report: str) -> str:
    """The same, of a report's id."""
    return "R-" + reference(bytes.fromhex(report.replace("-", ""))[8:16])


def _due(context: AppContext, raw: Raw, report: Report, sender: str) -> bool:
    """Whether a receipt goes out; a sender nobody authenticated gets none (no backscatter)."""
    reading = report.reading
    if raw.channel not in MAIL_CHANNELS or reading.outcome not in ANSWERED:
        return False
    if withheld(context, GrantKind.RECEIPTS):
        return False
    if not reading.authentication.authenticated or reading.meaning is not None:
        return False  # a letter that takes something back is no report
    own = context.settings.senders
    if may_answer(reading.headers, raw.sender or sender, own=own) is not None:
        return False
    now = context.now()
    recent = [notice.made_at for notice in notices.recent_to(sender, now - DAY)]
    return within_limit(recent, now, limit=context.settings.mail.receipts_a_day)
