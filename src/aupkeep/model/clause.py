"""A clause of the acceptable use policy: our id, the operator's verbatim text."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.ladder import Standard

# The listed clauses are 15; the head rule is the 16th, `general`: people only.
CLAUSE_STANDARDS: dict[str, Standard] = {
    "law": Standard.LIKELY_BREACH,
    "rights": Standard.PLAIN_CONDUCT,
    "spam": Standard.PLAIN_CONDUCT,
    "intrusion": Standard.PLAIN_CONDUCT,
    "malware": Standard.PLAIN_CONDUCT,
    "deceit": Standard.PLAIN_CONDUCT,
    "retaliation": Standard.LIKELY_RESULT,
    "interference": Standard.PLAIN_CONDUCT,
    "offensive-illegal": Standard.REASONABLE_BELIEF,
    "offensive-unfair": Standard.REASONABLE_BELIEF,
    "offensive-defamatory": Standard.REASONABLE_BELIEF,
    "high-risk": Standard.PLAIN_CONDUCT,
    "third-party": Standard.PRECAUTIONS,
    "assist": Standard.PLAIN_CONDUCT,
    "secure": Standard.PRECAUTIONS,
    "general": Standard.PLAIN_CONDUCT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`text` is binding and verbatim; `document`, `version`, `anchor` say where it stands.

    `effective` is when that version took effect, None where nobody stated it.
    """

    id: str
    title: str
    text: str
    document: str
    version: str
    anchor: str
    standard: Standard
    effective: datetime | None = field(default=None, metadata=ADDED_FIELD)
