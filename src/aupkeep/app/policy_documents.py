"""Versions of the binding documents: recorded with each adoption, asked for at an act."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import pack_of, policy_in_force
from aupkeep.casework.statement import acted_at, stated_clause
from aupkeep.model.actor import SYSTEM
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Decision
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


def list_documents(context: AppContext) -> list[DocumentVersion]:
    """Every version known, in the order in which they were recorded; then what is in force.

    A version that the policy in force quotes is written down with its first decision.
    """
    known = policy_documents.all()
    clauses = policy_in_force(context.home).clauses.values()
    fresh = documents.newly_recorded(known, clauses, context.now(), context.new_id)
    return [
        DocumentVersion(
            document=doc.document,
            version=doc.version,
            effective_from=doc.effective_from,
            digest=doc.digest,
            clauses=tuple(clause.id for clause in doc.clauses),
            recorded_at=doc.recorded_at,
        )
        for doc in (*known, *fresh)
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
    known = policy_documents.all()
    held = documents.version_at(known, name, act_of(about))
    return held or documents.oldest(known, name) or pack.clauses[name]


def clause_of_decision(decision: Decision) -> Clause:
    """The clause that a decision quotes, from the decision alone: no policy need load for it."""
    return Clause(
        id=decision.clause,
        title=decision.clause,
        text=decision.clause_text,
        document=decision.document,
        version=decision.document_version,
        anchor="",
        standard=decision.standard,
    )


def stated_clause_of(decision: Decision, about: CaseContext) -> tuple[StatedClause, str]:
    """The clause as a statement of reasons quotes it, and the digest of its document's version."""
    known = policy_documents.all()
    quoted = clause_of_decision(decision)
    holding = documents.holding(known, quoted)
    if holding is None:
        return stated_clause(quoted, None, in_force=False), ""
    at_act = documents.document_at(known, decision.clause, act_of(about))
    clause = documents.clause_in(holding, decision.clause) or quoted
    in_force = at_act is not None and at_act.digest == holding.digest
    since = at_act.effective_from if at_act and in_force else holding.effective_from
    return stated_clause(clause, since, in_force=in_force), holding.digest


def act_of(about: CaseContext) -> datetime:
    """When what a case is about was last done."""
    return acted_at(about.case, about.supporting)
