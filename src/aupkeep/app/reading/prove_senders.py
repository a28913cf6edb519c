"""Mails whose sender was not proven are checked again once the relay's results are believed.

`authserv_ids` unset leaves every mail an allegation. When the settings name the relay, the mails of
cases that are not closed are authenticated anew, from the bytes as they were received, and the
cases are considered again.
"""

import dataclasses
import hashlib
from contextlib import suppress

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.reading.claims import authenticated_sender
from aupkeep.app.reading.join import recount_cases
from aupkeep.app.receiving.fair_queue import boundary_of
from aupkeep.app.reporters.sources import report_source_key, source_of
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.forwarding.ticket_system import from_desk
from aupkeep.intake.readings import with_authentication
from aupkeep.intake.witness_marks import reading_marks
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Conflict, Missing
from aupkeep.model.raw import MAIL_CHANNELS, Raw
from aupkeep.model.report import Reading, Report
from aupkeep.store import cases, log, raws, reports

BOUNDARY = "trust-boundary"  # the entry that says for which relays the mails were looked at last
WHY = "the sender of a report is proven now: the settings name the relay whose results we believe"
MOST = 1000  # reports in one run, the newest


def prove_senders(context: AppContext, lookup: Lookup | None) -> int:
    """Authenticate again what is not proven, once for each change of the settings; how many are."""
    stamp = _stamp(context)
    mail = context.settings.mail
    named = mail.authserv_ids or any(mailbox.authserv_ids for mailbox in mail.mailboxes)
    if not named or _looked_at() == stamp:
        return 0
    proven = 0
    for report in reports.unclosed(MOST):
        with suppress(Conflict, Missing, Broken):  # others changed it, or its bytes are gone
            proven += _prove(context, report, lookup)
    payload = {"mode": BOUNDARY, "value": stamp, "proven": proven}
    record(context, entry(context, EntryType.MODE_CHANGED, SYSTEM, payload))
    return proven


def _looked_at() -> object:
    """The stamp of the settings with which mails were looked at last."""
    changes = [logged.entry.payload for logged in log.entries(types=(EntryType.MODE_CHANGED,))]
    stamps = [change.get("value") for change in changes if change.get("mode") == BOUNDARY]
    return stamps[-1] if stamps else None


def _stamp(context: AppContext) -> str:
    boundary = boundary_of(context)
    words = repr((sorted(boundary.relays), sorted(boundary.names), sorted(boundary.sealers)))
    boxes = [(box.name, box.authserv_ids) for box in context.settings.mail.mailboxes]
    words += repr(sorted(boxes)) if any(names for _, names in boxes) else ""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _prove(context: AppContext, report: Report, lookup: Lookup | None) -> bool:
    """One report with its claims and cases, where its sender is proven now."""
    raw = raws.get(report.raw)
    if raw is None or raw.channel not in MAIL_CHANNELS:
        return False
    if report.reading.authentication.authenticated:
        return False
    data = raws.read(raw.digest)
    if from_desk(data, context.settings.mail.sender):
        return False
    proven = authenticated_sender(context, raw, data, lookup)
    if not proven.authenticated:
        return False
    _write(context, raw, report, with_authentication(report.reading, proven))
    return True


def _write(context: AppContext, raw: Raw, report: Report, reading: Reading) -> None:
    """The report under its proven source, its claims, and the cases that they are on."""
    key = report_source_key(context, raw, reading)
    known = cases.claims_by_report(report.id)
    changed = [_claim(claim, report, reading, key) for claim in known]
    changes = ChangeSet(seen=[report, *known])
    changes.rows += [dataclasses.replace(report, reading=reading, source=key), *changed]
    if key is not None:
        source, new = source_of(context, key, raw.received_at, reading.reporter)
        changes.rows += [source] if new else []
    for case in cases.of_report(report.id):
        payload = {"case": case.id, "report": report.id, "why": WHY}
        changes.entries.append(
            entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
        )
    changes.add(recount_cases(context, changed, cases.of_report(report.id)))
    record_changes(context, changes)


def _claim(claim: Claim, report: Report, reading: Reading, key: str | None) -> Claim:
    """The claim by its proven source, with the marks of it."""
    origins = {finding.source for finding in reading.findings}
    source = next(iter(origins)) if len(origins) == 1 else claim.finding.source
    before = set(reading_marks(report.reading, report.source or "", token=False))
    lines = tuple(mark for mark in claim.marks if mark not in before)
    marks = reading_marks(reading, key or "", token=False)
    return dataclasses.replace(
        claim,
        finding=dataclasses.replace(claim.finding, source=source),
        marks=tuple(dict.fromkeys((*marks, *lines))),
    )
