"""Mailboxes that are read by IMAP: which could not be, and whose senders nobody proves. Pure."""

from collections.abc import Sequence

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.app.receiving.mailbox_reader import ListedMailbox
from aupkeep.model.counted import counted

MOST = 3  # that are named
UNBELIEVED = "no authserv_ids: its senders stay unproven (E0)"


def mailboxes_check(boxes: Sequence[ListedMailbox]) -> tuple[DoctorCheck, ...]:
    """One check for all; none where the settings name no mailbox."""
    if not boxes:
        return ()
    failing = [(box, why) for box in boxes if (why := _trouble(box))]
    text = "; ".join(f"{box.mailbox}: {why}" for box, why in failing[:MOST])
    remedy = ""
    if failing:
        box, why = failing[0]
        remedy = f"aupkeep mailbox read {box.mailbox}"
        if why == UNBELIEVED:
            remedy = f'add authserv_ids = ["NAME"] below [[mail.mailboxes]] {box.mailbox}'
    seen = f"{counted(len(boxes), 'mailbox', 'mailboxes')} read, "
    seen += f"{counted(sum(box.taken for box in boxes), 'mail')} taken"
    return (DoctorCheck(check="mailboxes", ok=not failing, found=text or seen, remedy=remedy),)


def _trouble(box: ListedMailbox) -> str:
    if box.problem:
        return box.problem
    if box.seen is None:
        return "nobody has looked into it yet"
    if box.skipped:
        return f"{box.skipped} messages skipped; the last: {box.remarks[-1]}"
    return "" if box.believed else UNBELIEVED
