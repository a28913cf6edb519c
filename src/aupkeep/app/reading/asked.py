"""What asks and accuses nobody becomes an inquiry, with a queue of its own beside the inbox."""

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.intake.stated_urgency import stated_urgency
from aupkeep.intake.unclaimed import ASKS
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.ids import reference
from aupkeep.model.inquiry import Inquiry
from aupkeep.model.report import Reading, ReadingOutcome, Report


def asks(reading: Reading) -> bool:
    """Whether a letter is a question and nothing else: no claim, no row, no reply."""
    said = reading.reason or ""
    return (
        reading.outcome is ReadingOutcome.INBOX
        and said.startswith(ASKS)
        and reading.meaning is None
        and reading.reporter is not None
        and not (reading.findings or reading.dead)
    )


def inquiry_of(context: AppContext, report: Report) -> ChangeSet:
    """The inquiry that a report is."""
    reading = report.reading
    haste = stated_urgency("\n".join([reading.title, *reading.parts]), report.at)
    inquiry = Inquiry(
        id=context.new_id(),
        reference=f"Q-{reference(context.noise(8))}",
        report=report.id,
        asked_at=report.at,
        pressing=haste.words,
        needed_by=haste.by,
    )
    payload = {"inquiry": inquiry.id, "report": report.id}
    opened = entry(context, EntryType.INQUIRY_OPENED, SYSTEM, payload)
    return ChangeSet(entries=[opened], rows=[inquiry])
