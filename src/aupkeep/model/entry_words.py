"""Entries of a case in words: what each says, and which change what a decision stands on."""

from aupkeep.model.entry import Entry, EntryType

ENTRIES = {
    EntryType.CASE_OPENED: "Case opened",
    EntryType.CASE_CHANGED: "Case changed",
    EntryType.CASE_CLOSED: "Case closed",
    EntryType.CASE_ASSIGNED: "Whose case it is",
    EntryType.CASE_SNOOZED: "Case rests",
    EntryType.CASE_NOTED: "Note",
    EntryType.PROBE_ASKED: "Test asked for",
    EntryType.PROBE_DONE: "Tested",
    EntryType.INTERCEPTION_VIEWED: "Somebody looked at how much was diverted",
    EntryType.DECISION_MADE: "Decided",
    EntryType.DECISION_REFUSED: "Decision refused",
    EntryType.ACTION_WANTED: "Measure ordered",
    EntryType.ACTION_APPLIED: "Measure seen in force",
    EntryType.ACTION_RECORDED: "Measure recorded, not done",
    EntryType.ACTION_ANNOUNCED: "Measure asked for, not seen",
    EntryType.ACTION_WAITING: "Measure waits: its system does not answer",
    EntryType.ACTION_EFFECT: "Effect of a measure",
    EntryType.ACTION_FAILED: "Measure failed",
    EntryType.ACTION_LIFTING: "Measure being lifted",
    EntryType.ACTION_LIFTED: "Measure seen to be gone",
    EntryType.ACTION_EXPIRED: "Measure ended by its time",
    EntryType.NOTICE_MADE: "Notice written",
    EntryType.LETTER_WRITTEN: "Letter written",
    EntryType.NOTICE_SENT: "Notice sent",
    EntryType.NOTICE_FAILED: "Notice not sent",
    EntryType.ANSWER_GIVEN: "The customer answered",
    EntryType.ANSWER_READ: "Answer read",
    EntryType.LINK_MADE: "Link made",
    EntryType.LINK_REVOKED: "Links revoked",
    EntryType.HOLDING_CORRECTED: "Record of the holder corrected",
    EntryType.FINDING_ATTRIBUTED: "Finding attributed",
    EntryType.CLAIM_WITHDRAWN: "Report taken back",
    EntryType.CLAIM_CHECKED: "Compared with our flows",
    EntryType.HOLD_CHANGED: "Legal hold set or ended",
}
QUIET = (
    EntryType.NOTICE_MADE,
    EntryType.NOTICE_SENT,
    EntryType.NOTICE_FAILED,
    EntryType.LINK_MADE,
    EntryType.LETTER_WRITTEN,
    EntryType.CASE_ASSIGNED,
    EntryType.CASE_SNOOZED,
    EntryType.CASE_NOTED,
    EntryType.PROBE_ASKED,
    EntryType.PROBE_DONE,
    EntryType.INTERCEPTION_VIEWED,
)  # entries that change nothing a decision stands on
LOUD = tuple(kind for kind in EntryType if kind not in QUIET)


def entry_title(kind: EntryType) -> str:
    """An entry's type in words."""
    return ENTRIES.get(kind, kind.value.replace("-", " ").capitalize())


def told_entry(entry: Entry) -> str:
    """What somebody did, who, and when."""
    who = entry.actor.name or entry.actor.id
    return f"{entry_title(entry.type)} by {who} at {entry.at:%H:%M:%S} UTC"
