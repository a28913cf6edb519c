"""Which findings of a mail accuse: not those that say themselves that nothing happened.

A row of 0 events tells that nothing happened. A record that names one address as source and as
target says of neither who did it. A mail that is a test or an example shows no more than words do:
its findings stay allegations until a person looks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from aupkeep.intake.extract.drill_words import drill_words
from aupkeep.intake.mail.mail import Mail
from aupkeep.model.finding import Finding, Role

ACCUSED = frozenset({Role.OFFENDER, Role.CONTROLLER, Role.VULNERABLE})
NOTHING, BOTH_SIDES = (
    "{} of its claims say that nothing happened",
    "{} of its claims name one address as source and as target",
)


def accusing(findings: Sequence[Finding], mail: Mail) -> tuple[list[Finding], list[str]]:
    """The findings that accuse or tell of a victim, and why others do not."""
    happened = [finding for finding in findings if finding.count]
    sided = [finding for finding in happened if not _is_both_sides(finding)]
    remarks = list(_remark(NOTHING, len(findings) - len(happened)))
    remarks += _remark(BOTH_SIDES, len(happened) - len(sided))
    drill = drill_words(mail.subject, mail.prose) if sided else ""
    if drill:
        remarks.append(f"it is a test or an example: {drill}")
        sided = [replace(finding, words_alone=True) for finding in sided]
    return sided, remarks


def _remark(reason: str, number: int) -> Iterator[str]:
    if number:
        yield reason.format(number)


def _is_both_sides(finding: Finding) -> bool:
    """Whether a claim names its subject as the one attacked, too."""
    target = finding.target.address if finding.target else None
    same = target is not None and target == finding.subject.address
    return same and finding.role in ACCUSED
