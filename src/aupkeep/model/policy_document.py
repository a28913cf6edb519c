"""A version of the binding document that the clauses quote, and from when it is in force."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.clause import Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """The clauses of one version word for word; `digest` is the SHA-256 of them.

    `effective_from` is None for the first version known here whose date nobody stated: it is taken
    as in force from before our records begin.
    """

    id: str
    document: str
    version: str
    effective_from: datetime | None
    digest: str
    clauses: tuple[Clause, ...]
    recorded_at: datetime
