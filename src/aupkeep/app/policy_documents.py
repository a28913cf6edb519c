"""Versions of the binding documents: recorded with each adoption, asked for at an act."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import pack_of
from aupkeep.casework.statement import acted_at, stated_clause
from aupkeep.model.actor import SYSTEM
from aupkeep.model.clause import Clause
from aupkeep.model.entry import EntryType
from aupkeep.model.policy_document import PolicyDocument
from aupkeep.model.statement import StatedClause
from aupkeep.policy import documents
from aupkeep.policy.pack import Pack
from aupkeep.store import log, policy_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """A version of a binding document as this install knows it."""

    document: str
    version: str
    effective_from: datetime | None
    digest: str
    clauses: tuple[str, ...]
    recorded_at: datetime


def list_documents() -> list[DocumentVersion]:
    """Every version known, in the order in which they were recorded."""
    return [
        DocumentVersion(
            document=doc.document,
            version=doc.version,
            effective_from=doc.effective_from,
            digest=doc.digest,
            clauses=tuple(clause.id for clause in doc.clauses),
            recorded_at=doc.recorded_at,
        )
        for doc in policy_documents.all()
    ]


def record_documents(context: AppContext, pack: Pack) -> None:
    """Write down the versions that this pack quotes, where they are new.

    A home that adopted packs before versions were recorded takes them from its journal first.
    """
    known = policy_documents.all()
    fresh = [] if known else _from_journal(context)
    fresh += documents.newly_recorded(
        [*known, *fresh], pack.clauses.values(), context.now(), context.new_id
    )
    if not fresh:
        return
    payload = {
        "documents": [
            {"document": x.document, "version": x.version, "digest": x.digest} for x in fresh
        ]
    }
    record(context, entry(context, EntryType.DOCUMENT_RECORDED, SYSTEM, payload), rows=fresh)


def _from_journal(context: AppContext) -> list[PolicyDocument]:
    """The versions that the packs adopted so far quote, in the order of their adoption."""
    rows: list[PolicyDocument] = []
    for logged in log.entries(types=(EntryType.POLICY_ADOPTED,)):
        content = logged.entry.payload.get("content")
        if content:
            clauses = pack_of(str(content)).clauses.values()
            rows += documents.newly_recorded(rows, clauses, logged.entry.at, context.new_id)
    return rows


def clause_at_act(pack: Pack, name: str, about: CaseContext) -> Clause:
    """A clause in the words that were in force when what the case is about was last done.

    Before every version on record it is the oldest one; without any, the policy in force.
    """
    return _clause_at(policy_documents.all(), pack, name, act_of(about))[0]


def stated_clause_of(pack: Pack, name: str, about: CaseContext) -> tuple[StatedClause, str]:
    """The clause as a statement of reasons quotes it, and the digest of its document's version."""
    known = policy_documents.all()
    clause, in_force = _clause_at(known, pack, name, act_of(about))
    holding = documents.document_at(known, name, act_of(about))
    since = holding.effective_from if holding else clause.effective
    digest = holding.digest if holding else ""
    return stated_clause(clause, since, in_force=in_force), digest


def _clause_at(
    known: list[PolicyDocument], pack: Pack, name: str, at: datetime
) -> tuple[Clause, bool]:
    held = documents.version_at(known, name, at)
    if held is not None:
        return held, True
    return documents.oldest(known, name) or pack.clauses[name], False


def act_of(about: CaseContext) -> datetime:
    """When what a case is about was last done."""
    return acted_at(about.case, about.supporting)
