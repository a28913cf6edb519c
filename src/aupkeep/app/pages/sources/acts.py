"""What a person does on the page of a source."""

from aupkeep.app.context import AppContext
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.sanctions.held_reports import resume_source
from aupkeep.app.sanctions.sanction import find_source, take_step
from aupkeep.model.source import SanctionStep


def step_source(
    context: AppContext, person: Person, name: str, step: SanctionStep, days: int, reasons: str
) -> None:
    """Take a step about a source; a restore also processes what waited.

    `days` is 0 where the step has no end. Raises `Forbidden`, `Invalid`, `Conflict`, `Missing`.
    """
    source = find_source(name)
    changed = take_step(context, source, step, person=person.id, reasons=reasons, days=days or None)
    if step is SanctionStep.RESTORE:
        resume_source(context, changed, person=person.id, reasons=reasons)
