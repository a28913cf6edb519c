"""A journal entry: every change of state is one of these before it is anything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.actor import Actor
from aupkeep.model.source import Lane


class EntryType(StrEnum):
    """What happened. Statistics come from these types, never from matching text."""

    HOME_MADE = "home-made"
    RAW_RECEIVED = "raw-received"
    RAW_REPEATED = "raw-repeated"
    REPORT_READ = "report-read"
    INBOX_DONE = "inbox-done"
    TICKET_OPENED = "ticket-opened"  # by a person: a mail is handed over to the ticket system
    TICKET_CHANGED = "ticket-changed"  # the ticket system wrote about it
    TICKET_CLOSED = "ticket-closed"  # by its mail, by its token, by a person
    INQUIRY_OPENED = "inquiry-opened"  # a mail or form asks us something
    INQUIRY_CHANGED = "inquiry-changed"  # by a person: answered, permitted, closed, to the inbox
    ROW_MENDED = "row-mended"  # by a person: a row that could not be read is read again
    CUSTOMERS_IMPORTED = "customers-imported"
    CUSTOMER_CHANGED = "customer-changed"  # by a person: a protection taken away
    SPACE_DECLARED = "space-declared"
    ASSIGNMENTS_IMPORTED = "assignments-imported"
    ASSIGNMENT_CORRECTED = "assignment-corrected"  # by a person: a record was wrong
    HOLDING_CORRECTED = "holding-corrected"  # of a case: what rested on that record
    NAMES_IMPORTED = "names-imported"  # whose a host name is at an address that many share
    NAMES_RESOLVED = "names-resolved"
    FINDING_ATTRIBUTED = "finding-attributed"
    CLAIM_WITHDRAWN = "claim-withdrawn"
    CASE_OPENED = "case-opened"
    CASE_CHANGED = "case-changed"
    CASE_CLOSED = "case-closed"
    CASE_ASSIGNED = "case-assigned"  # a colleague works on it, or nobody any more
    CASE_SNOOZED = "case-snoozed"  # by a person: it rests until a moment
    CASE_NOTED = "case-noted"  # by a person, for colleagues alone
    PROBE_ASKED = "probe-asked"  # whether the harm is still there: on whose word, of which places
    PROBE_DONE = "probe-done"  # what was seen there
    INTERCEPTION_VIEWED = "interception-viewed"  # who looked at how much was diverted, and why
    DECISION_MADE = "decision-made"
    DECISION_REFUSED = "decision-refused"
    ACTION_WANTED = "action-wanted"
    ACTION_APPLIED = "action-applied"
    ACTION_RECORDED = "action-recorded"  # by a driver that changes nothing
    ACTION_ANNOUNCED = "action-announced"  # to a system that nobody can read back
    ACTION_WAITING = "action-waiting"  # the system that carries it does not answer yet
    ACTION_EFFECT = "action-effect"  # what a measure that stands was seen to do, or not to do
    ACTION_FAILED = "action-failed"
    ACTION_LIFTING = "action-lifting"
    ACTION_LIFTED = "action-lifted"
    ACTION_EXPIRED = "action-expired"
    NOTICE_MADE = "notice-made"
    LETTER_WRITTEN = "letter-written"  # by a person, to the customer or a reporter
    NOTICE_SENT = "notice-sent"
    NOTICE_FAILED = "notice-failed"
    ALERT_RAISED = "alert-raised"  # to who is on call
    ALERT_SENT = "alert-sent"  # a channel took it
    ALERT_ACKNOWLEDGED = "alert-acknowledged"  # by a person: nobody further is called
    ANSWER_GIVEN = "answer-given"
    ANSWER_READ = "answer-read"
    REPORTER_REVEALED = "reporter-revealed"  # an auditor looked at who reported, with a reason
    APPEAL_JUDGED = "appeal-judged"  # granted, refused, or stepped down by itself
    LINK_MADE = "link-made"
    LINK_REVOKED = "link-revoked"
    FROZEN = "frozen"
    THAWED = "thawed"
    SIGNED_IN = "signed-in"
    PASSKEY_CHANGED = "passkey-changed"  # added, named or removed
    VIEW_CHANGED = "view-changed"  # of the queue, by its person: saved, renamed, shared, deleted
    ABSENCE_CHANGED = "absence-changed"  # of a person of the desk: said, taken back
    SESSIONS_ENDED = "sessions-ended"  # by their person, or by an operator
    MODE_CHANGED = "mode-changed"
    GRANT_ASKED = "grant-asked"  # by a person: what may be said or done while the install listens
    GRANT_GIVEN = "grant-given"  # by a second person
    GRANT_REVOKED = "grant-revoked"  # rolled back, replaced, or never given
    POLICY_ADOPTED = "policy-adopted"
    STAFF_ADDED = "staff-added"
    STAFF_REMOVED = "staff-removed"
    TOKEN_MADE = "token-made"  # noqa: S105 - the word for an event
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - the word for an event
    AGENT_KEY_CHANGED = "agent-key-changed"  # pinned at first use, given, replaced or forgotten
    FEED_SWITCHED = "feed-switched"
    FEED_FETCHED = "feed-fetched"
    FEED_ALARM = "feed-alarm"
    KEY_ROTATED = "key-rotated"
    INSTALL_COPIED = "install-copied"  # a backup was made, or this install came of one
    SIGNER_SET = "signer-set"  # the signer took the keys, or its memory was set anew
    SETTINGS_CHANGED = "settings-changed"  # by a command: one option of aupkeep.toml
    NOTICE_FILED = "notice-filed"  # by somebody outside, with the public form or its API
    FILING_CONFIRMED = "filing-confirmed"
    FILING_TOLD = "filing-told"
    SOURCE_CHANGED = "source-changed"  # warned, slowed, suspended, trusted or restored by a person
    CLAIM_JUDGED = "claim-judged"  # what a person says of a report: confirmed, refuted, unfounded
    STRIKE_WRITTEN = "strike-written"  # a person found the cause of a breach with the customer
    STRIKE_REMOVED = "strike-removed"  # with what it rested on, or by a person
    PERMISSION_CHANGED = "permission-changed"  # a person lets a resource do what others may not
    CLAIM_CHECKED = "claim-checked"  # an outside complaint compared with our own flow records
    DOCUMENT_RECORDED = "document-recorded"  # a version of the binding text, and from when
    ACCEPTANCE_RECORDED = "acceptance-recorded"  # customers accepted a version of it
    ENTRIES_ERASED = "entries-erased"  # names the entries, and the retention rule
    EXPORT_ASKED = "export-asked"  # of the whole journal: asked for, and confirmed by a second
    JOURNAL_EXPORTED = "journal-exported"  # who took it out, and with whom
    HOLD_CHANGED = "hold-changed"  # a legal hold set or ended by a person
    WITNESS_FORGOTTEN = "witness-forgotten"  # by a person: what we cosigned of another log
    WITNESS_RESUMED = "witness-resumed"  # by a person, after a restore: where another log stood
    WITNESS_DISPUTED = "witness-disputed"  # a witness and a log do not agree, and what each says
    WEBHOOK_CHANGED = (
        "webhook-changed"  # made, tried, stopped, removed: by a person, a reseller, us
    )
    THRESHOLD_CHANGED = "threshold-changed"  # of a detector, by a person who took a baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`id` and `salt` are random, so the leaf's header holds no address and no customer id.

    `payload` is JSON-able; the leaf commits to H(salt ‖ canonical payload), so erasing both
    erases the person while the log still verifies.
    """

    id: str
    type: EntryType
    at: datetime
    actor: Actor
    salt: bytes
    payload: Mapping[str, object]
    case: str | None = None  # an id for finding a case's entries; not part of the leaf


LARGE_FLOW = "large:"  # how the flow begins of what takes long: a thread of its own does it


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Work left in the outbox in the same transaction: done at least once, by the worker.

    `key` is unique for ever: the same effect asked for twice is one effect. Effects of one `flow`
    take turns with those of the others, however many it has; `lane` says how large its turns are.
    What is asked for once more while an effect with the same `merge` waits is not left a second
    time: the one that waits sees all that was written by then.
    """

    id: str
    kind: str  # "read" | "mail" | "enforce" | "consider"
    key: str
    payload: Mapping[str, object]
    due_at: datetime
    flow: str = ""  # "" = no flow: done in the order it is due
    lane: Lane = Lane.NORMAL
    merge: str = ""  # "" = always work of its own
